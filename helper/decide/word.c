/* What a single word may look like, the same for policy and options. Runs as: any process, computes only. */
#include "word.h"
#include <string.h>
#include "number.h"

#define PATH_ALPHABET SBX_LETTERS SBX_DIGITS "/!\"#$%&'()*+,-.;<=>?@[\\]^_`{|}~" /* printable ASCII without blank and ':' */
#define NAME_LENGTH_MAX 32  /* as useradd; the same for a profile */

size_t word_env_name_length(const char *text)
{
	return strspn(text, SBX_DIGITS) > 0 ? 0 : strspn(text, SBX_LETTERS SBX_DIGITS "_");
}

bool word_is_caller(const char *text)
{
	const char *name = text + (text[0] == '@');
	uint64_t uid;
	return number_parse(text, 0, UINT32_MAX - 1, &uid) || (strspn(name, SBX_LOWER "_") > 0 && strlen(name) <= NAME_LENGTH_MAX &&
							       name[strspn(name, SBX_LOWER SBX_DIGITS "_.-")] == '\0');
}

uint32_t word_namespace_bit(const char *text, size_t length)
{
	for (unsigned i = 0; i < SBX_NAMESPACES; i++)
		if (strlen(sbx_namespace_rows[i].name) == length && memcmp(sbx_namespace_rows[i].name, text, length) == 0)
			return SBX_NS_BIT(i);
	return 0;
}

const char *word_label_fault(const char *word)
{
	size_t length = strspn(word, SBX_LETTERS SBX_DIGITS "._-");
	return length > 0 && length < SBX_NAME_BYTES && word[length] == '\0' && strcmp(word, ".") != 0 && strcmp(word, "..") != 0 ? NULL :
	       "is not a label (1 to 128 of A-Za-z0-9._-)";
}

const char *word_profile_fault(const char *word)
{
	return word_label_fault(word) == NULL && strlen(word) <= NAME_LENGTH_MAX ? NULL : "is not a profile's name";
}

const char *word_slice_fault(const char *word)
{
	size_t length = strlen(word), stem = length - strlen(".slice");
	return length > strlen(".slice") && length < SBX_NAME_BYTES && strcmp(word + stem, ".slice") == 0 &&
	       strspn(word, SBX_LETTERS SBX_DIGITS "_.-") == length && word[0] != '-' && word[0] != '.' && word[stem - 1] != '-' &&
	       strstr(word, "--") == NULL && strstr(word, "..") == NULL ? NULL : "is not a slice's name";
}

/* What the sandbox makes itself cannot come from the host, and all of / or /etc would show more than anybody means. */
const char *word_path_fault(const char *word)
{
	char path[191]; /* at most 189 of a policy line's 198, with a '/' behind, so that its last name is between two as the others are */
	static const char *const made[] = { "/proc", "/dev", "/tmp", "/component", "/etc/passwd", "/etc/group" };
	if (strcmp(word, "/") == 0 || strcmp(word, "/etc") == 0)
		return "shows too much of the host";
	for (size_t i = 0; i < COUNT(made); i++)
		if (strncmp(word, made[i], strlen(made[i])) == 0 && strchr("/", word[strlen(made[i])]) != NULL) /* it, or below it */
			return "is a place of the sandbox's own";
	return word[0] == '/' && word[strspn(word, PATH_ALPHABET)] == '\0' && must_format(path, sizeof path, "%s/", word) &&
	       strstr(path, "//") == NULL && strstr(path, "/./") == NULL && strstr(path, "/../") == NULL ? NULL :
	       "is not an absolute, normal path";
}

const char *word_env_fault(const char *word)
{
	static const char *const ours[] = { "PATH", "HOME", "LANG", "PYTHONPATH", "PYTHONSAFEPATH", "PYTHONNOUSERSITE",
					    "PYTHONDONTWRITEBYTECODE" };
	size_t length = word_env_name_length(word);
	for (size_t i = 0; i < COUNT(ours); i++)
		if (strcmp(word, ours[i]) == 0)
			return "is set by the helper";
	return length == 0 || word[length] != '\0' ? "is not a variable's name" :
	       strncmp(word, "LD_", 3) == 0 ? "decides what code is loaded" : NULL;
}

const char *word_namespace_fault(const char *word)
{
	return word_namespace_bit(word, strlen(word)) != 0 ? NULL : "is not a namespace";
}
