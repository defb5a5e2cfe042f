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
	return (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f) ? 0 : n;
}

static void put_string(FILE *f, const char *text, size_t length)
{
	const unsigned char *s = (const unsigned char *)text;

	fputc('"', f);
	for (size_t i = 0, n; i < length; i += n ? n : 1) {
		n = find_utf8(s + i, length - i);
		if (!n || s[i] < 0x20 || s[i] == '"' || s[i] == '\\' || s[i] == 0x7f)
			fprintf(f, n ? "\\u%04x" : "\\udc%02x", s[i]);
		else
			fwrite(s + i, 1, n, f);
	}
	fputc('"', f);
}

static void put_text(FILE *f, const char *key, const char *text)
{
	fprintf(f, *text ? ",\"%s\":" : ",\"%s\":null", key);
	if (*text)
		put_string(f, text, strlen(text));
}

static void put_number(FILE *f, const char *key, int64_t value)
{
	fprintf(f, value < 0 ? ",\"%s\":null" : ",\"%s\":%lld", key, (long long)value);
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

static bool has_run(const struct sbx_outcome *outcome)
{
	return outcome->status != SBX_REFUSED && outcome->status != SBX_ERROR;
}

bool report_write(int fd, const struct sbx_run *run, const struct sbx_outcome *o)
{
	static const char *const stream_keys[] = { "stdout", "stderr", "result" };
	const struct { const char *key; int64_t usec; } times[] = { { "wall_ms", o->wall_usec }, { "setup_ms", o->setup_usec },
		{ "cpu_user_ms", o->cpu_user_usec }, { "cpu_system_ms", o->cpu_system_usec } };
	bool ran = has_run(o);
	FILE *f = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK) < 0 ? NULL : fdopen(fd, "w"); /* or a slow reader gets half of it */

	if (!f)
		return false;
	fputs("{\"version\":1", f);
	put_text(f, "id", ran ? run->id : "");
	put_text(f, "status", sbx_status_names[o->status]);
	put_number(f, "exit_code", ran && WIFEXITED(o->wait_status) ? WEXITSTATUS(o->wait_status) : -1);
	put_number(f, "signal", ran && WIFSIGNALED(o->wait_status) ? WTERMSIG(o->wait_status) : -1);
	fputs(",\"reason\":", f);
	put_string(f, o->reason, strlen(o->reason));
	put_text(f, "caller", run->caller);
	put_text(f, "profile", run->profile);
	put_text(f, "slice", run->slice);
	put_text(f, "name", run->name);
	put_plan(f, run, ran);
	put_number(f, "uid", ran ? (int64_t)run->uid : -1);
	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		fprintf(f, times[i].usec < 0 ? ",\"%s\":null" : ",\"%s\":%lld.%03lld", times[i].key, (long long)(times[i].usec / 1000),
			(long long)(times[i].usec % 1000));
	put_number(f, "memory_peak", o->memory_peak_bytes);
	put_number(f, "swap_peak", o->swap_peak_bytes);
	put_number(f, "oom_kills", o->oom_kills);
	put_number(f, "pids_peak", o->pids_peak);
	for (int i = 0; i < 3; i++) {
		fprintf(f, ",\"%s\":", stream_keys[i]);
		put_string(f, o->stream[i].bytes, o->stream[i].length);
	}
	fputs("}\n", f);
	return fclose(f) == 0; /* an error of any write before it is kept */
}

int report_exit_status(const struct sbx_outcome *outcome)
{
	static const int by_us[SBX_STATUSES] = { [SBX_TIMEOUT] = SBX_EXIT_TIMEOUT, [SBX_OOM] = SBX_EXIT_OOM, [SBX_OUTPUT_LIMIT] = SBX_EXIT_OOM,
		[SBX_KILLED] = SBX_EXIT_OOM /* 128 + SIGKILL, which ended all three */, [SBX_REFUSED] = SBX_EXIT_NOT_RUN, [SBX_ERROR] = SBX_EXIT_NOT_RUN };

	return outcome->status == SBX_EXITED ? WEXITSTATUS(outcome->wait_status) : outcome->status == SBX_SIGNALED ?
		128 + WTERMSIG(outcome->wait_status) : by_us[outcome->status];
}

/* Every byte that could end a line or a field becomes '?': of the names any blank and quote too, of the reason (last) only the quote. */
void report_audit_line(const struct sbx_run *run, const struct sbx_outcome *o, char *line, size_t size)
{
	const char *const names[] = { run->caller, run->profile, run->slice, run->name };
	char memory[32], swap[32], word[4][SBX_NAME_BYTES], reason[SBX_ERR_TEXT_BYTES];
	int n; /* everything before the reason takes less than 900 bytes */

	number_format_unit(run->limit[SBX_MEMORY_MAX], SBX_BYTES, memory);
	number_format_unit(run->limit[SBX_SWAP_MAX], SBX_BYTES, swap);
	for (size_t i = 0; i < 4; i++) {
		(void)snprintf(word[i], sizeof word[i], "%s", names[i]);
		for (char *c = word[i]; *c; c++)
			*c = *c <= ' ' || *c > '~' || *c == '"' ? '?' : *c;
	}
	(void)snprintf(reason, sizeof reason, "%s", o->reason);
	for (char *c = reason; *c; c++)
		*c = *c == '"' ? '\'' : *c;
	n = snprintf(line, size, "%s status=%s exit=%d caller=%s profile=%s slice=%s name=%s ", has_run(o) ? "run" : "refusal",
		sbx_status_names[o->status], report_exit_status(o), word[0], word[1], word[2], word[3]);
	if (has_run(o))
		n += snprintf(line + n, size - (size_t)n, "id=%s uid=%u limits_by=%s memory.max=%s memory.swap.max=%s cpu.max=%llu%% pids.max=%llu "
			"memory_peak=%lld wall_ms=%lld cpu_ms=%lld ", run->id, run->uid, run->limits_by_cgroup ? "cgroup" : "rlimits", memory, swap,
			(unsigned long long)run->limit[SBX_CPU_MAX], (unsigned long long)run->limit[SBX_PIDS_MAX], (long long)o->memory_peak_bytes,
			(long long)o->wall_usec / 1000, (long long)(o->cpu_user_usec + o->cpu_system_usec) / 1000);
	(void)snprintf(line + n, size - (size_t)n, "reason=\"%s\"", reason);
}
