#include "base/vt.h"
#include "cgi-bin/live/answer.h"

/* The words are nginx's own (etc/nginx/server.conf.in) where it answers for us. */
static const char *words(enum vt_code code)
{
	if (code == VT_E_UNAUTHENTICATED)
		return "Tu sesión terminó. Ingresá de nuevo.";
	if (code == VT_E_UNAVAILABLE)
		return "El servicio no está disponible. Probá de nuevo en unos segundos.";
	if (code == VT_E_NOT_FOUND)
		return "Lo que buscás no existe.";
	return "El pedido no se entiende.";
}

void answer_nothing(struct strbuf *out, const char *cursor)
{
	strbuf_puts(out, "Status: 204 No Content\r\nCache-Control: no-store\r\n");
	if (*cursor)
		strbuf_printf(out, "X-Cursor: %s\r\n", cursor);
	strbuf_puts(out, "\r\n");
}

void answer_redirect(struct strbuf *out, const char *address)
{
	strbuf_printf(out, "X-Accel-Redirect: %s\r\n\r\n", address);
}

void answer_error(struct strbuf *out, enum vt_code code)
{
	strbuf_printf(out, "Status: %d\r\nContent-Type: application/json\r\n"
		      "Cache-Control: no-store\r\n", vt_code_http_status(code));
	if (code == VT_E_UNAVAILABLE)
		strbuf_printf(out, "Retry-After: %d\r\n", ANSWER_RETRY_S);
	strbuf_printf(out, "\r\n{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}", vt_code_name(code),
		      words(code));
}

void answer_json(struct strbuf *out, const char *body)
{
	strbuf_printf(out, "Content-Type: application/json\r\nCache-Control: no-store\r\n\r\n%s", body);
}
