/* Does a line of e-mail work, on both of its sides? */
#include "base/vt.h"

#include "channel/email/email.h"
#include "net/imap_folder.h"

#define LOGIN_REFUSED 401
#define NO_FOLDER 403

static bool has_mailbox(const struct channel_message *message)
{
	return *json_str(message->settings, "imap", "") != '\0';
}

int email_check_build(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	const char *named = json_str(message->settings, "folder", ""), *folder;

	if (email_address(ctx, message, request) < 0)
		return -1;
	if (!message->step)
		return 0;                        /* to nobody: logs in, and that is all */
	if (imap_folder(ctx, *named ? named : "INBOX", &folder) < 0)
		return -1;
	request->mail_from = NULL;
	request->url = arena_printf(ctx->arena, "%s/", json_str(message->settings, "imap", ""));
	request->imap_command = arena_printf(ctx->arena, "STATUS \"%s\" (UIDNEXT)", folder);
	if (!request->user)
		request->user = json_str(message->settings, "account", "");
	return 0;
}

static const char *why_not(struct vt_ctx *ctx, const struct channel_answer *answer, bool mailbox)
{
	if (answer->status >= 200 && answer->status < 400)
		return NULL;
	if (!answer->status)
		return answer->body;
	if (!mailbox)
		return email_server_said(ctx, answer);
	return answer->status == LOGIN_REFUSED ? "the log-in was refused" : answer->status == NO_FOLDER
		? "there is no such folder" : "the mail server does not answer as it should";
}

int email_check_result(struct vt_ctx *ctx, const struct channel_message *message,
		       const struct channel_answer *answer, struct channel_result *result)
{
	bool mailbox = message->step > 0;
	const char *why = why_not(ctx, answer, mailbox), *before = message->memory ? message->memory : "";
	const char *all = why ? arena_printf(ctx->arena, "%s%s%s: %s", before, *before ? "; " : "",
					     mailbox ? "IMAP" : "SMTP", why) : before;

	if (!mailbox && has_mailbox(message)) {
		result->outcome = CHANNEL_NEXT;
		result->memory = all;
		return 0;
	}
	result->outcome = *all ? CHANNEL_REFUSED : CHANNEL_SENT;
	result->fault = CHANNEL_FAULT_LINE;
	result->error_code = why ? answer->status : 0;
	result->error = *all ? all : NULL;
	result->found = json_new_object(ctx);
	json_set_str(result->found, "text", mailbox ? "SMTP, IMAP" : "SMTP");
	return 0;
}
