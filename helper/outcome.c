/* The one error value that travels upward, and formatting that refuses truncation. Runs as: any process, no privilege used. */
#include "outcome.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* By way of a buffer of its own, since an argument may be err->text itself; the whole struct crosses a socket, so none of our
   stack goes along. */
static bool __attribute__((format(printf, 4, 0)))
fill(struct sbx_err *err, enum sbx_status status, const char *why, const char *format, va_list arguments)
{
	char text[SBX_ERR_TEXT_BYTES];
	int used = vsnprintf(text, sizeof text, format, arguments);

	if (used >= 0 && (size_t)used < sizeof text)
		used += snprintf(text + used, sizeof text - (size_t)used, "%s%s", *why ? ": " : "", why);
	memset(err, 0, sizeof *err);
	err->status = status;
	for (size_t i = 0; used > 0 && i < sizeof text - 1 && text[i]; i++)
		err->text[i] = (char)(text[i] < 0x20 || text[i] > 0x7e ? '?' : text[i]);
	if (used >= (int)sizeof text)
		memcpy(err->text + sizeof text - 4, "...", 4);
	return false;
}

bool err_refuse(struct sbx_err *err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)fill(err, SBX_REFUSED, "", format, arguments);
	va_end(arguments);
	return false;
}

bool err_fail(struct sbx_err *err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)fill(err, SBX_ERROR, "", format, arguments);
	va_end(arguments);
	return false;
}

bool err_errno(struct sbx_err *err, int errnum, const char *format, ...)
{
	const char *why = errnum ? strerrordesc_np(errnum) : "the kernel reads back another value"; /* reads no locale, unlike strerror() */
	char number[24];
	va_list arguments;

	if (!why)
		why = must_format(number, sizeof number, "errno %d", errnum) ? number : "errno ?";
	va_start(arguments, format);
	(void)fill(err, SBX_ERROR, why, format, arguments);
	va_end(arguments);
	return false;
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
