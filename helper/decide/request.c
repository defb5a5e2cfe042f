/* argv to a bounded request, and its promises checked again. Runs as: supervisor (parse), spawner (check); computes only. */
#include "request.h"
#include <string.h>
#include "number.h"
#include "word.h"

#define CONTROLS "\1\2\3\4\5\6\7\b\t\n\v\f\r\16\17\20\21\22\23\24\25\26\27\30\31\32\33\34\35\36\37\177"

/* The options that narrow a limit follow as OPTIONS + enum sbx_limit: their names are in sbx_limit_rows. */
enum option { OPT_PROFILE, OPT_SLICE, OPT_UNSHARE, OPT_PYTHONPATH, OPT_SETENV, OPT_NAME, OPT_JSON, OPTIONS };
static const char *const option_names[OPTIONS] = { "--profile", "--slice", "--unshare", "--pythonpath", "--setenv", "--name", "--json" };

/* OPTIONS + SBX_LIMITS: unknown. */
static unsigned find_option(const char *word, size_t length)
{
	for (unsigned i = 0; i < OPTIONS + SBX_LIMITS; i++) {
		const char *name = i < OPTIONS ? option_names[i] : sbx_limit_rows[i - OPTIONS].option;
		if (name != NULL && strlen(name) == length && memcmp(name, word, length) == 0)
			return i;
	}
	return OPTIONS + SBX_LIMITS;
}

static bool add_word(struct sbx_request *request, struct sbx_words *words, const char *what, const char *text, struct sbx_err *err)
{
	size_t bytes = strlen(text) + 1;
	if (words->count == SBX_WORDS_MAX || bytes > sizeof request->words - request->words_used)
		return err_refuse(err, "%s: more than %u, or than %u bytes in all repeatable words", what, SBX_WORDS_MAX, SBX_WORDS_BYTES);
	words->at[words->count++] = request->words_used;
	memcpy(request->words + request->words_used, text, bytes);
	request->words_used += (uint32_t)bytes;
	return true;
}

static bool parse_unshare(const char *text, uint32_t *set, struct sbx_err *err)
{
	for (size_t length;; text += length + 1) {
		length = strcspn(text, ",");
		uint32_t bit = word_namespace_bit(text, length);
		if (bit == 0 || (*set & bit))
			return err_refuse(err, "option --unshare: \"%.*s\" is %s", (int)(length < 100 ? length : 100), text,
					  bit == 0 ? "not a namespace" : "given twice");
		*set |= bit;
		if (text[length] == '\0')
			return true;
	}
}

/* Structure only: whether a word is a label, a slice or a path is asked once, in request_check. */
static bool parse_value(struct sbx_request *request, unsigned option, const char *value, struct sbx_err *err)
{
	char *name = option == OPT_PROFILE ? request->profile : option == OPT_SLICE ? request->slice : request->name, why[SBX_WHY_BYTES];
	switch (option) {
	case OPT_PROFILE: case OPT_SLICE: case OPT_NAME:
		return must_format(name, SBX_NAME_BYTES, "%s", value) ||
		       err_refuse(err, "option %s: longer than %d characters", option_names[option], SBX_NAME_BYTES - 1);
	case OPT_JSON: return true; /* request_parse has seen it already */
	case OPT_UNSHARE: return parse_unshare(value, &request->unshare, err);
	case OPT_PYTHONPATH: return add_word(request, &request->pythonpath, "option --pythonpath", value, err);
	case OPT_SETENV: return add_word(request, &request->setenv, "option --setenv", value, err);
	default:
		request->limits_given |= 1u << (option - OPTIONS);
		return number_parse_limit(value, &sbx_limit_rows[option - OPTIONS], &request->limit[option - OPTIONS], why) ||
		       err_refuse(err, "option %s: %s", sbx_limit_rows[option - OPTIONS].option, why);
	}
}

/* One option at argv[*at]; moves *at to the value that it took. */
static bool parse_option(int argc, const char *const *argv, int *at, uint32_t *seen, struct sbx_request *request, struct sbx_err *err)
{
	const char *word = argv[*at], *next = *at + 1 < argc ? argv[*at + 1] : NULL;
	size_t length = strcspn(word, "=");
	const char *value = word[length] == '=' ? word + length + 1 : next != NULL && strncmp(next, "--", 2) != 0 ? next : NULL;
	unsigned option = find_option(word, length);
	bool known = option < OPTIONS + SBX_LIMITS, repeatable = option == OPT_PYTHONPATH || option == OPT_SETENV;
	const char *wrong = !known ? "unknown" : (*seen & 1u << option) && !repeatable ? "given twice" :
			    option == OPT_JSON ? (word[length] == '=' ? "takes no value" : NULL) :
			    value == NULL ? "the value is missing" : *value == '\0' ? "the value is empty" : NULL;
	if (strncmp(word, "--", 2) != 0)
		return err_refuse(err, "argument \"%.100s\": before -- come options only", word);
	if (wrong != NULL)
		return err_refuse(err, "option %.*s: %s", (int)(length < 100 ? length : 100), word, wrong);
	*seen |= 1u << option;
	*at += option != OPT_JSON && word[length] == '\0';
	return parse_value(request, option, value, err);
}

/* Only the component's own name is never empty. */
static bool check_name(const char text[SBX_NAME_BYTES], int option, const char *(*word_fault)(const char *), struct sbx_err *err)
{
	const char *wrong = memchr(text, '\0', SBX_NAME_BYTES) == NULL ? "does not end" :
			    text[0] == '\0' && option != OPT_NAME ? NULL : word_fault(text);
	return wrong == NULL || err_refuse(err, "option %s: \"%.100s\" %s", option_names[option], text, wrong);
}

/* After this each offset leads to a string that ends inside words, whose last byte is NUL. */
static bool check_offsets(const struct sbx_request *request, const struct sbx_words *words)
{
	for (uint32_t i = 0; i < words->count && words->count <= SBX_WORDS_MAX; i++)
		if (words->at[i] >= request->words_used)
			return false;
	return words->count <= SBX_WORDS_MAX;
}

static bool check_words(const struct sbx_request *request, struct sbx_err *err)
{
	uint32_t used = request->words_used;
	if (used > sizeof request->words || (used > 0 && request->words[used - 1] != '\0') ||
	    !check_offsets(request, &request->pythonpath) || !check_offsets(request, &request->setenv) || !check_offsets(request, &request->arg))
		return err_refuse(err, "request: its words are out of bounds");
	for (uint32_t i = 0; i < request->pythonpath.count; i++) /* none that a policy could name; the words are plan.c's */
		if (word_path_fault(request->words + request->pythonpath.at[i]) != NULL)
			return err_refuse(err, "option --pythonpath: %.128s is not one of this profile's directories",
					  request->words + request->pythonpath.at[i]);
	for (uint32_t i = 0; i < request->setenv.count; i++) {
		const char *variable = request->words + request->setenv.at[i], *value = variable + word_env_name_length(variable);
		if (value == variable || *value != '=')
			return err_refuse(err, "option --setenv: \"%.100s\" is not NAME=VALUE", variable);
		if (strpbrk(value, CONTROLS) != NULL)
			return err_refuse(err, "option --setenv: a control character in \"%.100s\"", variable);
	}
	return true;
}

static bool check_limits(const struct sbx_request *request, struct sbx_err *err)
{
	for (unsigned i = 0; i < SBX_LIMITS; i++) {
		const struct sbx_limit_row *row = &sbx_limit_rows[i];
		bool right = row->option != NULL && request->limit[i] >= row->min && request->limit[i] <= row->max;
		if ((request->limits_given & 1u << i) && !right)
			return err_refuse(err, "request: %s is out of bounds, or not a caller's to set", row->key);
	}
	return request->limits_given >> SBX_LIMITS == 0 || err_refuse(err, "request: an unknown limit");
}

bool request_parse(int argc, const char *const *argv, struct sbx_request *request, struct sbx_err *err)
{
	bool options = true; /* until the "--" */
	uint32_t seen = 0;
	memset(request, 0, sizeof *request);
	for (int at = 0; at < argc && argv[at] != NULL && strcmp(argv[at], "--") != 0; at++)
		/* a refusal too has the form that was asked for */
		request->json |= strncmp(argv[at], "--json", 6) == 0 && (!argv[at][6] || argv[at][6] == '=');
	for (int at = 0; at < argc && argv[at] != NULL; at++)
		if (options && strcmp(argv[at], "--") == 0)
			options = false;
		else if (options ? !parse_option(argc, argv, &at, &seen, request, err) :
				   !add_word(request, &request->arg, "arguments", argv[at], err))
			return false;
	if (request->name[0] == '\0')
		memcpy(request->name, "component", sizeof "component");
	return request_check(request, err);
}

bool request_check(const struct sbx_request *request, struct sbx_err *err)
{
	return check_name(request->profile, OPT_PROFILE, word_profile_fault, err) &&
	       check_name(request->slice, OPT_SLICE, word_slice_fault, err) &&
	       check_name(request->name, OPT_NAME, word_label_fault, err) &&
	       ((request->unshare >> SBX_NAMESPACES == 0 && request->json <= 1) ||
		err_refuse(err, "request: unknown bits in --unshare or --json")) &&
	       check_limits(request, err) && check_words(request, err);
}
