/* Turns a table of system calls into a filter: a C header, and text to review. Runs as: the builder; never installed. */
#include "component.h"
#include "supervisor.h"

#include <err.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ARGS COUNT(component_rows[0].arg)
#define NUMBERS_END 1024 /* Linux numbers its calls densely from 0 and has not reached 500 */
#define X32_BIT 0x40000000u
#define FILTER_MAX 4096 /* BPF_MAXINSNS: the kernel takes no longer filter */
#define PROLOGUE 6

#if defined(__x86_64__)
#define ARCH_MACRO "__x86_64__"
#elif defined(__aarch64__)
#define ARCH_MACRO "__aarch64__"
#else
#error "the table was reviewed for x86_64 and aarch64 only"
#endif

struct filter {
	struct sock_filter code[FILTER_MAX];
	size_t length;
};

static const struct table {
	const char *name; /* of the filter, and of the file that holds the rows */
	const struct syscall_row *row;
	size_t rows;
} tables[] = {
	{ "component", component_rows, COUNT(component_rows) },
	{ "supervisor", supervisor_rows, COUNT(supervisor_rows) },
};

static void check(int result, const char *what)
{
	if (result < 0)
		errx(1, "%s: %s", what, strerror(-result));
}

static FILE *open_output(const char *path)
{
	FILE *out = fopen(path, "w");

	if (!out)
		err(1, "cannot write %s", path);
	return out;
}

static void close_output(FILE *out, const char *path)
{
	if (ferror(out) || fclose(out))
		err(1, "cannot write %s", path);
}

static int find_number(const struct syscall_row *row)
{
	int number = seccomp_syscall_resolve_name_arch(seccomp_arch_native(), row->name);

	if (number == __NR_SCMP_ERROR && !row->newer)
		errx(1, "no system call is named %s", row->name);
	if (number == __NR_SCMP_ERROR)
		warnx("%s is newer than this libseccomp: it gets ENOSYS", row->name);
	return number;
}

static unsigned int find_highest(void)
{
	unsigned int highest = 0;

	for (int number = 0; number < NUMBERS_END; number++) {
		char *name = seccomp_syscall_resolve_num_arch(seccomp_arch_native(), number);

		if (name)
			highest = (unsigned int)number;
		free(name);
	}
	return highest;
}

static void add_row(scmp_filter_ctx ctx, const struct syscall_row *row)
{
	uint32_t action = row->nosys ? SCMP_ACT_ERRNO(ENOSYS) : SCMP_ACT_ALLOW;
	struct scmp_arg_cmp rules[ARGS];
	unsigned int count = 0;
	int number = find_number(row);

	if (number < 0) /* not of this architecture */
		return;
	while (count < ARGS && row->arg[count].mask) {
		const struct arg_rule *arg = &row->arg[count];

		if (arg->value & ~arg->mask)
			errx(1, "%s: a value outside its mask never matches", row->name);
		rules[count++] = (struct scmp_arg_cmp){arg->index, SCMP_CMP_MASKED_EQ, arg->mask, arg->value};
	}
	check(seccomp_rule_add_exact_array(ctx, action, number, count, rules), row->name);
}

static scmp_filter_ctx build(const struct table *table)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));

	if (!ctx)
		errx(1, "seccomp_init failed");
	check(seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(EPERM)), "action for other architectures");
	check(seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2), "binary tree");
	for (size_t i = 0; i < table->rows; i++)
		add_row(ctx, &table->row[i]);
	return ctx;
}

/* libseccomp has one default and it is EPERM; that numbers it has never heard of get ENOSYS is decided in front of its code. */
static void put_prologue(struct filter *filter, unsigned int highest)
{
	const struct sock_filter code[PROLOGUE] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, seccomp_arch_native(), 0, 4),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 2, 0),
	    BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, highest, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	};

	memcpy(filter->code, code, sizeof(code));
	filter->length = PROLOGUE;
}

static void put_rules(struct filter *filter, scmp_filter_ctx ctx)
{
	FILE *bpf = tmpfile();

	if (!bpf)
		err(1, "cannot make a temporary file");
	check(seccomp_export_bpf(ctx, fileno(bpf)), "seccomp_export_bpf");
	rewind(bpf);
	filter->length += fread(filter->code + filter->length, sizeof(filter->code[0]), FILTER_MAX - filter->length, bpf);
	if (ferror(bpf) || fgetc(bpf) != EOF)
		errx(1, "the filter is longer than %d instructions", FILTER_MAX);
	if (filter->length == PROLOGUE)
		errx(1, "libseccomp exported nothing");
	(void)fclose(bpf); /* only read: nothing can be lost */
}

static void write_header(FILE *out, const struct table *table, const struct filter *filter)
{
	fprintf(out, "/* Made by helper/seccomp/generate.c from %s.h; %zu instructions. */\n#pragma once\n", table->name, filter->length);
	fprintf(out, "#include <linux/filter.h>\n\n");
	fprintf(out, "#ifndef %s\n#error \"this filter was made for %s\"\n#endif\n\n", ARCH_MACRO, ARCH_MACRO);
	fprintf(out, "static const struct sock_filter %s_filter[] = {\n", table->name);
	for (size_t i = 0; i < filter->length; i++) {
		const struct sock_filter *op = &filter->code[i];

		fprintf(out, "\t{ 0x%04x, 0x%02x, 0x%02x, 0x%08x },\n", op->code, op->jt, op->jf, op->k);
	}
	fprintf(out, "};\n");
}

static void write_row(FILE *out, const struct syscall_row *row)
{
	fprintf(out, "  %s", row->name);
	for (size_t i = 0; i < ARGS && row->arg[i].mask; i++)
		fprintf(out, "%s argument %u & 0x%llx == 0x%llx", i ? " and" : " if", row->arg[i].index,
			(unsigned long long)row->arg[i].mask, (unsigned long long)row->arg[i].value);
	if (row->nosys)
		fprintf(out, " never, ENOSYS");
	fprintf(out, "%s%s\n", row->why ? ": " : "", row->why ? row->why : "");
}

static bool has_row(const struct table *table, const char *name)
{
	for (size_t i = 0; i < table->rows; i++)
		if (strcmp(table->row[i].name, name) == 0)
			return true;
	return false;
}

static void write_refused(FILE *out, const struct table *table, unsigned int highest)
{
	fprintf(out, "\nRefused whole, with EPERM:\n");
	for (unsigned int number = 0; number <= highest; number++) {
		char *name = seccomp_syscall_resolve_num_arch(seccomp_arch_native(), (int)number);

		if (name && !has_row(table, name))
			fprintf(out, "  %s\n", name);
		free(name);
	}
}

static void write_text(FILE *out, const struct table *table, scmp_filter_ctx ctx, const struct filter *filter, unsigned int highest)
{
	fprintf(out, "The seccomp filter of the %s: architecture 0x%08x, %zu instructions.\n\n", table->name, seccomp_arch_native(),
		filter->length);
	fprintf(out, "In front, written by hand, %d instructions: on this architecture, a number above %u and below 0x%x (x32)\n", PROLOGUE,
		highest, X32_BIT);
	fprintf(out, "gets ENOSYS: newer than the libseccomp of this build. All else goes on to libseccomp's code, in which\n");
	fprintf(out, "another architecture (int 0x80 too), x32, unassigned numbers and whatever no rule allows get EPERM.\n\n");
	fprintf(out, "Allowed; rows of one name are alternatives, an argument that fits none of them gets EPERM:\n");
	for (size_t i = 0; i < table->rows; i++)
		if (seccomp_syscall_resolve_name_arch(seccomp_arch_native(), table->row[i].name) >= 0)
			write_row(out, &table->row[i]);
	write_refused(out, table, highest);
	fprintf(out, "\nThe same as libseccomp understood it:\n\n");
	if (fflush(out))
		err(1, "cannot write the text");
	check(seccomp_export_pfc(ctx, fileno(out)), "seccomp_export_pfc");
}

static const struct table *find_table(const char *name)
{
	for (size_t i = 0; i < COUNT(tables); i++)
		if (strcmp(tables[i].name, name) == 0)
			return &tables[i];
	errx(2, "no table is named %s", name);
}

int main(int argc, char **argv)
{
	static struct filter filter;
	unsigned int highest = find_highest();
	const struct table *table;
	scmp_filter_ctx ctx;
	FILE *out;

	if (argc != 4)
		errx(2, "usage: generate TABLE HEADER TEXT");
	table = find_table(argv[1]);
	ctx = build(table);
	put_prologue(&filter, highest);
	put_rules(&filter, ctx);
	out = open_output(argv[2]);
	write_header(out, table, &filter);
	close_output(out, argv[2]);
	out = open_output(argv[3]);
	write_text(out, table, ctx, &filter, highest);
	close_output(out, argv[3]);
	seccomp_release(ctx);
	return 0;
}
