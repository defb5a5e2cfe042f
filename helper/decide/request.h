/* What a caller asks for: untrusted words, bounded, in one struct of fixed size that crosses a socket. */
#ifndef SBX_REQUEST_H
#define SBX_REQUEST_H
#include <stdbool.h>
#include <stdint.h>
#include "../outcome.h"
#include "../tables.h"
#include "word.h"

#define SBX_WORDS_MAX 256       /* of one kind */
#define SBX_WORDS_BYTES 32768   /* all repeatable words together, NULs included */

struct sbx_words { uint32_t count, at[SBX_WORDS_MAX]; /* offsets into words of the request */ };

struct sbx_request {
	char profile[SBX_NAME_BYTES];              /* "": the caller's first */
	char slice[SBX_NAME_BYTES];                /* "": the profile's first */
	char name[SBX_NAME_BYTES];                 /* never empty after request_parse: "component" */
	uint32_t unshare;                          /* SBX_NS_BIT set of --unshare */
	uint32_t limits_given;                     /* bit i: limit[i] was asked for */
	uint64_t limit[SBX_LIMITS];
	uint32_t json;                             /* 0 or 1 */
	struct sbx_words pythonpath, setenv, arg;
	uint32_t words_used;                       /* bytes; words[words_used - 1] is NUL when not 0 */
	char words[SBX_WORDS_BYTES];
};

/* Options of `run`, long only, "--opt VALUE" and "--opt=VALUE", each once unless repeatable; after "--" the component's
   arguments. argv[0] is the first option, argv[argc] NULL. Refuses with the option's name. Runs without privilege. */
bool request_parse(int argc, const char *const *argv, struct sbx_request *request, struct sbx_err *err)
	__attribute__((nonnull, warn_unused_result));
/* The same promises, checked on a struct that came from another process: strings end, counts and offsets are in range,
   bits are known, alphabets hold. Runs in the spawner, with capabilities. */
bool request_check(const struct sbx_request *request, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
#endif
