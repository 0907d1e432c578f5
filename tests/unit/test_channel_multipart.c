/* A file goes to a provider in a form that nothing in its name or fields can break. */
#include "unit.h"
#include "channel/multipart.h"

#define BOUNDARY "000102030405060708090a0b0c0d0e0f1011"

static void fields_come_first_and_the_file_between_body_and_tail(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_request request = { 0 };
	struct multipart form;

	multipart_begin(ctx, &form);
	multipart_field(&form, "caption", "Tu \"boleta\"\r\n--x");
	assert_string_equal(multipart_file(ctx, &form, "photo", "foto.jpg", "image/jpeg", &request),
			    "Content-Type: multipart/form-data; boundary=" BOUNDARY);
	assert_string_equal(request.body,
			    "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"caption\"\r\n\r\n"
			    "Tu \"boleta\"\r\n--x\r\n"
			    "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"photo\"; "
			    "filename=\"foto.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n");
	assert_int_equal(request.body_size, strlen(request.body));
	assert_string_equal(request.tail, "\r\n--" BOUNDARY "--\r\n");
	assert_int_equal(request.tail_size, strlen(request.tail));
	assert_true(request.with_file);
	assert_string_equal(request.method, "POST");
}

static void a_name_ends_neither_its_quotes_nor_its_line(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_request request = { 0 };
	struct multipart form;

	multipart_begin(ctx, &form);
	multipart_file(ctx, &form, "file", "a\"b\r\nX-Evil: ñ.pdf", "text/plain\r\nX: y", &request);
	assert_non_null(strstr(request.body, "filename=\"a%22b%0D%0AX-Evil: ñ.pdf\"\r\n"));
	assert_non_null(strstr(request.body, "Content-Type: text/plain%0D%0AX: y\r\n\r\n"));
}

static void each_form_has_a_boundary_of_its_own(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct multipart one, other;

	multipart_begin(ctx, &one);
	multipart_begin(ctx, &other);
	assert_string_not_equal(one.boundary, other.boundary);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(fields_come_first_and_the_file_between_body_and_tail),
		UNIT_TEST(a_name_ends_neither_its_quotes_nor_its_line),
		UNIT_TEST(each_form_has_a_boundary_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
