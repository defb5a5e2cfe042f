/* What a single word may look like, the same for policy and options. No locale: alphabets are for strspn(). */
#ifndef SBX_WORD_H
#define SBX_WORD_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SBX_DIGITS "0123456789"
#define SBX_LOWER "abcdefghijklmnopqrstuvwxyz"
#define SBX_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ" SBX_LOWER

/* The length of the leading [A-Za-z_][A-Za-z0-9_]*; 0: there is none. */
size_t word_env_name_length(const char *text) __attribute__((nonnull, warn_unused_result));
/* A login name ([a-z_][a-z0-9_.-]{0,31}), a uid in digits, or @group. */
bool word_is_caller(const char *text) __attribute__((nonnull, warn_unused_result));
/* SBX_NS_BIT of the name text[0..length-1]; 0: there is none. */
uint32_t word_namespace_bit(const char *text, size_t length) __attribute__((nonnull, warn_unused_result));

/* What is wrong with a word, to follow it in a message; NULL: nothing. */
/* A label: 1 to 128 of A-Za-z0-9._- ("." and ".." are none). */
#define SBX_NAME_BYTES 129 /* a label, profile or slice name of 1 to 128 characters, and its NUL */
const char *word_label_fault(const char *word) __attribute__((nonnull, warn_unused_result));
/* A profile's name: a label of at most 32. */
const char *word_profile_fault(const char *word) __attribute__((nonnull, warn_unused_result));
/* "a-b.slice": systemd's alphabet and shape, no root slice, at most 128 characters. */
const char *word_slice_fault(const char *word) __attribute__((nonnull, warn_unused_result));
/* Absolute and normal: "/a/b", printable ASCII without blanks and ':' (it parts PYTHONPATH), at most 189 characters, not "/", not a place
   that the sandbox makes itself. */
const char *word_path_fault(const char *word) __attribute__((nonnull, warn_unused_result));
const char *word_env_fault(const char *word) __attribute__((nonnull, warn_unused_result));
const char *word_namespace_fault(const char *word) __attribute__((nonnull, warn_unused_result));
#endif
