/* What a caller asks for: untrusted words, bounded, in one struct of fixed size that crosses a socket. */
#ifndef SBX_REQUEST_H
#define SBX_REQUEST_H
#include <stdbool.h>
#include <stdint.h>
#include "../outcome.h"
#include "../tables.h"

#define SBX_NAME_BYTES 129      /* a label, profile or slice name of 1 to 128 characters, and its NUL */
#define SBX_PYTHONPATHS_MAX 16
#define SBX_SETENVS_MAX 64
#define SBX_ARGS_MAX 256
#define SBX_WORDS_BYTES 32768   /* all repeatable words together, NULs included */

struct sbx_request {
	char profile[SBX_NAME_BYTES];              /* "": the caller's first */
	char slice[SBX_NAME_BYTES];                /* "": the profile's first */
	char name[SBX_NAME_BYTES];                 /* never empty after request_parse: "component" */
	uint32_t unshare;                          /* SBX_NS_BIT set of --unshare */
	uint32_t limits_given;                     /* bit i: limit[i] was asked for */
	uint64_t limit[SBX_LIMITS];
	uint32_t json;                             /* 0 or 1 */
	uint32_t pythonpaths, setenvs, args;       /* counts of the arrays below */
	uint32_t pythonpath[SBX_PYTHONPATHS_MAX];  /* offsets into words */
	uint32_t setenv[SBX_SETENVS_MAX];
	uint32_t arg[SBX_ARGS_MAX];
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
/* A label: 1 to 128 of A-Za-z0-9._- ("." and ".." are none). */
bool request_is_label(const char *text) __attribute__((nonnull, warn_unused_result));
#endif
