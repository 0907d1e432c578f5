#include "base/vt.h"
#include "base/config.h"
#include "base/secret.h"
#include "web/router.h"

static struct config running_config;
static uint8_t running_key[SECRET_KEY_SIZE];

const struct config *program_config(void)
{
	return &running_config;
}

const uint8_t *program_key(void)
{
	return running_key;
}

void program_configure(const struct config *config, const uint8_t key[SECRET_KEY_SIZE])
{
	running_config = *config;
	memcpy(running_key, key, sizeof(running_key));
}
