/* The report, the line of the log and the exit status of a run. Runs as: the developer, no privilege. */
#include "support.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "../../helper/report.h"

static const uint64_t limits[SBX_LIMITS] = {
	[SBX_MEMORY_MAX] = 1u << 30, [SBX_CPU_MAX] = 50, [SBX_CPU_BURST] = 50000, [SBX_PIDS_MAX] = 64, [SBX_WALL_TIME] = 60000000,
	[SBX_CPU_TIME] = 1500, [SBX_FILE_SIZE] = 1u << 26, [SBX_TMP_SIZE] = 1u << 26, [SBX_CODE_SIZE] = 1u << 20, [SBX_OUTPUT_SIZE] = 1u << 20,
};
static const struct sbx_run example = { "0123abcd", "omnimind", "component", "a.slice", "fib", 1879100003, 0x13, true, limits };

/* An outcome of the status with every number known, three empty streams, and `reason`. */
static struct sbx_outcome make_outcome(enum sbx_status status, int32_t wait_status, const char *reason)
{
	struct sbx_outcome o = { .wait_status = wait_status, .wall_usec = 31234, .setup_usec = 1400, .count = { 18000, 6100, 9437184, 0, 0, 1 } };
	(void)err_set(&o.end, status, NULL, "%s", reason);
	return o;
}

/* The report's text, which lives until the next call. */
static const char *write_report(const struct sbx_run *run, const struct sbx_outcome *o, int flags)
{
	static char text[65536];
	int fd = memfd_create("report", 0), copy = dup(fd);
	cr_assert(fd >= 0 && copy >= 0 && fcntl(fd, F_SETFL, flags) == 0);
	cr_assert(report_write(copy, run, o));
	cr_assert_eq(fcntl(fd, F_GETFL) & O_NONBLOCK, 0, "a slow reader would get half of the report");
	ssize_t length = pread(fd, text, sizeof text - 1, 0);
	cr_assert(length > 0);
	text[length] = '\0';
	close(fd);
	return text;
}

Test(promise_11_evidence, a_report_says_what_ran_under_which_limits)
{
	struct sbx_outcome o = make_outcome(SBX_EXITED, 3 << 8, "");
	o.stream[0] = (struct sbx_stream){ (char[]){ "hello\n" }, 6 };
	cr_assert_str_eq(write_report(&example, &o, O_NONBLOCK),
		"{\"version\":1,\"id\":\"0123abcd\",\"status\":\"exited\",\"exit_code\":3,\"signal\":null,\"reason\":\"\",\"caller\":\"omnimind\","
		"\"profile\":\"component\",\"slice\":\"a.slice\",\"name\":\"fib\",\"namespaces\":[\"pid\",\"ipc\",\"mount\"],"
		"\"limits_by\":\"cgroup\",\"limits\":{\"memory.max\":1073741824,\"memory.swap.max\":0,\"cpu.max\":50,\"cpu.max.burst\":50,"
		"\"pids.max\":64,\"wall_time\":60000,\"cpu_time\":1,\"file_size\":67108864,\"tmp_size\":67108864,\"code_size\":1048576,"
		"\"output_size\":1048576},\"not_enforced\":[],\"uid\":1879100003,\"wall_ms\":31.234,\"setup_ms\":1.400,\"cpu_user_ms\":18.000,"
		"\"cpu_system_ms\":6.100,\"memory_peak\":9437184,\"swap_peak\":0,\"oom_kills\":0,\"pids_peak\":1,\"stdout\":\"hello\\u000a\","
		"\"stderr\":\"\",\"result\":\"\"}\n");
}

Test(promise_11_evidence, what_rlimits_cannot_enforce_is_not_listed_as_a_limit)
{
	struct sbx_run run = example;
	struct sbx_outcome o = make_outcome(SBX_SIGNALED, 11, "");
	run.limits_by_cgroup = false;
	const char *text = write_report(&run, &o, 0);
	cr_assert_not_null(strstr(text, "\"exit_code\":null,\"signal\":11,"), "%s", text);
	cr_assert_not_null(strstr(text, "\"limits_by\":\"rlimits\",\"limits\":{\"memory.max\":1073741824,\"pids.max\":64,"), "%s", text);
	cr_assert_not_null(strstr(text, "\"not_enforced\":[\"memory.swap.max\",\"cpu.max\",\"cpu.max.burst\"]"), "%s", text);
}

Test(promise_2_two_kinds_of_failure, what_has_not_run_has_no_values_of_a_run)
{
	static const struct { enum sbx_status status; const char *name; } cases[] = { { SBX_REFUSED, "refused" }, { SBX_ERROR, "error" } };
	struct sbx_run run = { "0123abcd", "", "", "", "", 1, 0xff, true, limits };
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sbx_outcome o = make_outcome(cases[i].status, 0, "say \"no\"");
		char start[256];
		o.wall_usec = o.setup_usec = -1;
		o.count = (struct sbx_counters){ -1, -1, -1, -1, -1, -1 };
		const char *text = write_report(&run, &o, 0);
		cr_assert(must_format(start, sizeof start, "{\"version\":1,\"id\":null,\"status\":\"%s\",\"exit_code\":null,\"signal\":null,"
			"\"reason\":\"say \\u0022no\\u0022\",\"caller\":null,", cases[i].name));
		cr_assert(strncmp(text, start, strlen(start)) == 0, "%s", text);
		cr_assert_not_null(strstr(text, "\"namespaces\":[],\"limits_by\":null,\"limits\":{},\"not_enforced\":[],\"uid\":null,"
			"\"wall_ms\":null,\"setup_ms\":null,\"cpu_user_ms\":null,\"cpu_system_ms\":null,\"memory_peak\":null,"
			"\"swap_peak\":null,\"oom_kills\":null,\"pids_peak\":null,"), "%s", text);
	}
}

/* RFC 3629 and RFC 8259; what is no UTF-8 becomes a lone surrogate, byte for byte. */
Test(promise_11_evidence, no_byte_of_a_stream_is_lost_or_leaves_its_string)
{
	static const struct { const char *bytes, *text; } cases[] = {
		{ "\"\\/\b\t\x1f\x7f", "\\u0022\\u005c/\\u0008\\u0009\\u001f\\u007f" },
		{ "\",\"status\":\"exited", "\\u0022,\\u0022status\\u0022:\\u0022exited" },
		{ "\xc2\x80\xc2\x9b\xc2\x9f", "\\u0080\\u009b\\u009f" }, /* controls that a terminal may obey */
		{ "\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa", "\xe2\x80\xa7\\u2028\\u2029\xe2\x80\xaa" }, /* ends of lines */
		{ "\xc2\xa0\xdf\xbf", "\xc2\xa0\xdf\xbf" }, { "\xe0\xa0\x80\xef\xbf\xbf", "\xe0\xa0\x80\xef\xbf\xbf" },
		{ "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf" }, { "\xed\x9f\xbf\xee\x80\x80", "\xed\x9f\xbf\xee\x80\x80" },
		{ "\x80\xbf", "\\udc80\\udcbf" }, { "\xc0\x80\xc1\xbf", "\\udcc0\\udc80\\udcc1\\udcbf" },     /* a NUL in two bytes, overlong */
		{ "\xe0\x9f\xbf", "\\udce0\\udc9f\\udcbf" }, { "\xf0\x8f\xbf\xbf", "\\udcf0\\udc8f\\udcbf\\udcbf" }, /* overlong */
		{ "\xed\xa0\x80", "\\udced\\udca0\\udc80" }, { "\xed\xb2\x80", "\\udced\\udcb2\\udc80" },     /* surrogates, our own among them */
		{ "\xf4\x90\x80\x80", "\\udcf4\\udc90\\udc80\\udc80" }, { "\xf5\x80\x80\x80", "\\udcf5\\udc80\\udc80\\udc80" }, /* too large */
		{ "\xe2\x82", "\\udce2\\udc82" }, { "\xe2\x82z", "\\udce2\\udc82z" }, { "\xf0\x9f\x98\"", "\\udcf0\\udc9f\\udc98\\u0022" }, /* cut */
		{ "\xff\xfe", "\\udcff\\udcfe" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sbx_outcome o = make_outcome(SBX_EXITED, 0, "");
		char end[256];
		o.stream[2] = (struct sbx_stream){ (char *)cases[i].bytes, strlen(cases[i].bytes) };
		cr_assert(must_format(end, sizeof end, ",\"stderr\":\"\",\"result\":\"%s\"}\n", cases[i].text));
		const char *text = write_report(&example, &o, 0);
		cr_assert_str_eq(text + strlen(text) - strlen(end), end, "case %zu: %s", i, text);
	}
	struct sbx_outcome o = make_outcome(SBX_EXITED, 0, "");
	o.stream[1] = (struct sbx_stream){ (char[]){ 'a', '\0', 'b' }, 3 };
	cr_assert_not_null(strstr(write_report(&example, &o, 0), "\"stderr\":\"a\\u0000b\","));
}

Test(promise_11_evidence, a_report_that_is_not_written_is_not_called_written)
{
	struct sbx_outcome o = make_outcome(SBX_EXITED, 0, "");
	cr_assert_not(report_write(-1, &example, &o));
	cr_assert_not(report_write(open("/dev/null", O_RDONLY | O_CLOEXEC), &example, &o));
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	cr_assert(full >= 0 && !report_write(full, &example, &o));
}

Test(promise_2_two_kinds_of_failure, the_exit_status_is_the_components_own_or_ours)
{
	static const struct { enum sbx_status status; int32_t wait_status; int exit_status; } cases[] = {
		{ SBX_EXITED, 0, 0 }, { SBX_EXITED, 3 << 8, 3 }, { SBX_EXITED, 255 << 8, 255 }, { SBX_EXITED, 125 << 8, 125 },
		{ SBX_SIGNALED, 11, 139 }, { SBX_SIGNALED, 9, 137 }, { SBX_TIMEOUT, 9, 124 }, { SBX_OOM, 9, 137 }, { SBX_OUTPUT_LIMIT, 9, 137 },
		{ SBX_KILLED, 9, 137 }, { SBX_REFUSED, 0, 125 }, { SBX_ERROR, 0, 125 },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sbx_outcome o = make_outcome(cases[i].status, cases[i].wait_status, "");
		cr_assert_eq(report_exit_status(&o), cases[i].exit_status, "case %zu: %d", i, report_exit_status(&o));
	}
}

Test(promise_11_evidence, one_audit_line_says_who_ran_what_and_how_it_ended)
{
	struct sbx_outcome o = make_outcome(SBX_TIMEOUT, 9, "wall_time 60s");
	struct sbx_run run = example;
	char line[2048];
	report_audit_line(&run, &o, line, sizeof line);
	cr_assert_str_eq(line, "run status=timeout exit=124 caller=omnimind profile=component slice=a.slice name=fib id=0123abcd uid=1879100003 "
		"memory_peak=9437184 wall_ms=31 cpu_ms=24 limits_by=cgroup memory.max=1G memory.swap.max=0 cpu.max=50% cpu.max.burst=50ms "
		"pids.max=64 wall_time=60s cpu_time=1500us file_size=64M tmp_size=64M code_size=1M output_size=1M reason=\"wall_time 60s\"");
	o = make_outcome(SBX_REFUSED, 0, "option --name: \"a b\" is not a label");
	report_audit_line(&run, &o, line, sizeof line);
	cr_assert_str_eq(line, "refusal status=refused exit=125 caller=omnimind profile=component slice=a.slice name=fib "
		"reason=\"option --name: 'a b' is not a label\"");
	run.limits_by_cgroup = false;
	o = make_outcome(SBX_EXITED, 0, "");
	report_audit_line(&run, &o, line, sizeof line);
	cr_assert_not_null(strstr(line, " limits_by=rlimits "));
}

Test(promise_11_evidence, no_name_and_no_reason_forges_a_field_or_a_line_of_the_log)
{
	char longer[SBX_NAME_BYTES + 50], reason[SBX_ERR_TEXT_BYTES], line[2048];
	struct sbx_run run = { "id", "a\nrefusal status=error", "b exit=0", "c\"", "\x01\x7f\xc3\xa9", 1, 0, true, limits };
	struct sbx_outcome o = make_outcome(SBX_REFUSED, 0, "\" caller=root \n \"");
	report_audit_line(&run, &o, line, sizeof line);
	cr_assert_str_eq(line, "refusal status=refused exit=125 caller=a?refusal?status=error profile=b?exit=0 slice=c? name=???? "
		"reason=\"' caller=root ? '\"");
	memset(longer, 'n', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	memset(reason, '"', sizeof reason - 1);
	reason[sizeof reason - 1] = '\0';
	run.caller = run.profile = run.slice = run.name = longer;
	o = make_outcome(SBX_KILLED, 9, reason);
	memset(line, 'x', sizeof line);
	report_audit_line(&run, &o, line, sizeof line);
	cr_assert_eq(strnlen(line, sizeof line), sizeof line - 1, "not cut at its size");
	const char *at = strstr(line, " reason=\"");
	cr_assert(at != NULL && at - line < 1100, "%s", line);
	cr_assert_eq(strspn(at + strlen(" reason=\""), "'"), strlen(at) - strlen(" reason=\"") - 1); /* the last byte is where it was cut */
}
