#include "unit.h"
#include "base/csv.h"

static const struct csv_limits roomy = { .rows = 1000, .columns = 100, .field_bytes = 10000 };

static struct csv_reader *open_bytes(void **state, const char *data, size_t size)
{
	struct csv_reader *reader;

	if (csv_open(unit_ctx(state), data, size, &roomy, &reader))
		fail_msg("%s", unit_ctx(state)->error.message);
	return reader;
}

/* What was read as "[a|b][c|d]" and, after a fault, "!" and its locale key. */
static const char *read_all(void **state, struct csv_reader *reader)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct csv_row row;
	struct strbuf out;
	int result;

	strbuf_init(&out, ctx->arena, 0);
	while ((result = csv_next(ctx, reader, &row)) > 0) {
		for (size_t i = 0; i < row.count; i++)
			strbuf_printf(&out, "%c%s", i ? '|' : '[', row.fields[i]);
		strbuf_putc(&out, ']');
	}
	if (result < 0)
		strbuf_printf(&out, "!%s", ctx->error.key);
	return out.data;
}

static void assert_reads(void **state, const char *text, const char *expected)
{
	const char *got = read_all(state, open_bytes(state, text, strlen(text)));

	if (strcmp(got, expected))
		fail_msg("\n%s\nread as %s\ninstead of %s", text, got, expected);
}

static const char *limited(void **state, const char *text, struct csv_limits limits)
{
	struct csv_reader *reader;

	assert_int_equal(csv_open(unit_ctx(state), text, strlen(text), &limits, &reader), 0);
	return read_all(state, reader);
}

static void commas_separate_fields_and_lines_records(void **state)
{
	assert_reads(state, "a,b\r\nc,d\r\n", "[a|b][c|d]");
	assert_reads(state, "a,b\nc,d", "[a|b][c|d]");
	assert_reads(state, "a,b\rc,d\r", "[a|b][c|d]");
}

static void semicolons_separate_when_they_are_more(void **state)
{
	assert_reads(state, "nombre;cuit;saldo\nPérez, Ana;27;1,5\n",
		     "[nombre|cuit|saldo][Pérez, Ana|27|1,5]");
	assert_reads(state, "\"a,b,c,d\";e\n1;2\n", "[a,b,c,d|e][1|2]");
	assert_int_equal(csv_separator(open_bytes(state, "a;b", 3)), ';');
	assert_int_equal(csv_separator(open_bytes(state, "a", 1)), ',');
}

static void quoted_fields_keep_separators_quotes_and_line_ends(void **state)
{
	assert_reads(state, "\"a,b\",\"c\"\"d\",\"e\r\nf\"\n", "[a,b|c\"d|e\r\nf]");
	assert_reads(state, "\"\",\"\"\"\"\n", "[|\"]");
}

static void empty_fields_are_fields(void **state)
{
	assert_reads(state, "a,,b,\n,\n", "[a||b|][|]");
	assert_reads(state, "a,b,", "[a|b|]");
}

static void empty_lines_are_skipped(void **state)
{
	assert_reads(state, "\n\r\n\na,b\n\n\nc,d\n\n", "[a|b][c|d]");
	assert_reads(state, "", "");
	assert_reads(state, "\n\n", "");
}

static void a_byte_order_mark_is_skipped(void **state)
{
	assert_reads(state, "\xef\xbb\xbf" "a,b\n", "[a|b]");
	assert_reads(state, "\xef\xbb\xbf\"a\",b\n", "[a|b]");
}

static void windows_1252_is_turned_into_utf8(void **state)
{
	assert_reads(state, "Mu\xf1oz;\x80 5;\x93si\x94\n", "[Muñoz|€ 5|“si”]");
	assert_reads(state, "\x81;\xff\n", "[\xef\xbf\xbd|ÿ]");
}

static void utf8_stays_as_it_is(void **state)
{
	assert_reads(state, "Muñoz;€;\xf0\x9f\x98\x80\n", "[Muñoz|€|\xf0\x9f\x98\x80]");
}

static void quotes_in_the_middle_of_a_field_are_letters(void **state)
{
	assert_reads(state, "5\" tubo,b\n", "[5\" tubo|b]");
	assert_reads(state, "\"a\" b,c\n", "[a b|c]");
}

static void a_quote_never_closed_is_refused(void **state)
{
	assert_reads(state, "a,b\n\"c,d\ne,f\n", "[a|b]!error.csv.quote");
	assert_non_null(strstr(unit_ctx(state)->error.message, "line 2"));
	assert_reads(state, "\"", "!error.csv.quote");
	assert_reads(state, "\"\"\"", "!error.csv.quote");
}

static void utf16_and_binary_are_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct csv_reader *reader;

	assert_int_equal(csv_open(ctx, "\xff\xfe" "a\0;\0", 6, &roomy, &reader), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
	assert_string_equal(ctx->error.key, "error.csv.encoding");
}

static void each_record_knows_its_line(void **state)
{
	struct csv_reader *reader = open_bytes(state, "a\n\n\"b\nc\"\r\nd\n", 12);
	struct csv_row row;

	assert_int_equal(csv_next(unit_ctx(state), reader, &row), 1);
	assert_int_equal(row.line, 1);
	assert_int_equal(csv_next(unit_ctx(state), reader, &row), 1);
	assert_int_equal(row.line, 3);
	assert_int_equal(csv_next(unit_ctx(state), reader, &row), 1);
	assert_int_equal(row.line, 5);
	assert_int_equal(csv_next(unit_ctx(state), reader, &row), 0);
	assert_int_equal(csv_next(unit_ctx(state), reader, &row), 0);
}

static void rows_columns_and_fields_are_bounded(void **state)
{
	struct csv_limits limits = { .rows = 2, .columns = 3, .field_bytes = 4 };

	assert_string_equal(limited(state, "1,2,3\n1234\n", limits), "[1|2|3][1234]");
	assert_string_equal(limited(state, "1\n2\n3\n", limits), "[1][2]!error.csv.rows");
	assert_string_equal(limited(state, "1,2,3,4\n", limits), "!error.csv.columns");
	assert_string_equal(limited(state, "12345\n", limits), "!error.csv.field");
	assert_string_equal(limited(state, "\"12345\"\n", limits), "!error.csv.field");
	assert_int_equal(unit_ctx(state)->error.code, VT_E_TOO_LARGE);
}

static void a_record_may_have_many_fields(void **state)
{
	struct csv_reader *reader;
	struct csv_row row;
	struct strbuf text;

	strbuf_init(&text, unit_ctx(state)->arena, 0);
	for (int i = 0; i < 100; i++)
		strbuf_printf(&text, "%s%d", i ? ";" : "", i);
	reader = open_bytes(state, text.data, text.size);
	assert_int_equal(csv_next(unit_ctx(state), reader, &row), 1);
	assert_int_equal(row.count, 100);
	assert_string_equal(row.fields[0], "0");
	assert_string_equal(row.fields[99], "99");
}

static const char *cell(void **state, const char *text)
{
	struct csv_writer writer;
	struct strbuf out;

	strbuf_init(&out, unit_ctx(state)->arena, 0);
	csv_writer_init(&writer, &out, ';');
	csv_cell(&writer, text);
	return out.data;
}

static void cells_are_quoted_when_they_must(void **state)
{
	assert_string_equal(cell(state, "abc ñ"), "abc ñ");
	assert_string_equal(cell(state, "a;b"), "\"a;b\"");
	assert_string_equal(cell(state, "a,b"), "\"a,b\"");
	assert_string_equal(cell(state, "a\"b"), "\"a\"\"b\"");
	assert_string_equal(cell(state, "a\nb"), "\"a\nb\"");
	assert_string_equal(cell(state, " a "), " a ");
}

static void a_row_of_one_empty_cell_is_no_empty_line(void **state)
{
	struct csv_writer writer;
	struct csv_row row;
	struct strbuf out;

	strbuf_init(&out, unit_ctx(state)->arena, 0);
	csv_writer_init(&writer, &out, ';');
	csv_cell(&writer, "");
	csv_end_row(&writer);
	csv_cell(&writer, NULL);
	csv_cell(&writer, NULL);
	csv_end_row(&writer);
	assert_string_equal(out.data, "\"\"\r\n\"\";\r\n");
	assert_int_equal(csv_next(unit_ctx(state), open_bytes(state, out.data, out.size), &row), 1);
	assert_int_equal(row.count, 1);
}

static void cells_that_look_like_formulas_are_made_harmless(void **state)
{
	assert_string_equal(cell(state, "=1+1"), "'=1+1");
	assert_string_equal(cell(state, "+54 221"), "'+54 221");
	assert_string_equal(cell(state, "-1"), "'-1");
	assert_string_equal(cell(state, "@SUM(A1)"), "'@SUM(A1)");
	assert_string_equal(cell(state, "\t=1"), "'\t=1");
	assert_string_equal(cell(state, "\r=1"), "\"'\r=1\"");
	assert_string_equal(cell(state, "＝1"), "'＝1");
	assert_string_equal(cell(state, "=cmd|'/c calc',\"x\""), "\"'=cmd|'/c calc',\"\"x\"\"\"");
	assert_string_equal(cell(state, "a=1"), "a=1");
}

static void numbers_of_ours_stay_numbers(void **state)
{
	struct csv_writer writer;
	struct strbuf out;

	strbuf_init(&out, unit_ctx(state)->arena, 0);
	csv_writer_init(&writer, &out, ';');
	csv_cell_i64(&writer, -5);
	csv_cell(&writer, "x");
	csv_cell_i64(&writer, INT64_C(26112300000042));
	csv_end_row(&writer);
	csv_cell_i64(&writer, 1);
	csv_end_row(&writer);
	assert_string_equal(out.data, "-5;x;26112300000042\r\n1\r\n");
}

static void what_is_written_is_read_back(void **state)
{
	static const char *const texts[] = { "a", "", "b;c", "d\"e\"", "f\r\ng", "ñ€" };
	struct csv_writer writer;
	struct csv_row row;
	struct strbuf out;

	strbuf_init(&out, unit_ctx(state)->arena, 0);
	csv_writer_init(&writer, &out, ';');
	for (size_t i = 0; i < VT_COUNT(texts); i++)
		csv_cell(&writer, texts[i]);
	csv_end_row(&writer);
	assert_int_equal(csv_next(unit_ctx(state), open_bytes(state, out.data, out.size), &row), 1);
	assert_int_equal(row.count, VT_COUNT(texts));
	for (size_t i = 0; i < VT_COUNT(texts); i++)
		assert_string_equal(row.fields[i], texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(commas_separate_fields_and_lines_records),
		UNIT_TEST(semicolons_separate_when_they_are_more),
		UNIT_TEST(quoted_fields_keep_separators_quotes_and_line_ends),
		UNIT_TEST(empty_fields_are_fields),
		UNIT_TEST(empty_lines_are_skipped),
		UNIT_TEST(a_byte_order_mark_is_skipped),
		UNIT_TEST(windows_1252_is_turned_into_utf8),
		UNIT_TEST(utf8_stays_as_it_is),
		UNIT_TEST(quotes_in_the_middle_of_a_field_are_letters),
		UNIT_TEST(a_quote_never_closed_is_refused),
		UNIT_TEST(utf16_and_binary_are_refused),
		UNIT_TEST(each_record_knows_its_line),
		UNIT_TEST(rows_columns_and_fields_are_bounded),
		UNIT_TEST(a_record_may_have_many_fields),
		UNIT_TEST(cells_are_quoted_when_they_must),
		UNIT_TEST(a_row_of_one_empty_cell_is_no_empty_line),
		UNIT_TEST(cells_that_look_like_formulas_are_made_harmless),
		UNIT_TEST(numbers_of_ours_stay_numbers),
		UNIT_TEST(what_is_written_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
