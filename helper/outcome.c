/* The one error value that travels upward, and formatting that refuses truncation. Runs as: any process, no privilege used. */
#include "outcome.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* By way of a buffer of its own, since an argument may be err->text itself; the whole struct crosses a socket, so none of our
   stack goes along. */
void err_set(struct sbx_err *err, enum sbx_status status, const char *why, const char *format, ...)
{
	char text[SBX_ERR_TEXT_BYTES];
	va_list arguments;
	int used;

	va_start(arguments, format);
	used = vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (why && used >= 0 && (size_t)used < sizeof text)
		used += snprintf(text + used, sizeof text - (size_t)used, ": %s", why);
	memset(err, 0, sizeof *err);
	err->status = status;
	for (size_t i = 0; used > 0 && i < sizeof text - 1 && text[i]; i++)
		err->text[i] = (char)(text[i] < 0x20 || text[i] > 0x7e ? '?' : text[i]);
	if (used >= (int)sizeof text)
		memcpy(err->text + sizeof text - 4, "...", 4);
}

const char *err_cause(int errnum)
{
	const char *text = errnum ? strerrordesc_np(errnum) : "the kernel reads back another value"; /* reads no locale, unlike strerror() */
	static char number[24];

	return !text && must_format(number, sizeof number, "errno %d", errnum) ? number : text;
}

bool must_format(char *into, size_t size, const char *format, ...)
{
	va_list arguments;
	int written;

	va_start(arguments, format);
	written = vsnprintf(into, size, format, arguments);
	va_end(arguments);
	return written >= 0 && (size_t)written < size;
}
