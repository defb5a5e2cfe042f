/* argv and the struct that crosses a socket: what is refused, and how it is named. Runs as: the developer, no privilege. */
#include "support.h"
#include <stdio.h>
#include "../../helper/decide/request.h"

#define WORDS_MAX 8

static bool parse_words(const char *const words[WORDS_MAX], struct sbx_request *request, struct sbx_err *err)
{
	int argc = 0;
	while (argc < WORDS_MAX && words[argc] != NULL)
		argc++;
	err->text[0] = '\0';
	return request_parse(argc, words, request, err);
}

#define A16 "aaaaaaaaaaaaaaaa"
#define A128 A16 A16 A16 A16 A16 A16 A16 A16

static const struct { const char *words[WORDS_MAX]; const char *message; } malformed[] = {
	{ { "component.py" }, "argument \"component.py\": before -- come options only" },
	{ { "-p", "x" }, "argument \"-p\"" },
	{ { "" }, "argument \"\"" },
	{ { "-" }, "argument \"-\"" },
	{ { "--name", "a", "b" }, "argument \"b\"" },
	{ { "--help" }, "option --help: unknown" },
	{ { "--nam", "a" }, "option --nam: unknown" },
	{ { "--names", "a" }, "option --names: unknown" },
	{ { "--NAME", "a" }, "option --NAME: unknown" },
	{ { "---name", "a" }, "option ---name: unknown" },
	{ { "--=x" }, "option --: unknown" },
	{ { "--memory.max", "1G" }, "option --memory.max: unknown" },
	{ { "--tmp-size", "1M" }, "option --tmp-size: unknown" },
	{ { "--cpu-max-burst", "1ms" }, "option --cpu-max-burst: unknown" },
	{ { "--x\033[2J" }, "option --x?[2J: unknown" },
	{ { "--name" }, "option --name: the value is missing" },
	{ { "--profile" }, "option --profile: the value is missing" },
	{ { "--name", "--json" }, "option --name: the value is missing" },
	{ { "--name", "--", "x" }, "option --name: the value is missing" },
	{ { "--memory-max" }, "option --memory-max: the value is missing" },
	{ { "--name=" }, "option --name: the value is empty" },
	{ { "--name", "" }, "option --name: the value is empty" },
	{ { "--slice=" }, "option --slice: the value is empty" },
	{ { "--profile", "" }, "option --profile: the value is empty" },
	{ { "--unshare=" }, "option --unshare: the value is empty" },
	{ { "--wall-time=" }, "option --wall-time: the value is empty" },
	{ { "--json=" }, "option --json: takes no value" },
	{ { "--json=yes" }, "option --json: takes no value" },
	{ { "--json", "yes" }, "argument \"yes\"" },
	{ { "--json", "--json" }, "option --json: given twice" },
	{ { "--name", "a", "--name", "a" }, "option --name: given twice" },
	{ { "--name", "a", "--name=b" }, "option --name: given twice" },
	{ { "--pids-max=1", "--pids-max", "2" }, "option --pids-max: given twice" },
	{ { "--profile=a", "--profile=a" }, "option --profile: given twice" },
	{ { "--unshare=user", "--unshare=time" }, "option --unshare: given twice" },
	{ { "--profile", "a b" }, "option --profile: \"a b\" is not a profile's name" },
	{ { "--profile", "../x" }, "option --profile: \"../x\" is not" },
	{ { "--profile", ".." }, "option --profile: \"..\" is not" },
	{ { "--profile", "a\n" }, "option --profile: \"a?\" is not" },
	{ { "--profile", A128 "a" }, "option --profile: longer than 128 characters" },
	{ { "--name", "." }, "option --name: \".\" is not a label" },
	{ { "--name", ".." }, "option --name: \"..\" is not a label" },
	{ { "--name", "a/b" }, "option --name: \"a/b\" is not a label" },
	{ { "--name", "a\033[31m" }, "option --name: \"a?[31m\" is not a label" },
	{ { "--name", "\xc3\xa9" }, "option --name: \"??\" is not a label" },
	{ { "--name", "a,b=c" }, "option --name: \"a,b=c\" is not a label" },
	{ { "--name=" A128 "a" }, "option --name: longer than 128 characters" },
	{ { "--slice", "system" }, "option --slice: \"system\" is not a slice's name" },
	{ { "--slice", "a/b.slice" }, "option --slice: \"a/b.slice\" is not a slice's name" },
	{ { "--slice", "../a.slice" }, "option --slice:" },
	{ { "--slice", "-.slice" }, "option --slice:" },
	{ { "--slice", "a.service" }, "option --slice:" },
	{ { "--unshare", "users" }, "option --unshare: \"users\" is not a namespace" },
	{ { "--unshare", "use" }, "option --unshare: \"use\" is not a namespace" },
	{ { "--unshare", "user,user" }, "option --unshare: \"user\" is given twice" },
	{ { "--unshare", "user,,time" }, "option --unshare: \"\" is not a namespace" },
	{ { "--unshare", "user," }, "option --unshare: \"\" is not a namespace" },
	{ { "--unshare", ",user" }, "option --unshare: \"\" is not a namespace" },
	{ { "--unshare", "user time" }, "option --unshare: \"user time\" is not a namespace" },
	{ { "--unshare", "all" }, "option --unshare: \"all\" is not a namespace" },
	{ { "--unshare", A128 "!" }, "aaaa\" is not a namespace" },
	{ { "--" A128 }, "aaaa: unknown" },
	{ { "--jsonx" }, "option --jsonx: unknown" },
	{ { "--pythonpath", "src" }, "option --pythonpath: src is not one of this profile's directories" },
	{ { "--pythonpath", "/a/../b" }, "option --pythonpath: /a/../b is not" },
	{ { "--pythonpath", "/a//b" }, "option --pythonpath:" },
	{ { "--pythonpath", "/a/" }, "option --pythonpath:" },
	{ { "--pythonpath", "/" }, "option --pythonpath:" },
	{ { "--pythonpath", "/a:/b" }, "option --pythonpath:" },
	{ { "--pythonpath", "/a b" }, "option --pythonpath:" },
	{ { "--pythonpath", "/a\n" }, "option --pythonpath:" },
	{ { "--pythonpath=/" A128 A16 A16 A16 A16 }, "option --pythonpath:" },
	{ { "--setenv", "A" }, "option --setenv: \"A\" is not NAME=VALUE" },
	{ { "--setenv", "=b" }, "option --setenv: \"=b\" is not NAME=VALUE" },
	{ { "--setenv", "1A=b" }, "option --setenv: \"1A=b\" is not NAME=VALUE" },
	{ { "--setenv", "A-B=c" }, "option --setenv: \"A-B=c\" is not NAME=VALUE" },
	{ { "--setenv", "A =c" }, "option --setenv: \"A =c\" is not NAME=VALUE" },
	{ { "--setenv", "BASH_FUNC_x%%=() { :; }" }, "option --setenv:" },
	{ { "--setenv", "A=b\nC=d" }, "option --setenv: a control character in \"A=b?C=d\"" },
	{ { "--setenv=A=\177" }, "option --setenv: a control character" },
	{ { "--memory-max", "1GiB" }, "option --memory-max: \"1GiB\" is not a size (a number of bytes, or 1024-based K M G T)" },
	{ { "--memory-max", "max" }, "option --memory-max: \"max\" is not a size" },
	{ { "--memory-max", "-1" }, "option --memory-max: \"-1\" is not a size" },
	{ { "--memory-max", "1K" }, "option --memory-max: \"1K\" is outside 4M to 1024T" },
	{ { "--memory-max", "18446744073709551616" }, "option --memory-max:" },
	{ { "--memory-max", "1G\n" }, "option --memory-max: \"1G?\" is not a size" },
	{ { "--swap-max", "1.5G" }, "option --swap-max: \"1.5G\" is not a size" },
	{ { "--cpu-max", "50" }, "option --cpu-max: \"50\" is not a share" },
	{ { "--cpu-max", "0%" }, "option --cpu-max: \"0%\" is outside 1% to 102400%" },
	{ { "--pids-max", "0" }, "option --pids-max: \"0\" is outside 1 to 4194304" },
	{ { "--pids-max", "08" }, "option --pids-max: \"08\" is not a number" },
	{ { "--wall-time", "60" }, "option --wall-time: \"60\" is not a duration" },
	{ { "--wall-time", "0s" }, "option --wall-time: \"0s\" is outside 1ms to 720h" },
	{ { "--wall-time", "721h" }, "option --wall-time: \"721h\" is outside" },
	{ { "--cpu-time", "1m" }, "option --cpu-time: \"1m\" is not a duration" },
	{ { "--file-size", "1025T" }, "option --file-size: \"1025T\" is outside 0 to 1024T" },
};

_Static_assert(COUNT(malformed) == 96, "cases were glued together");

Test(promise_10_bad_input, malformed_requests_name_the_option)
{
	_Static_assert(COUNT(malformed) >= 60, "malformed were glued together");
	for (size_t i = 0; i < COUNT(malformed); i++) {
		struct sbx_request request;
		struct sbx_err err;
		cr_assert_not(parse_words(malformed[i].words, &request, &err), "taken: %s", malformed[i].words[0]);
		cr_assert_eq(err.status, SBX_REFUSED);
		cr_assert_not_null(strstr(err.text, malformed[i].message), "%s, not %s", err.text, malformed[i].message);
	}
}

Test(promise_10_bad_input, repeated_words_are_bounded_in_number_and_bytes)
{
	static const struct { const char *option, *value; int times; const char *message; } cases[] = {
		{ "--pythonpath", "/a", SBX_WORDS_MAX, NULL },
		{ "--pythonpath", "/a", SBX_WORDS_MAX + 1, "option --pythonpath: more than 256" },
		{ "--setenv", "A=b", SBX_WORDS_MAX, NULL }, { "--setenv", "A=b", SBX_WORDS_MAX + 1, "option --setenv: more than 256" },
		{ "--", "x", SBX_WORDS_MAX, NULL }, { "--", "x", SBX_WORDS_MAX + 1, "arguments: more than 256" },
		{ "--", A128 "aaaaaaaaaaaaaaa", 227, NULL }, { "--", A128 "aaaaaaaaaaaaaaa", 228, "arguments: more than 256, or than 32768 bytes" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *argv[2 * SBX_WORDS_MAX + 4] = { NULL };
		struct sbx_request request;
		struct sbx_err err = { .text = "" };
		int argc = 0;
		for (int k = 0; k < cases[i].times; k++) {
			if (k == 0 || strcmp(cases[i].option, "--") != 0)
				argv[argc++] = cases[i].option;
			argv[argc++] = cases[i].value;
		}
		cr_assert_eq(request_parse(argc, argv, &request, &err), cases[i].message == NULL, "%s", err.text);
		cr_assert(cases[i].message == NULL || strstr(err.text, cases[i].message) != NULL, "%s", err.text);
	}
	static char huge[40000] = "A=";
	memset(huge + 2, 'a', sizeof huge - 3);
	const char *argv[] = { "--setenv", huge, NULL };
	struct sbx_request request;
	struct sbx_err err;
	cr_assert_not(request_parse(2, argv, &request, &err));
	cr_assert_not_null(strstr(err.text, "option --setenv: more than 256, or than 32768 bytes"));
}

Test(promise_10_bad_input, a_whole_request_is_read_as_asked)
{
	static const char *const argv[] = {
		"--profile=p", "--slice", "a-b.slice", "--unshare", "user,time", "--pythonpath", "/a", "--pythonpath=/b", "--setenv", "A=b=c",
		"--setenv=C=", "--memory-max=512M", "--cpu-max", "25%", "--name", "x.py", "--json", "--", "--json", "", "a\nb\xff", "--", NULL,
	};
	struct sbx_request request;
	struct sbx_err err = { .text = "" };
	cr_assert(request_parse(COUNT(argv) - 1, argv, &request, &err), "%s", err.text);
	cr_assert_str_eq(request.profile, "p");
	cr_assert_str_eq(request.slice, "a-b.slice");
	cr_assert_str_eq(request.name, "x.py");
	cr_assert_eq(request.unshare, SBX_NS_BIT(SBX_NS_USER) | SBX_NS_BIT(SBX_NS_TIME));
	cr_assert_eq(request.limits_given, 1u << SBX_MEMORY_MAX | 1u << SBX_CPU_MAX);
	cr_assert_eq(request.limit[SBX_MEMORY_MAX], 512u << 20);
	cr_assert_eq(request.json, 1);
	cr_assert_eq(request.pythonpath.count, 2);
	cr_assert_str_eq(request.words + request.pythonpath.at[1], "/b");
	cr_assert_str_eq(request.words + request.setenv.at[0], "A=b=c");
	cr_assert_str_eq(request.words + request.setenv.at[1], "C=");
	cr_assert_eq(request.arg.count, 4);
	cr_assert_str_eq(request.words + request.arg.at[0], "--json");
	cr_assert_str_eq(request.words + request.arg.at[1], "");
	cr_assert_str_eq(request.words + request.arg.at[2], "a\nb\xff");
	cr_assert_str_eq(request.words + request.arg.at[3], "--");
	static const char *const none[] = { NULL };
	cr_assert(request_parse(0, none, &request, &err));
	cr_assert_str_eq(request.name, "component");
	cr_assert(request_parse(5, none, &request, &err), "argc is not believed beyond NULL");
}

/* What a peer may write into the struct, one lie a case. */
enum lie {
	UNENDED_PROFILE, UNENDED_SLICE, UNENDED_NAME, EMPTY_NAME, NAME_PATH, PROFILE_PATH, SLICE_PATH, UNSHARE_BIT, UNSHARE_HIGH, LIMIT_BIT,
	LIMIT_HIGH, LIMIT_NOT_CALLERS, LIMIT_LOW, LIMIT_ABOVE, JSON_2, WORDS_BEYOND, WORDS_HUGE, WORDS_UNENDED, PATHS_COUNT, ENVS_COUNT,
	ARGS_COUNT, ARGS_HUGE, PATH_OFFSET, ENV_OFFSET, ARG_OFFSET, ARG_OFFSET_HUGE, PATH_RELATIVE, ENV_NO_NAME, ENV_CONTROL, WORDS_NONE, LIES
};

static void tell(struct sbx_request *r, enum lie lie)
{
	switch (lie) {
	case UNENDED_PROFILE: memset(r->profile, 'a', sizeof r->profile); break;
	case UNENDED_SLICE: memset(r->slice, 'a', sizeof r->slice); break;
	case UNENDED_NAME: memset(r->name, 'a', sizeof r->name); break;
	case EMPTY_NAME: r->name[0] = '\0'; break;
	case NAME_PATH: strcpy(r->name, "../x"); break;
	case PROFILE_PATH: strcpy(r->profile, "/x"); break;
	case SLICE_PATH: strcpy(r->slice, "../x.slice"); break;
	case UNSHARE_BIT: r->unshare = 1u << SBX_NAMESPACES; break;
	case UNSHARE_HIGH: r->unshare = 1u << 31; break;
	case LIMIT_BIT: r->limits_given |= 1u << SBX_LIMITS; break;
	case LIMIT_HIGH: r->limits_given |= 1u << 31; break;
	case LIMIT_NOT_CALLERS: r->limits_given |= 1u << SBX_TMP_SIZE; r->limit[SBX_TMP_SIZE] = 65536; break;
	case LIMIT_LOW: r->limits_given |= 1u << SBX_MEMORY_MAX; r->limit[SBX_MEMORY_MAX] = 1; break;
	case LIMIT_ABOVE: r->limits_given |= 1u << SBX_PIDS_MAX; r->limit[SBX_PIDS_MAX] = UINT64_MAX; break;
	case JSON_2: r->json = 2; break;
	case WORDS_BEYOND: r->words_used = SBX_WORDS_BYTES + 1; break;
	case WORDS_HUGE: r->words_used = UINT32_MAX; break;
	case WORDS_UNENDED: memset(r->words, 'a', sizeof r->words); r->words_used = sizeof r->words; break;
	case PATHS_COUNT: r->pythonpath.count = SBX_WORDS_MAX + 1; break;
	case ENVS_COUNT: r->setenv.count = SBX_WORDS_MAX + 1; break;
	case ARGS_COUNT: r->arg.count = SBX_WORDS_MAX + 1; break;
	case ARGS_HUGE: r->arg.count = UINT32_MAX; break;
	case PATH_OFFSET: r->pythonpath.at[0] = r->words_used; break;
	case ENV_OFFSET: r->setenv.at[0] = r->words_used + 1; break;
	case ARG_OFFSET: r->arg.at[0] = r->words_used; break;
	case ARG_OFFSET_HUGE: r->arg.at[0] = UINT32_MAX; break;
	case PATH_RELATIVE: r->pythonpath.at[0] = r->setenv.at[0]; break;
	case ENV_NO_NAME: r->setenv.at[0] = r->pythonpath.at[0]; break;
	case ENV_CONTROL: r->words[r->setenv.at[0] + 2] = '\n'; break;
	case WORDS_NONE: r->words_used = 0; break;
	case LIES: break;
	}
}

Test(promise_10_bad_input, a_struct_from_a_hostile_peer_is_refused)
{
	static const char *const argv[] = { "--pythonpath=/a", "--setenv=A=b", "--", "x", NULL };
	for (enum lie lie = 0; lie < LIES; lie++) {
		struct sbx_request *request = malloc(sizeof *request); /* heap: a sanitizer sees a read beyond it */
		struct sbx_err err = { .text = "" };
		cr_assert(request_parse(COUNT(argv) - 1, argv, request, &err), "%s", err.text);
		cr_assert(request_check(request, &err));
		tell(request, lie);
		cr_assert_not(request_check(request, &err), "lie %d was believed", (int)lie);
		cr_assert_eq(err.status, SBX_REFUSED);
		cr_assert(err.text[0] != '\0');
		free(request);
	}
}

Test(promise_10_bad_input, random_structs_never_lead_out_of_bounds)
{
	struct sbx_request *request = malloc(sizeof *request);
	uint64_t state = 88172645463325252u;
	struct sbx_err err;
	for (int round = 0; round < 200; round++) {
		unsigned char *bytes = (unsigned char *)request;
		for (size_t i = 0; i < sizeof *request; i++) {
			state ^= state << 13, state ^= state >> 7, state ^= state << 17;
			bytes[i] = (unsigned char)(state >> 24);
		}
		request->words_used %= SBX_WORDS_BYTES;
		request->words[request->words_used == 0 ? 0 : request->words_used - 1] = '\0';
		cr_assert_not(request_check(request, &err));
	}
	free(request);
}

Test(promise_11_evidence, a_label_is_1_to_128_plain_characters)
{
	static const char *const wrong[] = { "", ".", "..", "a b", "a/b", "a\n", "\xff", "a:b", "a\"", "%s", "a\\b", A128 "a" };
	static const char *const right[] = { "a", "...", ".a", "-a", "A-Za-z0-9._-", A128 };
	for (size_t i = 0; i < COUNT(wrong); i++)
		cr_assert_not_null(word_label_fault(wrong[i]), "%s", wrong[i]);
	for (size_t i = 0; i < COUNT(right); i++)
		cr_assert_null(word_label_fault(right[i]), "%s", right[i]);
}
