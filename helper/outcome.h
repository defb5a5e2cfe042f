/* What became of a run: the two kinds of failure, the statuses, and the one error value that travels upward. */
#ifndef SBX_OUTCOME_H
#define SBX_OUTCOME_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SBX_ERR_TEXT_BYTES 2048 /* one line, NUL included; longer lines end in "..." */

/* Exit statuses of `run` that are not the component's own. */
enum sbx_exit { SBX_EXIT_TIMEOUT = 124, SBX_EXIT_NOT_RUN = 125, SBX_EXIT_OOM = 137 };

/* The order is that of sbx_status_names in tables.c. */
enum sbx_status {
	SBX_EXITED, SBX_SIGNALED, SBX_TIMEOUT, SBX_OOM, SBX_OUTPUT_LIMIT, SBX_KILLED,
	SBX_REFUSED, /* policy or arguments say no: the component has not run */
	SBX_ERROR,   /* the sandbox could not be made: the component has not run */
	SBX_STATUSES
};

/* Fixed size, no heap: it crosses a socket and a shared address space as it is. */
struct sbx_err {
	enum sbx_status status; /* SBX_REFUSED or SBX_ERROR */
	char text[SBX_ERR_TEXT_BYTES];
};

/* Fill `err` and return false, so that a refusal is `return err_refuse(err, ...)`. Never allocate, never fail.
   Bytes outside printable ASCII become '?': the line goes to a terminal and to a log. */
bool err_refuse(struct sbx_err *err, const char *format, ...) __attribute__((format(printf, 2, 3), nonnull));
bool err_fail(struct sbx_err *err, const char *format, ...) __attribute__((format(printf, 2, 3), nonnull));
/* As err_fail, with ": " and the text of errnum (no locale is read); 0 says that the kernel reads back another value than was set. */
bool err_errno(struct sbx_err *err, int errnum, const char *format, ...) __attribute__((format(printf, 3, 4), nonnull));

/* snprintf for which truncation is failure. */
bool must_format(char *into, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4), nonnull, warn_unused_result));
#endif
