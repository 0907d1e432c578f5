#include "base/vt.h"
#include "base/config.h"
#include "base/id.h"

static void require(const char *name, const char **value, char *missing, size_t size)
{
	size_t used = strlen(missing);

	*value = getenv(name);
	if (!*value || !**value)
		snprintf(missing + used, size - used, " %s", name);
}

static int load_haste(struct vt_ctx *ctx, struct config *config)
{
	const char *text = getenv("VT_HASTE");
	int64_t haste = 1;

	if (text && id_parse(text, 1, CONFIG_HASTE_MAX, &haste) < 0)
		return vt_fail(ctx, VT_E_INVALID, "VT_HASTE must be a number from 1 to %d", CONFIG_HASTE_MAX);
	if (haste > 1 && !config->developer)
		return vt_fail(ctx, VT_E_INVALID, "VT_HASTE is for tests: it needs VT_DEVELOPER=1");
	config->haste = (int)haste;
	return 0;
}

int config_load(struct vt_ctx *ctx, struct config *config)
{
	const char *developer = getenv("VT_DEVELOPER");
	char missing[128] = "";
	size_t length;

	memset(config, 0, sizeof(*config));
	require("VT_DATABASE", &config->database, missing, sizeof(missing));
	require("VT_RUN", &config->run_directory, missing, sizeof(missing));
	require("VT_FILES", &config->files_directory, missing, sizeof(missing));
	require("VT_KEY_FILE", &config->key_file, missing, sizeof(missing));
	require("VT_SHARE", &config->share_directory, missing, sizeof(missing));
	require("VT_BASE_URL", &config->base_url, missing, sizeof(missing));
	if (*missing)
		return vt_fail(ctx, VT_E_INVALID, "not set in the environment:%s", missing);

	config->secure_cookies = !strncmp(config->base_url, "https://", 8);
	if (!config->secure_cookies && strncmp(config->base_url, "http://", 7))
		return vt_fail(ctx, VT_E_INVALID, "VT_BASE_URL must be http:// or https://");
	length = strlen(config->base_url);
	if (config->base_url[length - 1] == '/')
		return vt_fail(ctx, VT_E_INVALID, "VT_BASE_URL must not end with a slash");
	config->developer = developer && !strcmp(developer, "1");
	return load_haste(ctx, config);
}

int64_t config_period(const struct config *config, int64_t us)
{
	return us / config->haste;
}
