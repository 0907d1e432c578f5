#include "unit.h"
#include "web/multipart.h"

#define TYPE "multipart/form-data; boundary=B"
#define TEXT(name, value) \
	"--B\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_PART(disposition, type, value) \
	"--B\r\nContent-Disposition: form-data; " disposition "\r\nContent-Type: " type \
	"\r\n\r\n" value "\r\n"
#define END "--B--\r\n"

static int parse_bytes(struct vt_ctx *ctx, struct request *request, const char *type,
		       const void *body, size_t size)
{
	memset(request, 0, sizeof(*request));
	request->content_type = type;
	request->body = body;
	request->body_size = size;
	return multipart_parse(ctx, request);
}

static int parse(struct vt_ctx *ctx, struct request *request, const char *body)
{
	return parse_bytes(ctx, request, TYPE, body, strlen(body));
}

static void assert_malformed(struct vt_ctx *ctx, const char *body)
{
	struct request request;

	assert_int_equal(parse(ctx, &request, body), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
	assert_string_equal(ctx->error.key, "error.malformed");
	vt_error_clear(ctx);
}

static const char *filename_of(struct vt_ctx *ctx, const char *disposition)
{
	struct request request;
	char *body = arena_printf(ctx->arena,
				  "--B\r\nContent-Disposition: form-data; name=\"f\"; %s\r\n\r\n"
				  "x\r\n" END, disposition);

	assert_int_equal(parse(ctx, &request, body), 0);
	assert_int_equal(request.upload_count, 1);
	return request.uploads[0].filename;
}

static void texts_become_form_fields(void **state)
{
	struct request request;

	assert_int_equal(parse(unit_ctx(state), &request,
			       TEXT("a", "uno") TEXT("b", "dos\r\ntres") END), 0);
	assert_int_equal(request.form.count, 2);
	assert_string_equal(request_form(&request, "a"), "uno");
	assert_string_equal(request_form(&request, "b"), "dos\r\ntres");
	assert_int_equal(request.upload_count, 0);
}

static void a_file_keeps_its_bytes_name_and_type(void **state)
{
	static const char body[] = "--B\r\nContent-Disposition: form-data; name=\"f\"; "
		"filename=\"foto.png\"\r\nContent-Type: image/png\r\n\r\n\0\r\n-\r\n--\xff\r\n" END;
	struct request request;

	assert_int_equal(parse_bytes(unit_ctx(state), &request, TYPE, body, sizeof(body) - 1), 0);
	assert_int_equal(request.upload_count, 1);
	assert_string_equal(request.uploads[0].field, "f");
	assert_string_equal(request.uploads[0].filename, "foto.png");
	assert_string_equal(request.uploads[0].content_type, "image/png");
	assert_int_equal(request.uploads[0].size, 9);
	assert_memory_equal(request.uploads[0].data, "\0\r\n-\r\n--\xff", 9);
}

static void an_empty_text_and_an_empty_file_with_a_name_count(void **state)
{
	struct request request;

	assert_int_equal(parse(unit_ctx(state), &request,
			       TEXT("a", "") FILE_PART("name=f; filename=x.txt", "text/plain", "")
			       END), 0);
	assert_int_equal(request.form.count, 1);
	assert_string_equal(request.form.items[0].value, "");
	assert_int_equal(request.upload_count, 1);
	assert_int_equal(request.uploads[0].size, 0);
}

static void a_file_field_left_empty_gives_nothing(void **state)
{
	struct request request;

	assert_int_equal(parse(unit_ctx(state), &request,
			       FILE_PART("name=\"f\"; filename=\"\"", "application/octet-stream",
					 "") END), 0);
	assert_int_equal(request.upload_count, 0);
	assert_int_equal(request.form.count, 0);
}

static void the_boundary_may_be_quoted_and_other_parameters_stand_beside_it(void **state)
{
	static const char body[] = "--a b;c\r\ncontent-disposition:form-data;name=x\r\n\r\n1\r\n"
		"--a b;c--";
	struct request request;

	assert_int_equal(parse_bytes(unit_ctx(state), &request,
				     "multipart/form-data; charset=utf-8; boundary=\"a b;c\"",
				     body, strlen(body)), 0);
	assert_string_equal(request_form(&request, "x"), "1");
}

static void what_stands_before_the_first_boundary_is_passed_over(void **state)
{
	struct request request;

	assert_int_equal(parse(unit_ctx(state), &request,
			       "preamble\r\n--\r\n" TEXT("a", "1") END "epilogue"), 0);
	assert_string_equal(request_form(&request, "a"), "1");
}

static void blanks_may_follow_a_boundary(void **state)
{
	struct request request;

	assert_int_equal(parse(unit_ctx(state), &request,
			       "--B \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n" END),
			 0);
	assert_string_equal(request_form(&request, "a"), "1");
}

static void a_body_without_parts_is_an_empty_form(void **state)
{
	struct request request;

	assert_int_equal(parse(unit_ctx(state), &request, END), 0);
	assert_int_equal(request.form.count, 0);
}

static void a_name_is_the_last_step_of_any_path(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(filename_of(ctx, "filename=\"../../etc/passwd\""), "passwd");
	assert_string_equal(filename_of(ctx, "filename=\"C:\\fotos\\casa.jpg\""), "casa.jpg");
	assert_string_equal(filename_of(ctx, "filename=\"..\""), "");
	assert_string_equal(filename_of(ctx, "filename=\"carpeta/\""), "");
}

static void a_name_loses_control_characters_and_turns_of_direction(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(filename_of(ctx, "filename=\"a%0D%0Ab.txt\""), "ab.txt");
	assert_string_equal(filename_of(ctx, "filename=\"a\x01\x7f" "b.txt\""), "ab.txt");
	assert_string_equal(filename_of(ctx, "filename=\"foto\xe2\x80\xaegpj.exe\""),
			    "fotogpj.exe");
}

static void quotes_in_a_name_come_escaped_or_percent_encoded(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(filename_of(ctx, "filename=\"el %22acta%22.pdf\""),
			    "el \"acta\".pdf");
	assert_string_equal(filename_of(ctx, "filename=\"el \\\"acta\\\"; v2.pdf\""),
			    "el \"acta\"; v2.pdf");
}

static void a_long_name_is_cut_between_characters(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char name[401];

	for (size_t i = 0; i < 200; i++)
		memcpy(name + 2 * i, "ñ", 2);
	name[400] = '\0';
	name[0] = name[1] = 'x';
	const char *cut = filename_of(ctx, arena_printf(ctx->arena, "filename=\"%s\"", name));

	assert_in_range(strlen(cut), 190, 200);
	assert_memory_equal(cut, name, strlen(cut));
	assert_int_equal(strlen(cut) % 2, 0);
}

static void the_extended_name_is_preferred_when_it_is_utf8(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(filename_of(ctx, "filename=\"a.txt\"; filename*=UTF-8''a%C3%B1o.txt"),
			    "año.txt");
	assert_string_equal(filename_of(ctx, "filename*=utf-8'es'..%2Fa%C3%B1o.txt"), "año.txt");
	assert_string_equal(filename_of(ctx, "filename=a.txt; filename*=ISO-8859-1''a%F1o.txt"),
			    "a.txt");
	assert_string_equal(filename_of(ctx, "filename=a.txt; filename*=UTF-8''a%F1o.txt"),
			    "a.txt");
}

static void an_unprintable_type_is_not_kept(void **state)
{
	struct request request;

	assert_int_equal(parse(unit_ctx(state), &request,
			       FILE_PART("name=f; filename=x", "text/\x01html", "x") END), 0);
	assert_string_equal(request.uploads[0].content_type, "application/octet-stream");
}

static void a_cut_off_body_is_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_malformed(ctx, "");
	assert_malformed(ctx, "--B");
	assert_malformed(ctx, "--B\r\n");
	assert_malformed(ctx, "--B\r\nContent-Disposition: form-data; name=a\r\n");
	assert_malformed(ctx, "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nuno");
	assert_malformed(ctx, TEXT("a", "1") "--B\r\nContent-Dispos");
	assert_malformed(ctx, TEXT("a", "1") "--Bx");
}

static void a_part_without_name_is_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_malformed(ctx, "--B\r\nContent-Type: text/plain\r\n\r\n1\r\n" END);
	assert_malformed(ctx, "--B\r\nContent-Disposition: form-data\r\n\r\n1\r\n" END);
	assert_malformed(ctx, "--B\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n" END);
}

static void text_that_is_not_utf8_is_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_malformed(ctx, TEXT("a", "a\xf1o") END);
	assert_malformed(ctx, TEXT("a\xf1o", "1") END);
	assert_malformed(ctx, FILE_PART("name=f; filename=\"a\xf1o\"", "text/plain", "x") END);
}

static void text_with_a_nul_is_refused(void **state)
{
	static const char body[] = TEXT("a", "1\0002") END;
	struct request request;

	assert_int_equal(parse_bytes(unit_ctx(state), &request, TYPE, body, sizeof(body) - 1), -1);
}

static void a_missing_or_overlong_boundary_is_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct request request;
	char type[128];

	assert_int_equal(parse_bytes(ctx, &request, "multipart/form-data", END, 5), -1);
	assert_int_equal(parse_bytes(ctx, &request, "multipart/form-data; boundary=", END, 5), -1);
	snprintf(type, sizeof(type), "multipart/form-data; boundary=%071d", 0);
	assert_int_equal(parse_bytes(ctx, &request, type, END, 5), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
}

static void part_headers_of_more_than_8_kb_are_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char *body = arena_printf(ctx->arena, "--B\r\nContent-Disposition: form-data; name=a\r\n"
				  "X: %09000d\r\n\r\n1\r\n" END, 0);

	assert_malformed(ctx, body);
}

static char *repeat(struct vt_ctx *ctx, const char *part, int times)
{
	size_t size = strlen(part);
	char *body = arena_alloc(ctx->arena, size * (size_t)times + sizeof(END));

	for (int i = 0; i < times; i++)
		memcpy(body + (size_t)i * size, part, size);
	memcpy(body + (size_t)times * size, END, sizeof(END));
	return body;
}

static void at_most_200_texts_and_10_files(void **state)
{
	static const char file[] = FILE_PART("name=f; filename=x", "text/plain", "x");
	struct vt_ctx *ctx = unit_ctx(state);
	struct request request;

	assert_int_equal(parse(ctx, &request, repeat(ctx, TEXT("a", "1"), 200)), 0);
	assert_int_equal(request.form.count, 200);
	assert_malformed(ctx, repeat(ctx, TEXT("a", "1"), REQUEST_PAIRS_MAX + 1));
	assert_int_equal(parse(ctx, &request, repeat(ctx, file, 10)), 0);
	assert_int_equal(request.upload_count, 10);
	assert_malformed(ctx, repeat(ctx, file, 11));
	assert_malformed(ctx, repeat(ctx, FILE_PART("name=f; filename=", "text/plain", ""), 300));
}

static void more_than_a_megabyte_of_text_is_too_large(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct request request;
	char *body = arena_printf(ctx->arena, "--B\r\nContent-Disposition: form-data; name=a\r\n"
				  "\r\n%0*d\r\n" END, 1024 * 1024 + 1, 0);

	assert_int_equal(parse(ctx, &request, body), -1);
	assert_int_equal(ctx->error.code, VT_E_TOO_LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(texts_become_form_fields),
		UNIT_TEST(a_file_keeps_its_bytes_name_and_type),
		UNIT_TEST(an_empty_text_and_an_empty_file_with_a_name_count),
		UNIT_TEST(a_file_field_left_empty_gives_nothing),
		UNIT_TEST(the_boundary_may_be_quoted_and_other_parameters_stand_beside_it),
		UNIT_TEST(what_stands_before_the_first_boundary_is_passed_over),
		UNIT_TEST(blanks_may_follow_a_boundary),
		UNIT_TEST(a_body_without_parts_is_an_empty_form),
		UNIT_TEST(a_name_is_the_last_step_of_any_path),
		UNIT_TEST(a_name_loses_control_characters_and_turns_of_direction),
		UNIT_TEST(quotes_in_a_name_come_escaped_or_percent_encoded),
		UNIT_TEST(a_long_name_is_cut_between_characters),
		UNIT_TEST(the_extended_name_is_preferred_when_it_is_utf8),
		UNIT_TEST(an_unprintable_type_is_not_kept),
		UNIT_TEST(a_cut_off_body_is_refused),
		UNIT_TEST(a_part_without_name_is_refused),
		UNIT_TEST(text_that_is_not_utf8_is_refused),
		UNIT_TEST(text_with_a_nul_is_refused),
		UNIT_TEST(a_missing_or_overlong_boundary_is_refused),
		UNIT_TEST(part_headers_of_more_than_8_kb_are_refused),
		UNIT_TEST(at_most_200_texts_and_10_files),
		UNIT_TEST(more_than_a_megabyte_of_text_is_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
