/* Reports: one line of valid JSON whatever the bytes, from which Python gets each of them back. Runs as: the developer.
   Input: numbers; caller, profile, slice, name and reason, each to its NUL; output, error and result, each to two bytes 0xff. */
#include "fuzz.h"
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../../helper/decide/word.h"
#include "../../helper/report.h"

/* A reader of its own for the report's JSON (RFC 8259): each function moves `at` past what it must find there. */
struct json { const char *at, *end; };

static void expect_text(struct json *json, const char *text)
{
	EXPECT((size_t)(json->end - json->at) >= strlen(text) && memcmp(json->at, text, strlen(text)) == 0);
	json->at += strlen(text);
}

static unsigned read_hex4(struct json *json)
{
	unsigned value = 0;
	EXPECT(json->end - json->at >= 4);
	for (int i = 0; i < 4; i++, json->at++) {
		const char *digit = memchr("0123456789abcdef", *json->at, 16);
		EXPECT(digit != NULL);
		value = value << 4 | (unsigned)(digit - "0123456789abcdef");
	}
	return value;
}

/* The bytes of one character of UTF-8, by its code point: 0 where it is none that RFC 3629 allows. */
static size_t utf8_length(const unsigned char *at, size_t left)
{
	static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = at[0] < 0x80 ? 1 : at[0] >> 5 == 6 ? 2 : at[0] >> 4 == 14 ? 3 : at[0] >> 3 == 30 ? 4 : 0;
	unsigned point = length == 1 ? at[0] : at[0] & (0x7fu >> length);
	if (length == 0 || length > left)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if (at[i] >> 6 != 2)
			return 0;
		point = point << 6 | (at[i] & 0x3f);
	}
	return point >= least[length] && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? length : 0;
}

/* A string that means exactly these bytes, as text.encode("utf-8", "surrogateescape") in Python would give them. */
static void expect_string(struct json *json, const char *bytes, size_t length)
{
	size_t done = 0;
	expect_text(json, "\"");
	while (done < length) {
		EXPECT(json->at < json->end);
		const unsigned char *in = (const unsigned char *)json->at;
		size_t n = utf8_length(in, (size_t)(json->end - json->at));
		EXPECT(n > 0 && in[0] >= 0x20 && in[0] != '"' && in[0] != 0x7f && !(in[0] == 0xc2 && in[1] < 0xa0));
		if (in[0] == '\\') {
			expect_text(json, "\\u");
			unsigned unit = read_hex4(json);
			/* a character that a terminal or a reader of lines would act on: escaped as itself */
			const char hidden[] = { (char)(unit < 0x800 ? 0xc0 | unit >> 6 : 0xe0 | unit >> 12),
				(char)(0x80 | (unit < 0x800 ? unit & 0x3f : unit >> 6 & 0x3f)),
				(char)(0x80 | (unit & 0x3f)) };
			size_t bytes_hidden = unit >= 0x80 && unit < 0xa0 ? 2 : unit == 0x2028 || unit == 0x2029 ? 3 : 0;
			if (bytes_hidden > 0) {
				EXPECT(length - done >= bytes_hidden && memcmp(bytes + done, hidden, bytes_hidden) == 0);
				done += bytes_hidden;
				continue;
			}
			EXPECT(unit < 0x80 || (unit >= 0xdc80 && unit <= 0xdcff));
			EXPECT((unsigned char)bytes[done++] == (unit & 0xff));
			EXPECT(unit < 0x80 || utf8_length((const unsigned char *)bytes + done - 1, length - done + 1) == 0);
		} else {
			EXPECT(length - done >= n && memcmp(bytes + done, json->at, n) == 0);
			json->at += n;
			done += n;
		}
	}
	expect_text(json, "\"");
}

static void expect_key(struct json *json, const char *key)
{
	expect_text(json, ",\"");
	expect_text(json, key);
	expect_text(json, "\":");
}

static void expect_number(struct json *json, const char *key, bool known, int64_t value)
{
	char text[32];
	sprintf(text, "%lld", (long long)value);
	expect_key(json, key);
	expect_text(json, known ? text : "null");
}

static void expect_word(struct json *json, const char *key, const char *word)
{
	expect_key(json, key);
	if (*word != '\0')
		expect_string(json, word, strlen(word));
	else
		expect_text(json, "null");
}

static void expect_milliseconds(struct json *json, const char *key, int64_t usec)
{
	char text[64];
	sprintf(text, "%lld.%03d", (long long)usec / 1000, (int)(usec % 1000));
	expect_key(json, key);
	expect_text(json, usec >= 0 ? text : "null");
}

/* `limits` and `not_enforced` share the rows between them; both are empty where nothing ran. */
static void expect_limits(struct json *json, const struct sbx_run *run, bool ran)
{
	int shown = 0;
	expect_key(json, "namespaces");
	expect_text(json, "[");
	for (int i = 0; i < SBX_NAMESPACES; i++)
		if (ran && (run->namespaces & SBX_NS_BIT(i))) {
			expect_text(json, shown++ > 0 ? ",\"" : "\"");
			expect_text(json, sbx_namespace_rows[i].name);
			expect_text(json, "\"");
		}
	expect_text(json, "],\"limits_by\":");
	expect_text(json, !ran ? "null" : run->limits_by_cgroup ? "\"cgroup\"" : "\"rlimits\"");
	for (int enforced = 1; enforced >= 0; enforced--) {
		shown = 0;
		expect_text(json, enforced ? ",\"limits\":{" : "},\"not_enforced\":[");
		for (int i = 0; i < SBX_LIMITS; i++) {
			const struct sbx_limit_row *row = &sbx_limit_rows[i];
			char text[96];
			if (!ran || (run->limits_by_cgroup || row->rlimits_enforce) != enforced)
				continue;
			sprintf(text, enforced ? "%s\"%s\":%llu" : "%s\"%s\"", shown++ > 0 ? "," : "", row->key,
				(unsigned long long)(row->unit == SBX_USEC ? run->limit[i] / 1000 : run->limit[i]));
			expect_text(json, text);
		}
	}
	expect_text(json, "]");
}

/* The keys of design section 8, in its order, and nothing else. */
static void check_report(struct json json, const struct sbx_run *run, const struct sbx_outcome *o)
{
	static const char *const streams[] = { "stdout", "stderr", "result" };
	bool ran = SBX_HAS_RUN(o->end.status);
	expect_text(&json, "{\"version\":1");
	expect_word(&json, "id", ran ? run->id : "");
	expect_word(&json, "status", sbx_status_rows[o->end.status].name);
	expect_number(&json, "exit_code", ran && WIFEXITED(o->wait_status), WEXITSTATUS(o->wait_status));
	expect_number(&json, "signal", ran && WIFSIGNALED(o->wait_status), WTERMSIG(o->wait_status));
	expect_key(&json, "reason");
	expect_string(&json, o->end.text, strlen(o->end.text));
	expect_word(&json, "caller", run->caller);
	expect_word(&json, "profile", run->profile);
	expect_word(&json, "slice", run->slice);
	expect_word(&json, "name", run->name);
	expect_limits(&json, run, ran);
	expect_number(&json, "uid", ran, run->uid);
	expect_milliseconds(&json, "wall_ms", o->wall_usec);
	expect_milliseconds(&json, "setup_ms", o->setup_usec);
	expect_milliseconds(&json, "cpu_user_ms", o->count.cpu_user_usec);
	expect_milliseconds(&json, "cpu_system_ms", o->count.cpu_system_usec);
	expect_number(&json, "memory_peak", o->count.memory_peak_bytes >= 0, o->count.memory_peak_bytes);
	expect_number(&json, "swap_peak", o->count.swap_peak_bytes >= 0, o->count.swap_peak_bytes);
	expect_number(&json, "oom_kills", o->count.oom_kills >= 0, o->count.oom_kills);
	expect_number(&json, "pids_peak", o->count.pids_peak >= 0, o->count.pids_peak);
	for (int i = 0; i < 3; i++) {
		expect_key(&json, streams[i]);
		expect_string(&json, o->stream[i].bytes, o->stream[i].length);
	}
	expect_text(&json, "}\n");
	EXPECT(json.at == json.end);
}

/* The line of the log is bounded, printable, and its fields are those that we write: none comes out of a name or a reason. */
static void check_audit_line(const struct sbx_run *run, const struct sbx_outcome *o, size_t size)
{
	static const char *const names[] = { " caller=", " profile=", " slice=", " name=" };
	const char *const values[] = { run->caller, run->profile, run->slice, run->name };
	char *line = malloc(size);
	const char *reason;
	size_t blanks = 0, quotes = 0;

	report_audit_line(run, o, line, size);
	EXPECT(memchr(line, '\0', size) != NULL && is_printable(line));
	EXPECT(strncmp(line, SBX_HAS_RUN(o->end.status) ? "run status=" : "refusal status=", SBX_HAS_RUN(o->end.status) ? 11 : 15) == 0);
	reason = strstr(line, " reason=\"");
	EXPECT(reason != NULL);
	for (const char *c = line; c < reason; c++)
		blanks += *c == ' ';
	EXPECT(blanks == 6u + (SBX_HAS_RUN(o->end.status) ? 6u + SBX_LIMITS : 0)); /* one before each field but the first and the reason */
	for (const char *c = line; *c != '\0'; c++)
		quotes += *c == '"';
	/* Where the line is cut, its last byte may be one of the reason's, and that may be a quote. */
	EXPECT(line[strlen(line) - 1] == '"' ? quotes == 2 : quotes == 1 && strlen(line) == size - 1);
	for (size_t i = 0; i < 4; i++) {
		const char *at = strstr(line, names[i]);
		EXPECT(at != NULL && at < reason);
		at += strlen(names[i]);
		EXPECT(strcspn(at, " ") == strnlen(values[i], SBX_NAME_BYTES - 1));
	}
	free(line);
}

static char *take_stream(struct input *in, struct sbx_stream *stream)
{
	const uint8_t *end = in->left > 0 ? memmem(in->data, in->left, "\xff\xff", 2) : NULL;
	stream->length = end != NULL ? (size_t)(end - in->data) : in->left;
	stream->bytes = malloc(stream->length); /* no room for a NUL: streams have none */
	if (stream->length > 0)
		memcpy(stream->bytes, in->data, stream->length);
	input_skip(in, stream->length + (end != NULL ? 2 : 0));
	return stream->bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	enum sbx_status status = input_number(&in, 1) % SBX_STATUSES;
	struct sbx_outcome o = { .wait_status = (int32_t)input_number(&in, 4), .wall_usec = (int64_t)input_number(&in, 8),
		.setup_usec = (int64_t)input_number(&in, 8) };
	uint64_t limit[SBX_LIMITS], audit_bytes = 2048 + input_number(&in, 2) % 4096;
	struct sbx_run run = { .uid = (uint32_t)input_number(&in, 4), .namespaces = (uint32_t)input_number(&in, 1),
		.limits_by_cgroup = input_number(&in, 1) & 1, .limit = limit };
	int64_t *counts[] = { &o.count.cpu_user_usec, &o.count.cpu_system_usec, &o.count.memory_peak_bytes, &o.count.swap_peak_bytes,
		&o.count.oom_kills, &o.count.pids_peak };
	char *text[5], *stream[3], id[33];

	for (size_t i = 0; i < COUNT(counts); i++)
		*counts[i] = (int64_t)input_number(&in, 8) >> (i < 2); /* both times together are no overflow: 292,000 years */
	for (int i = 0; i < SBX_LIMITS; i++)
		limit[i] = input_number(&in, 8);
	sprintf(id, "%016llx%016llx", (unsigned long long)input_number(&in, 8), (unsigned long long)limit[0]);
	for (int i = 0; i < 5; i++)
		text[i] = input_text(&in, '\0');
	run.id = id;
	run.caller = text[0];
	run.profile = text[1];
	run.slice = text[2];
	run.name = text[3];
	(void)err_set(&o.end, status, NULL, "%s", text[4]); /* as every reason is made */
	for (int i = 0; i < 3; i++)
		stream[i] = take_stream(&in, &o.stream[i]);

	int fd = memfd_create("report", 0), copy = dup(fd);
	EXPECT(fd >= 0 && copy >= 0 && report_write(copy, &run, &o)); /* takes its descriptor */
	off_t length = lseek(fd, 0, SEEK_END);
	char *report = malloc((size_t)length);
	EXPECT(pread(fd, report, (size_t)length, 0) == length);
	close(fd);
	check_report((struct json){ report, report + length }, &run, &o);
	check_audit_line(&run, &o, audit_bytes);
	int exit_status = report_exit_status(&o);
	EXPECT(exit_status >= 0 && exit_status <= 255 && (SBX_HAS_RUN(status) || exit_status == SBX_EXIT_NOT_RUN));
	free(report);
	for (int i = 0; i < 5; i++)
		free(text[i]);
	for (int i = 0; i < 3; i++)
		free(stream[i]);
	return 0;
}
