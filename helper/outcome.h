/* What became of a run: the two kinds of failure, the statuses, and the one error value that travels upward. */
#ifndef SBX_OUTCOME_H
#define SBX_OUTCOME_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SBX_ERR_TEXT_BYTES 2048 /* one line, NUL included; longer lines end in "..." */

/* Exit statuses of `run` that are not the component's own. 137 is 128 + SIGKILL. */
enum sbx_exit { SBX_EXIT_TIMEOUT = 124, SBX_EXIT_NOT_RUN = 125, SBX_EXIT_KILLED = 137 };

/* The order is that of sbx_status_rows in tables.c. */
enum sbx_status {
	SBX_EXITED, SBX_SIGNALED, SBX_TIMEOUT, SBX_OOM, SBX_OUTPUT_LIMIT, SBX_KILLED,
	SBX_REFUSED, /* policy or arguments say no: the component has not run */
	SBX_ERROR,   /* the sandbox could not be made: the component has not run */
	SBX_STATUSES
};

#define SBX_HAS_RUN(status) ((status) < SBX_REFUSED)

/* A status and its reason; mostly why something was not done. Fixed size, no heap: it crosses a socket and a shared mapping as it is. */
struct sbx_err {
	enum sbx_status status;
	char text[SBX_ERR_TEXT_BYTES];
};

/* Fill `err` and are false, so that a refusal is `return err_refuse(err, ...)`. Never allocate, never fail.
   Bytes outside printable ASCII become '?': the line goes to a terminal and to a log. err_errno adds ": " and the text of errnum;
   0 says that the kernel reads back another value than was set. An argument may be err->text itself. */
#define err_refuse(err, ...) (err_set(err, SBX_REFUSED, NULL, __VA_ARGS__), false)
#define err_fail(err, ...) (err_set(err, SBX_ERROR, NULL, __VA_ARGS__), false)
#define err_errno(err, errnum, ...) (err_set(err, SBX_ERROR, err_cause(errnum), __VA_ARGS__), false)
void err_set(struct sbx_err *err, enum sbx_status status, const char *why, const char *format, ...)
	__attribute__((format(printf, 4, 5), nonnull(1, 4)));
/* The text of errnum, for err_errno. No locale is read. */
const char *err_cause(int errnum) __attribute__((returns_nonnull, warn_unused_result));

/* snprintf for which truncation is failure. */
bool must_format(char *into, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4), nonnull, warn_unused_result));
#endif
