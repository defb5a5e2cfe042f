/* Requests: what the parser takes, the check takes; what the check takes is safe to use, whoever made it. Runs as: the developer.
   Input: a count of patches, each 2 bytes of place and 1 byte to put there; then the words of argv, each to its NUL. */
#include "fuzz.h"
#include <stddef.h>
#include "../../helper/decide/number.h"
#include "../../helper/decide/request.h"

#define WORDS 300 /* more than SBX_WORDS_MAX */
#define PLACES (offsetof(struct sbx_request, words) + 64) /* the fields, and the first words */

struct arguments { int count; char *word[WORDS + 1]; };

static void arguments_free(struct arguments *arguments)
{
	for (int i = 0; i < arguments->count; i++)
		free(arguments->word[i]);
	arguments->count = 0;
}

static void add(struct arguments *to, const char *option, const char *value)
{
	char *word = malloc(strlen(option) + strlen(value) + 2);
	EXPECT(word != NULL && to->count < WORDS);
	sprintf(word, "%s%s%s", option, *option != '\0' && *value != '\0' ? "=" : "", value);
	to->word[to->count++] = word;
	to->word[to->count] = NULL;
}

static void add_all(struct arguments *to, const char *option, const struct sbx_request *request, const struct sbx_words *words)
{
	for (uint32_t i = 0; i < words->count; i++)
		add(to, option, request->words + words->at[i]);
}

/* The words that ask for the same. */
static void ask_again(const struct sbx_request *request, struct arguments *to)
{
	char text[256] = "";
	if (request->profile[0] != '\0')
		add(to, "--profile", request->profile);
	if (request->slice[0] != '\0')
		add(to, "--slice", request->slice);
	for (unsigned i = 0; i < SBX_NAMESPACES; i++)
		if (request->unshare & SBX_NS_BIT(i))
			sprintf(text + strlen(text), "%s%s", text[0] != '\0' ? "," : "", sbx_namespace_rows[i].name);
	if (text[0] != '\0')
		add(to, "--unshare", text);
	for (unsigned i = 0; i < SBX_LIMITS; i++) {
		if (!(request->limits_given & 1u << i))
			continue;
		number_format_unit(request->limit[i], sbx_limit_rows[i].unit, text);
		add(to, sbx_limit_rows[i].option, text);
	}
	add(to, "--name", request->name);
	add_all(to, "--pythonpath", request, &request->pythonpath);
	add_all(to, "--setenv", request, &request->setenv);
	if (request->json)
		add(to, "--json", "");
	add(to, "--", "");
	add_all(to, "", request, &request->arg);
}

static bool same_words(const struct sbx_request *a, const struct sbx_words *in_a, const struct sbx_request *b, const struct sbx_words *in_b)
{
	for (uint32_t i = 0; i < in_a->count && in_a->count == in_b->count; i++)
		if (strcmp(a->words + in_a->at[i], b->words + in_b->at[i]) != 0)
			return false;
	return in_a->count == in_b->count;
}

static void check_same(const struct sbx_request *a, const struct sbx_request *b)
{
	EXPECT(memcmp(a->profile, b->profile, sizeof a->profile) == 0 && memcmp(a->slice, b->slice, sizeof a->slice) == 0);
	EXPECT(memcmp(a->name, b->name, sizeof a->name) == 0 && a->unshare == b->unshare && a->json == b->json);
	EXPECT(a->limits_given == b->limits_given && memcmp(a->limit, b->limit, sizeof a->limit) == 0);
	EXPECT(a->words_used == b->words_used && same_words(a, &a->pythonpath, b, &b->pythonpath));
	EXPECT(same_words(a, &a->setenv, b, &b->setenv) && same_words(a, &a->arg, b, &b->arg));
}

static bool is_name(const char *text, const char *alphabet, bool may_be_empty)
{
	return memchr(text, '\0', SBX_NAME_BYTES) != NULL && text[strspn(text, alphabet)] == '\0' && (may_be_empty || text[0] != '\0');
}

/* Each word ends inside the struct, and an environment word is one variable on one line. */
static void check_word_list(const struct sbx_request *request, const struct sbx_words *words, bool is_variable, bool is_path)
{
	EXPECT(words->count <= SBX_WORDS_MAX);
	for (uint32_t i = 0; i < words->count; i++) {
		EXPECT(words->at[i] < request->words_used);
		const char *word = request->words + words->at[i];
		EXPECT(memchr(word, '\0', request->words_used - words->at[i]) != NULL);
		EXPECT(!is_path || (word[0] == '/' && word[1] != '\0' && is_printable(word) && strpbrk(word, " :") == NULL));
		if (is_variable) {
			const char *end = strchr(word, '=');
			EXPECT(end != NULL && strspn(word, SBX_LETTERS SBX_DIGITS "_") == (size_t)(end - word) && end > word);
			EXPECT(strchr(SBX_DIGITS, word[0]) == NULL);
			for (; *end != '\0'; end++)
				EXPECT((unsigned char)*end >= ' ' && *end != 0x7f);
		}
	}
}

/* What the spawner, which has capabilities, relies on. Written apart from request.c. */
static void check_promises(const struct sbx_request *request)
{
	EXPECT(is_name(request->profile, SBX_LETTERS SBX_DIGITS "._-", true) && strlen(request->profile) <= 32);
	EXPECT(is_name(request->slice, SBX_LETTERS SBX_DIGITS "._-", true));
	EXPECT(is_name(request->name, SBX_LETTERS SBX_DIGITS "._-", false));
	EXPECT(strcmp(request->name, ".") != 0 && strcmp(request->name, "..") != 0);
	EXPECT(request->json <= 1 && request->unshare < 1u << SBX_NAMESPACES && request->limits_given < 1u << SBX_LIMITS);
	for (unsigned i = 0; i < SBX_LIMITS; i++)
		if (request->limits_given & 1u << i)
			EXPECT(sbx_limit_rows[i].option != NULL && request->limit[i] >= sbx_limit_rows[i].min &&
			       request->limit[i] <= sbx_limit_rows[i].max);
	EXPECT(request->words_used <= SBX_WORDS_BYTES);
	check_word_list(request, &request->pythonpath, false, true);
	check_word_list(request, &request->setenv, true, false);
	check_word_list(request, &request->arg, false, false);
}

static void check_refusal(const struct arguments *arguments, const struct sbx_request *request, const struct sbx_err *err)
{
	bool json = false;
	for (int i = 0; i < arguments->count && strcmp(arguments->word[i], "--") != 0; i++)
		json |= strcmp(arguments->word[i], "--json") == 0 || strncmp(arguments->word[i], "--json=", 7) == 0;
	expect_line(err, SBX_REFUSED);
	EXPECT(strncmp(err->text, "option ", 7) == 0 || strncmp(err->text, "argument", 8) == 0);
	EXPECT(request->json == json); /* a refusal has the form that was asked for */
}

static void check_parser(const struct arguments *arguments, struct sbx_request *request)
{
	static struct sbx_request again;
	struct arguments same = { .count = 0 };
	struct sbx_err err;
	memset(request, 0xa5, sizeof *request);
	if (!request_parse(arguments->count, (const char *const *)arguments->word, request, &err)) {
		check_refusal(arguments, request, &err);
		return;
	}
	EXPECT(request_check(request, &err));
	check_promises(request);
	if (request->pythonpath.count + request->setenv.count + request->arg.count > WORDS - 16)
		return;
	ask_again(request, &same);
	EXPECT(request_parse(same.count, (const char *const *)same.word, &again, &err));
	check_same(request, &again);
	arguments_free(&same);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sbx_request *request = malloc(sizeof *request);
	struct input in = { data, size }, patches;
	size_t count = input_number(&in, 1) % 32;
	struct arguments arguments = { .count = 0 };
	struct sbx_err err;

	EXPECT(request != NULL);
	patches = in;
	input_skip(&in, 3 * count);
	while (in.left > 0 && arguments.count < WORDS)
		arguments.word[arguments.count++] = input_text(&in, '\0');
	arguments.word[arguments.count] = NULL;
	check_parser(&arguments, request);
	/* The same struct from a supervisor that a component took over. */
	for (size_t i = 0; i < count; i++) {
		size_t place = input_number(&patches, 2) % PLACES;
		((char *)request)[place] = (char)input_number(&patches, 1);
	}
	if (request_check(request, &err))
		check_promises(request);
	else
		expect_line(&err, SBX_REFUSED);
	arguments_free(&arguments);
	free(request);
	return 0;
}
