#include "base/vt.h"
#include "base/codes.h"
#include "base/id.h"
#include "conversation/wrap.h"
#include "people/agent.h"
#include "web/form.h"
#include "cgi-bin/staff/staff.h"
#include "sql_people.h"

/* The page the form was on: a path of ours (response_redirect makes anything else "/"). */
static const char *back(const struct request *request)
{
	const char *next = request_form(request, "next");

	return *next ? next : "/";
}

/* "available", "out", or the id of a break type: one button each. */
static int chosen_state(struct vt_ctx *ctx, const struct request *request, int *state,
			int64_t *break_type_id)
{
	const char *to = request_form(request, "to");

	*break_type_id = 0;
	if (!strcmp(to, "available")) {
		*state = AGENT_AVAILABLE;
	} else if (!strcmp(to, "out")) {
		*state = AGENT_OUT;
	} else if (id_parse(to, 1, INT64_MAX, break_type_id) == 0) {
		*state = AGENT_BREAK;
	} else {
		return vt_fail_field(ctx, "to", "error.agent.state", "no such state");
	}
	return 0;
}

int state_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t user_id = request->session->user_id;
	int64_t break_type_id;
	int state = AGENT_OUT;

	if (chosen_state(ctx, request, &state, &break_type_id) < 0 ||
	    agent_set_state(ctx, user_id, state, break_type_id, user_id, "desk") < 0)
		return -1;
	staff_done(ctx, request, response, back(request));
	return 0;
}

/* They are done with what they closed. */
int wrap_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	if (wrap_end(ctx, request->session->user_id, false) < 0)
		return -1;
	staff_done(ctx, request, response, back(request));
	return 0;
}

int sound_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t on = request->session->sound, volume = -1;

	if (!*request_form(request, "on") && !*request_form(request, "volume"))
		return vt_fail_field(ctx, "on", "error.required", "neither on nor volume");
	if (form_i64(ctx, request, "on", 0, 1, FORM_OPTIONAL, &on) < 0 ||
	    form_i64(ctx, request, "volume", 0, 100, FORM_OPTIONAL, &volume) < 0 ||
	    db_exec(ctx, NULL, &SQL_SOUND_SET, "ibi", request->session->user_id, (int)on, volume) < 0)
		return -1;
	staff_done(ctx, request, response, back(request));
	return 0;
}
