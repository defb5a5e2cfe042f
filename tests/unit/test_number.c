/* Numbers of policy and options: what counts as one. Runs as: the developer, no privilege. */
#include "support.h"
#include "../../helper/decide/number.h"

Test(promise_10_bad_input, numbers_with_trash_signs_blanks_or_overflow_are_refused)
{
	static const char *const cases[] = {
		"", " ", "-1", "+1", " 1", "1 ", "01", "00", "0x10", "1e3", "1.0", "1,000", "1_0", "one", "\t1", "1\n", "\xd9\xa1",
		"18446744073709551616", "99999999999999999999", "184467440737095516150", "1\x80", "--1", "9999999999999999999999999999999",
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t value = 77;
		cr_assert_not(number_parse(cases[i], 0, UINT64_MAX, &value), "\"%s\" was taken", cases[i]);
		cr_assert_eq(value, 77, "\"%s\" left a value", cases[i]);
	}
}

Test(promise_10_bad_input, numbers_outside_their_bounds_are_refused)
{
	static const struct { const char *text; uint64_t min, max; bool right; } cases[] = {
		{ "0", 0, 0, true }, { "0", 1, 9, false }, { "1", 1, 9, true }, { "9", 1, 9, true }, { "10", 1, 9, false },
		{ "18446744073709551615", 0, UINT64_MAX, true }, { "18446744073709551615", 0, UINT64_MAX - 1, false },
		{ "4294967295", 0, 4294967294, false }, { "4294967294", 0, 4294967294, true }, { "5", 9, 1, false },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t value;
		cr_assert_eq(number_parse(cases[i].text, cases[i].min, cases[i].max, &value), cases[i].right, "%s", cases[i].text);
	}
}

Test(promise_10_bad_input, units_are_exact_and_never_overflow)
{
	static const struct { const char *text; enum sbx_unit unit; uint64_t value; } right[] = {
		{ "0", SBX_BYTES, 0 }, { "1", SBX_BYTES, 1 }, { "1K", SBX_BYTES, 1024 }, { "1M", SBX_BYTES, 1048576 },
		{ "1G", SBX_BYTES, 1073741824 }, { "7T", SBX_BYTES, 7696581394432 }, { "16777215T", SBX_BYTES, 18446742974197923840u },
		{ "0%", SBX_PERCENT, 0 }, { "50%", SBX_PERCENT, 50 }, { "64", SBX_COUNT, 64 }, { "500ms", SBX_USEC, 500000 },
		{ "60s", SBX_USEC, 60000000 }, { "5min", SBX_USEC, 300000000 }, { "1h", SBX_USEC, 3600000000 }, { "0s", SBX_USEC, 0 },
	};
	static const struct { const char *text; enum sbx_unit unit; } wrong[] = {
		{ "1GiB", SBX_BYTES }, { "1GB", SBX_BYTES }, { "1g", SBX_BYTES }, { "1k", SBX_BYTES }, { "1 G", SBX_BYTES }, { "G", SBX_BYTES },
		{ "-1G", SBX_BYTES }, { "1.5G", SBX_BYTES }, { "1P", SBX_BYTES }, { "1GG", SBX_BYTES }, { "01G", SBX_BYTES }, { "", SBX_BYTES },
		{ "16777216T", SBX_BYTES }, { "18446744073709551615K", SBX_BYTES }, { "18446744073709551616", SBX_BYTES }, { "50%", SBX_BYTES },
		{ "50", SBX_PERCENT }, { "%", SBX_PERCENT }, { "50%%", SBX_PERCENT }, { "50 %", SBX_PERCENT }, { "0.5%", SBX_PERCENT },
		{ "64K", SBX_COUNT }, { "max", SBX_COUNT }, { "0x40", SBX_COUNT }, { "60", SBX_USEC }, { "60us", SBX_USEC }, { "60S", SBX_USEC },
		{ "1m", SBX_USEC }, { "1d", SBX_USEC }, { "1h30min", SBX_USEC }, { "s", SBX_USEC }, { "5124095577h", SBX_USEC },
		{ "1 s", SBX_USEC }, { "1s ", SBX_USEC }, { "1s\n", SBX_USEC }, { "infinity", SBX_USEC },
	};
	for (size_t i = 0; i < COUNT(right); i++) {
		uint64_t value = 77;
		cr_assert(number_parse_unit(right[i].text, right[i].unit, 0, UINT64_MAX, &value), "%s", right[i].text);
		cr_assert_eq(value, right[i].value, "%s", right[i].text);
	}
	for (size_t i = 0; i < COUNT(wrong); i++) {
		uint64_t value = 77;
		cr_assert_not(number_parse_unit(wrong[i].text, wrong[i].unit, 0, UINT64_MAX, &value), "%s", wrong[i].text);
		cr_assert_eq(value, 77, "%s", wrong[i].text);
	}
}

Test(promise_10_bad_input, limits_say_what_was_expected_or_between_which_bounds)
{
	static const struct { enum sbx_limit limit; const char *text, *why; } cases[] = {
		{ SBX_MEMORY_MAX, "1GiB", "\"1GiB\" is not a size (a number of bytes, or 1024-based K M G T)" },
		{ SBX_MEMORY_MAX, "1M", "\"1M\" is outside 4M to 1024T" }, { SBX_CPU_MAX, "50", "is not a share" },
		{ SBX_CPU_MAX, "0%", "\"0%\" is outside 1% to 102400%" }, { SBX_PIDS_MAX, "x", "is not a number" },
		{ SBX_WALL_TIME, "60", "\"60\" is not a duration" }, { SBX_WALL_TIME, "721h", "is outside 1ms to 720h" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		char why[SBX_WHY_BYTES] = "";
		uint64_t value;
		cr_assert_not(number_parse_limit(cases[i].text, &sbx_limit_rows[cases[i].limit], &value, why));
		cr_assert_not_null(strstr(why, cases[i].why), "%s", why);
	}
}

Test(promise_10_bad_input, formatted_values_are_shortest_and_read_back)
{
	static const struct { uint64_t value; enum sbx_unit unit; const char *text; } cases[] = {
		{ 0, SBX_BYTES, "0" }, { 1023, SBX_BYTES, "1023" }, { 1024, SBX_BYTES, "1K" }, { 1u << 30, SBX_BYTES, "1G" }, { 1536, SBX_BYTES, "1536" },
		{ 50, SBX_PERCENT, "50%" }, { 64, SBX_COUNT, "64" }, { 0, SBX_USEC, "0s" }, { 60000000, SBX_USEC, "60s" },
		{ 500000, SBX_USEC, "500ms" }, { 3600000000, SBX_USEC, "1h" }, { 6000000000, SBX_USEC, "6000s" },
		{ UINT64_MAX, SBX_BYTES, "18446744073709551615" },
	};
	char text[32];
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t value;
		number_format_unit(cases[i].value, cases[i].unit, text);
		cr_assert_str_eq(text, cases[i].text);
		cr_assert(number_parse_unit(text, cases[i].unit, 0, UINT64_MAX, &value));
		cr_assert_eq(value, cases[i].value);
	}
	number_format_unit(1500, SBX_USEC, text);
	cr_assert_str_eq(text, "1500us");
}

Test(promise_10_bad_input, an_error_is_one_bounded_printable_line)
{
	struct sbx_err err;
	char longer[5000];
	memset(longer, 'a', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	cr_assert_not(err_refuse(&err, "x%s", "\n\033[2J\xff\x7f!"));
	cr_assert_str_eq(err.text, "x\?\?[2J\?\?!");
	cr_assert_eq(err.status, SBX_REFUSED);
	cr_assert_not(err_fail(&err, "%s", longer));
	cr_assert_eq(strlen(err.text), SBX_ERR_TEXT_BYTES - 1);
	cr_assert_str_eq(err.text + SBX_ERR_TEXT_BYTES - 4, "...");
	cr_assert_not(err_errno(&err, 13, "opening %s", "/x"));
	cr_assert_str_eq(err.text, "opening /x: Permission denied");
	cr_assert_eq(err.status, SBX_ERROR);
	cr_assert_not(err_errno(&err, 4095, "step: %s", err.text));
	cr_assert_str_eq(err.text, "step: opening /x: Permission denied: errno 4095");
	cr_assert_not(err_errno(&err, 0, "memory.max"));
	cr_assert_str_eq(err.text, "memory.max: the kernel reads back another value");
	cr_assert_not(err_errno(&err, 13, "%s", longer)); /* no room for the cause */
	cr_assert_str_eq(err.text + SBX_ERR_TEXT_BYTES - 4, "...");
	char four[4];
	cr_assert_not(must_format(four, sizeof four, "%s", "1234"));
	cr_assert(must_format(four, sizeof four, "%s", "123"));
}
