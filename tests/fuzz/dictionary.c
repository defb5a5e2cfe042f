/* Every word of the tables as a libFuzzer dictionary, so that no harness has to guess one. Runs as: the developer, no privilege. */
#include "fuzz.h"
#include "../../helper/decide/policy_keys.h"

static void put(const char *word)
{
	printf("\"%s\"\n", word);
}

int main(void)
{
	static const char *const more[] = {
		"[policy]\\x0a", "[caller ", "[profile ", "]\\x0a", "\\x0a", " = ", " ; ", "\\x0d\\x0a", "\\xef\\xbb\\xbf", "cgroup", "rlimits",
		"--profile", "--slice", "--unshare", "--pythonpath", "--setenv", "--name", "--json", "--\\x00", "=", ",", ":", "@", ".slice",
		"/usr", "/..", "K", "M", "G", "T", "%", "ms", "s", "min", "h", "18446744073709551615", "18446744073709551616", "4294967295",
		"\\xc3\\xa9", "\\xed\\xb2\\x80", "\\xf0\\x9f\\x98\\x80", "\\xc0\\x80", "\\xf4\\x90\\x80\\x80", "\\xff\\xff", "\\\"", "\\\\",
	};
	for (size_t i = 0; i < sizeof more / sizeof *more; i++)
		put(more[i]);
	for (unsigned key = 0; key < SBX_POLICY_KEYS_ALL; key++)
		put(policy_key_row(key).key);
	for (unsigned i = 0; i < SBX_LIMITS; i++)
		if (sbx_limit_rows[i].option != NULL)
			put(sbx_limit_rows[i].option);
	for (unsigned i = 0; i < SBX_NAMESPACES; i++)
		put(sbx_namespace_rows[i].name);
	return 0;
}
