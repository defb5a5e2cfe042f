/* What the harnesses share. Each one states promises of a header in helper/ as EXPECT, for whatever bytes come. */
#ifndef SBX_FUZZ_H
#define SBX_FUZZ_H
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../../helper/outcome.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The end of the process is what libFuzzer takes for a finding. */
#define EXPECT(promise) ((promise) ? (void)0 : expect_failed(__FILE__, __LINE__, #promise))
static inline _Noreturn void expect_failed(const char *file, int line, const char *promise)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, promise);
	abort();
}

/* What is left of the input; it gives zeros when it is used up. */
struct input { const uint8_t *data; size_t left; };

static inline void input_skip(struct input *in, size_t bytes)
{
	bytes = bytes < in->left ? bytes : in->left;
	in->data += bytes;
	in->left -= bytes;
}

/* Little-endian, of at most 8 bytes. */
static inline uint64_t input_number(struct input *in, size_t bytes)
{
	uint64_t value = 0;
	for (size_t i = 0; i < bytes; i++)
		value |= (uint64_t)(i < in->left ? in->data[i] : 0) << (8 * i);
	input_skip(in, bytes);
	return value;
}

/* Heap of exactly the string's size, so that the sanitizer sees a step beyond. The bytes up to `end`, or to the end of the input. */
static inline char *input_text(struct input *in, char end)
{
	const uint8_t *at = in->left > 0 ? memchr(in->data, end, in->left) : NULL;
	size_t length = at != NULL ? (size_t)(at - in->data) : in->left;
	char *text = malloc(length + 1);
	EXPECT(text != NULL);
	if (length > 0)
		memcpy(text, in->data, length);
	text[length] = '\0';
	input_skip(in, length + (at != NULL));
	return text;
}

static inline bool is_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

/* An err is one bounded printable line, never an empty one. */
static inline void expect_line(const struct sbx_err *err, enum sbx_status status)
{
	EXPECT(err->status == status);
	EXPECT(memchr(err->text, '\0', sizeof err->text) != NULL && err->text[0] != '\0' && is_printable(err->text));
}
#endif
