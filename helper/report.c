/* Writes what became of a run. Runs as: supervisor, uid 0, no capability. */
#include "report.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "decide/number.h"
#include "decide/request.h"

/* Length of the UTF-8 sequence at s (RFC 3629: no overlong form, no surrogate, at most U+10FFFF), 0 when it is none. */
static size_t find_utf8(const unsigned char *s, size_t left)
{
	size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 : s[0] >= 0xf0 && s[0] < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < n; i++)
		if (i >= left || (s[i] & 0xc0) != 0x80)
			return 0;
	return (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
		(s[0] == 0xf4 && s[1] > 0x8f) ? 0 : n;
}

static void put_string(FILE *f, const char *key, const char *text, size_t length)
{
	const unsigned char *s = (const unsigned char *)text;

	fprintf(f, ",\"%s\":\"", key);
	for (size_t i = 0, n; i < length; i += n ? n : 1) {
		n = find_utf8(s + i, length - i);
		if (!n || s[i] < 0x20 || s[i] == '"' || s[i] == '\\' || s[i] == 0x7f)
			fprintf(f, n ? "\\u%04x" : "\\udc%02x", s[i]);
		else if ((n == 2 && s[i] == 0xc2 && s[i + 1] < 0xa0) || /* controls that a terminal may obey, and ends of lines for some readers */
			 (n == 3 && s[i] == 0xe2 && s[i + 1] == 0x80 && (s[i + 2] & 0xfe) == 0xa8))
			fprintf(f, "\\u%04x", n == 2 ? s[i + 1] : 0x2000u | (s[i + 2] & 0x3f));
		else
			fwrite(s + i, 1, n, f);
	}
	fputc('"', f);
}

static void put_number(FILE *f, const char *key, int64_t value)
{
	fprintf(f, value < 0 ? ",\"%s\":null" : ",\"%s\":%lld", key, (long long)value);
}

static void put_text(FILE *f, const char *key, const char *text)
{
	if (*text)
		put_string(f, key, text, strlen(text));
	else
		put_number(f, key, -1);
}

/* Item i of a list of those in `set`, behind a comma where it is not the first. */
static bool put_item(FILE *f, uint32_t set, int i, const char *name)
{
	return (set >> i & 1) && fprintf(f, "%s\"%s\"", set & ((1u << i) - 1) ? "," : "", name) > 0;
}

static void put_plan(FILE *f, const struct sbx_run *run, bool ran)
{
	uint32_t enforced = 0;

	for (int i = 0; i < SBX_LIMITS; i++)
		enforced |= (uint32_t)(run->limits_by_cgroup || sbx_limit_rows[i].rlimits_enforce) << i;
	fputs(",\"namespaces\":[", f);
	for (int i = 0; i < SBX_NAMESPACES; i++)
		(void)put_item(f, ran ? run->namespaces : 0, i, sbx_namespace_rows[i].name);
	fprintf(f, "],\"limits_by\":%s,\"limits\":{", !ran ? "null" : run->limits_by_cgroup ? "\"cgroup\"" : "\"rlimits\"");
	for (int i = 0; i < SBX_LIMITS; i++) /* the report's times are milliseconds */
		if (put_item(f, ran ? enforced : 0, i, sbx_limit_rows[i].key))
			fprintf(f, ":%llu", (unsigned long long)run->limit[i] / (sbx_limit_rows[i].unit == SBX_USEC ? 1000 : 1));
	fputs("},\"not_enforced\":[", f);
	for (int i = 0; i < SBX_LIMITS; i++)
		(void)put_item(f, ran ? ~enforced : 0, i, sbx_limit_rows[i].key);
	fputc(']', f);
}

bool report_write(int fd, const struct sbx_run *run, const struct sbx_outcome *o)
{
	static const char *const stream_keys[] = { "stdout", "stderr", "result" };
	const bool ran = SBX_HAS_RUN(o->end.status);
	const struct { const char *key, *text; } texts[] = { { "caller", run->caller }, { "profile", run->profile }, { "slice", run->slice },
		{ "name", run->name } };
	const struct { const char *key; int64_t usec; } times[] = { { "wall_ms", o->wall_usec }, { "setup_ms", o->setup_usec },
		{ "cpu_user_ms", o->count.cpu_user_usec }, { "cpu_system_ms", o->count.cpu_system_usec } };
	const struct { const char *key; int64_t value; } counts[] = { { "memory_peak", o->count.memory_peak_bytes },
		{ "swap_peak", o->count.swap_peak_bytes }, { "oom_kills", o->count.oom_kills }, { "pids_peak", o->count.pids_peak } };
	FILE *f = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK) < 0 ? NULL : fdopen(fd, "w"); /* or a slow reader gets half of it */

	if (!f)
		return false;
	fputs("{\"version\":1", f);
	put_text(f, "id", ran ? run->id : "");
	put_text(f, "status", sbx_status_rows[o->end.status].name);
	put_number(f, "exit_code", ran && WIFEXITED(o->wait_status) ? WEXITSTATUS(o->wait_status) : -1);
	put_number(f, "signal", ran && WIFSIGNALED(o->wait_status) ? WTERMSIG(o->wait_status) : -1);
	put_string(f, "reason", o->end.text, strlen(o->end.text));
	for (size_t i = 0; i < COUNT(texts); i++)
		put_text(f, texts[i].key, texts[i].text);
	put_plan(f, run, ran);
	put_number(f, "uid", ran ? (int64_t)run->uid : -1);
	for (size_t i = 0; i < COUNT(times); i++)
		fprintf(f, times[i].usec < 0 ? ",\"%s\":null" : ",\"%s\":%lld.%03lld", times[i].key, (long long)(times[i].usec / 1000),
			(long long)(times[i].usec % 1000));
	for (size_t i = 0; i < COUNT(counts); i++)
		put_number(f, counts[i].key, counts[i].value);
	for (int i = 0; i < 3; i++)
		put_string(f, stream_keys[i], o->stream[i].bytes, o->stream[i].length);
	fputs("}\n", f);
	return fclose(f) == 0; /* an error of any write before it is kept */
}

int report_exit_status(const struct sbx_outcome *outcome)
{
	int by_us = sbx_status_rows[outcome->end.status].exit_status, own = outcome->wait_status;

	return by_us >= 0 ? by_us : WIFEXITED(own) ? WEXITSTATUS(own) : 128 + WTERMSIG(own);
}

/* Every byte that could end a line or a field becomes '?': of the names any blank and quote too, of the reason (last) only the quote. */
void report_audit_line(const struct sbx_run *run, const struct sbx_outcome *o, char *line, size_t size)
{
	const char *const names[] = { run->caller, run->profile, run->slice, run->name };
	char value[32], word[4][SBX_NAME_BYTES];
	int n; /* everything before the reason takes less than 1100 bytes */

	for (size_t i = 0; i < COUNT(names); i++) {
		(void)snprintf(word[i], sizeof word[i], "%s", names[i]);
		for (char *c = word[i]; *c; c++)
			*c = (char)(*c <= ' ' || *c > '~' || *c == '"' ? '?' : *c);
	}
	n = snprintf(line, size, "%s status=%s exit=%d caller=%s profile=%s slice=%s name=%s ", SBX_HAS_RUN(o->end.status) ? "run" : "refusal",
		sbx_status_rows[o->end.status].name, report_exit_status(o), word[0], word[1], word[2], word[3]);
	if (SBX_HAS_RUN(o->end.status))
		n += snprintf(line + n, size - (size_t)n, "id=%s uid=%u memory_peak=%lld wall_ms=%lld cpu_ms=%lld limits_by=%s ", run->id, run->uid,
			(long long)o->count.memory_peak_bytes, (long long)o->wall_usec / 1000,
			(long long)(o->count.cpu_user_usec + o->count.cpu_system_usec) / 1000, run->limits_by_cgroup ? "cgroup" : "rlimits");
	for (int i = 0; SBX_HAS_RUN(o->end.status) && i < SBX_LIMITS; i++) {
		number_format_unit(run->limit[i], sbx_limit_rows[i].unit, value);
		n += snprintf(line + n, size - (size_t)n, "%s=%s ", sbx_limit_rows[i].key, value);
	}
	(void)snprintf(line + n, size - (size_t)n, "reason=\"%s\"", o->end.text);
	for (char *c = line + n + strlen("reason=\""); *c && c[1]; c++)
		*c = (char)(*c == '"' ? '\'' : *c);
}
