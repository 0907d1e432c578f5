#include "base/vt.h"
#include "base/clock.h"
#include "web/format.h"
#include "cgi-bin/staff/staff.h"

int64_t staff_seconds_since(const struct vt_ctx *ctx, int64_t us)
{
	return us && us < ctx->now_us ? (ctx->now_us - us) / CLOCK_SECOND : 0;
}

void staff_clock_between(struct vt_ctx *ctx, int64_t since_us, int64_t warning_s, int64_t critical_s,
			 struct t_node *node)
{
	int64_t seconds = staff_seconds_since(ctx, since_us);

	t_set_i64(node, "s", seconds);
	t_set(node, "text", format_duration(ctx, seconds));
	if (!critical_s)
		return;
	if (warning_s > critical_s)
		warning_s = critical_s;
	t_set_i64(node, "target", critical_s);
	t_set_i64(node, "warn", warning_s);
	t_set(node, "class", seconds >= critical_s ? "w2" : seconds >= warning_s ? "w1" : "");
	t_set(node, "pace", seconds >= critical_s ? "late" : seconds >= warning_s ? "soon" : "");
}

void staff_clock_fill(struct vt_ctx *ctx, int64_t since_us, int64_t target_s, struct t_node *node)
{
	staff_clock_between(ctx, since_us, target_s / 2, target_s, node);
}
