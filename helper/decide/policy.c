/* The policy file's text to a policy: a strict reader in front of inih. Runs as: supervisor, spawner and omnisbx; computes only. */
#include "policy.h"
#include <string.h>
#include <ini.h>
#include "policy_keys.h"
#include "word.h"

#define BLANKS " \t"
#define KEY_ALPHABET SBX_LOWER SBX_DIGITS "_."

static const char *const section_names[SBX_SECTIONS] = { "", "policy", "caller", "profile" };

/* What reading needs between two lines. */
struct reader {
	char *here;                   /* the line under way: what must live is kept in its place */
	struct sbx_target to;
	enum sbx_section section;     /* SBX_SECTIONS after a bad header: its keys say nothing more */
	uint32_t section_line, key_line[SBX_POLICY_KEYS_ALL]; /* of the section under way */
	bool met[SBX_SECTIONS + 1], crlf; /* a section of this kind was there, good or bad; CRLF is reported already */
};

/* A key of the section under way by its name; SBX_POLICY_KEYS_ALL: it has none of that name. */
static unsigned find_key(const struct reader *r, const char *name, size_t length)
{
	for (unsigned key = 0; key < SBX_POLICY_KEYS_ALL; key++) {
		struct sbx_key_row row = policy_key_row(key);
		if (row.section == r->section && strlen(row.key) == length && memcmp(row.key, name, length) == 0)
			return key;
	}
	return SBX_POLICY_KEYS_ALL;
}

/* inih's handler. It gets no section's line, so its idea of the section is of no use. Always 1: reading goes on. */
static int take_key(void *user, const char *section __attribute__((unused)), const char *name, const char *value)
{
	struct reader *r = user;
	struct sbx_faults *faults = r->to.faults;
	uint32_t line = r->to.line;
	unsigned key = find_key(r, name, strlen(name));
	if (r->section == SBX_SECTIONS || !((r->section != SBX_NO_SECTION || policy_fault(faults, line, "%.60s: key before any section", name)) &&
	      (key < SBX_POLICY_KEYS_ALL || policy_fault(faults, line, "%.60s: unknown key in [%s]", name, section_names[r->section])) &&
	      (r->key_line[key] == 0 || policy_fault(faults, line, "%s: given twice, first on line %u", name, r->key_line[key]))))
		return 1;
	r->key_line[key] = line;
	/* inih's copy dies with the line; the line itself, read already, has room for what stood in it. */
	memcpy(r->here, value, strlen(value) + 1);
	return (*value == '\0' ? policy_fault(faults, line, "%s: the value is empty", name) : policy_set_key(&r->to, key, r->here)) || true;
}

/* Rules between the keys of one profile. */
static void close_profile(struct reader *r, struct sbx_profile *profile)
{
	uint32_t named = profile->namespaces, line = r->key_line[SBX_KEY_NAMESPACES];
	for (unsigned i = 0; i < SBX_NAMESPACES; i++) {
		const struct sbx_namespace_row *row = &sbx_namespace_rows[i];
		if (named & profile->namespaces_optional & SBX_NS_BIT(i))
			policy_fault(r->to.faults, r->key_line[SBX_KEY_NAMESPACES_OPTIONAL], "namespaces.optional: %s is in namespaces too",
				     row->name);
		if (row->required && line != 0 && !(named & SBX_NS_BIT(i)))
			policy_fault(r->to.faults, line, "namespaces: %s is missing, every sandbox has it", row->name);
		profile->namespaces |= row->always ? SBX_NS_BIT(i) : 0;
	}
	profile->namespaces_optional &= ~profile->namespaces;
	memcpy(profile->key_line, r->key_line, sizeof r->key_line);
}

/* At the next header or the end: what is missing. */
static void close_section(struct reader *r)
{
	for (unsigned key = 0; key < SBX_POLICY_KEYS_ALL; key++) {
		struct sbx_key_row row = policy_key_row(key);
		if (row.section == r->section && row.required && r->key_line[key] == 0)
			policy_fault(r->to.faults, r->section_line, "%s: missing in [%s]", row.key, section_names[r->section]);
	}
	if (r->section == SBX_PROFILE)
		close_profile(r, r->to.profile);
	memset(r->key_line, 0, sizeof r->key_line);
	r->section = SBX_SECTIONS;
	r->section_line = r->to.line;
}

/* "[policy]", "[caller NAME]", "[profile NAME]", and nothing behind but blanks or a comment. */
static bool open_section(struct reader *r, char *header)
{
	struct sbx_policy *policy = r->to.policy;
	struct sbx_faults *faults = r->to.faults;
	uint32_t line = r->to.line;
	char *close = strchr(header, ']'), *behind = close == NULL ? header : close + 1 + strspn(close + 1, BLANKS);
	enum sbx_section kind = SBX_POLICY;
	if (close == NULL || (*behind != '\0' && (*behind != ';' || behind == close + 1)))
		return policy_fault(faults, line, "a section's line is [NAME], and nothing behind it");
	*close = '\0';
	size_t length = strcspn(++header, " ");
	const char *name = header + length + (header[length] == ' ');
	while (kind < SBX_SECTIONS && (strlen(section_names[kind]) != length || memcmp(section_names[kind], header, length) != 0 ||
				       (header[length] == ' ') != (kind != SBX_POLICY)))
		kind++;
	uint32_t count = kind == SBX_CALLER ? policy->callers : kind == SBX_PROFILE ? policy->profiles : 0;
	bool again = kind == SBX_POLICY ? r->met[kind] : kind == SBX_PROFILE && policy_find_profile(policy, name) != NULL;
	for (uint32_t i = 0; kind == SBX_CALLER && i < count; i++)
		again |= strcmp(policy->caller[i].name, name) == 0;
	bool is_name = kind == SBX_CALLER ? word_is_caller(name) : kind != SBX_PROFILE || word_profile_fault(name) == NULL;
	r->met[kind] = true;
	if (kind == SBX_SECTIONS)
		return policy_fault(faults, line, "[%.60s]: unknown section; there are [policy], [caller NAME], [profile NAME]", header);
	if (again || !is_name)
		return again ? policy_fault(faults, line, "[%s]: given twice", header) :
			       policy_fault(faults, line, "[%.60s]: \"%.60s\" is not a %s's name", header, name, section_names[kind]);
	if (count == SBX_POLICY_SECTIONS_MAX)
		return policy_fault(faults, line, "[%s]: more than %u sections of this kind", header, SBX_POLICY_SECTIONS_MAX);
	r->section = kind;
	if (kind == SBX_CALLER) {
		r->to.caller = &policy->caller[policy->callers++];
		*r->to.caller = (struct sbx_caller){ .name = name, .line = line };
	} else if (kind == SBX_PROFILE) {
		r->to.profile = &policy->profile[policy->profiles++];
		*r->to.profile = (struct sbx_profile){ .name = name, .line = line, .limits_by_cgroup = true,
						       .readonly = { .count = 2, .word = { "/usr", "/etc/alternatives" } } };
		for (unsigned i = 0; i < SBX_LIMITS; i++)
			r->to.profile->limit[i] = sbx_limit_rows[i].fallback;
	}
	return true;
}

/* What inih would let pass. NULL: nothing. */
static const char *line_fault(const char *line, size_t length)
{
	size_t key = strspn(line, KEY_ALPHABET);
	bool remark = false;
	if (length > 198) /* inih's buffer of 200 less newline and NUL; it would read the rest as another line */
		return "longer than 198 characters";
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)line[i];
		remark |= i == 0 ? byte == ';' || byte == '#' : byte == ';' && strchr(BLANKS, line[i - 1]) != NULL;
		if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
			return "a NUL or another control character";
		if (byte >= 0x80 && !remark)
			return "a byte order mark or another byte outside ASCII";
	}
	return strchr("[;#", line[0]) != NULL || line[strspn(line, BLANKS)] == '\0' ? NULL :
	       strchr(BLANKS, line[0]) != NULL ? "indented: sections, keys and comments start in the first column" :
	       key == 0 || line[key + strspn(line + key, BLANKS)] != '=' ? "neither KEY = VALUE nor [SECTION] nor a comment" : NULL;
}

/* inih reads each key's line by itself: sections are read here, so that every mistake is found, with its line. */
static void read_line(struct reader *r, char *line, size_t length)
{
	bool crlf = length > 0 && line[length - 1] == '\r';
	r->here = line;
	r->to.line++;
	if (crlf && !r->crlf)
		policy_fault(r->to.faults, r->to.line, "CRLF line ends: save the file with Unix ones");
	r->crlf |= crlf;
	line[length - crlf] = '\0';
	const char *wrong = line_fault(line, length - crlf);
	unsigned key = find_key(r, line, strspn(line, KEY_ALPHABET));
	if (wrong != NULL && key < SBX_POLICY_KEYS_ALL && r->key_line[key] == 0)
		r->key_line[key] = r->to.line; /* bad, but not missing */
	if (line[0] == '[')
		close_section(r);
	if (wrong != NULL)
		policy_fault(r->to.faults, r->to.line, "%s", wrong);
	else if (line[0] == '[')
		open_section(r, line);
	else if (ini_parse_string(line, take_key, r) != 0) /* a line that we let pass and inih does not: none is known */
		policy_fault(r->to.faults, r->to.line, "this line cannot be read");
}

/* What only the whole file shows. */
static void check_whole(const struct reader *r)
{
	for (enum sbx_section kind = SBX_POLICY; kind < SBX_SECTIONS; kind++)
		if (!r->met[kind])
			policy_fault(r->to.faults, 1, "[%s]: there is no such section", section_names[kind]);
	for (uint32_t i = 0; i < r->to.policy->callers; i++) {
		const struct sbx_list *list = &r->to.policy->caller[i].profiles;
		for (uint32_t k = 0; k < list->count; k++)
			if (policy_find_profile(r->to.policy, list->word[k]) == NULL)
				policy_fault(r->to.faults, list->line, "profiles: there is no [profile %s]", list->word[k]);
	}
}

bool policy_parse(char *text, size_t length, struct sbx_policy *policy, struct sbx_faults *faults)
{
	struct reader reader = { .to = { .policy = policy, .faults = faults } };
	faults->count = 0;
	policy->callers = policy->profiles = 0;
	if (length > SBX_POLICY_BYTES_MAX)
		return policy_fault(faults, 1, "the file is larger than %u bytes", SBX_POLICY_BYTES_MAX);
	text[length] = '\n';
	for (char *line = text, *newline; line < text + length; line = newline + 1) {
		newline = memchr(line, '\n', (size_t)(text + length - line) + 1);
		read_line(&reader, line, (size_t)(newline - line));
	}
	close_section(&reader);
	check_whole(&reader);
	if (reader.to.faults->count == 0)
		return true;
	policy->callers = policy->profiles = 0;
	return false;
}

bool policy_faults_line(const char *path, const struct sbx_faults *faults, struct sbx_err *err)
{
	char line[SBX_ERR_TEXT_BYTES];
	const size_t room = sizeof line - sizeof " (and 4294967295 more)";
	uint32_t shown = 0;
	size_t used = 0;
	for (const struct sbx_fault *fault = faults->fault; shown < faults->count && shown < SBX_FAULTS_MAX; shown++, fault++) {
		if (!must_format(line + used, room - used, "%s%.256s:%u: %s", shown > 0 ? "; " : "", path, fault->line, fault->text))
			break;
		used += strlen(line + used);
	}
	line[used] = '\0';
	return shown < faults->count ? err_fail(err, "%s (and %u more)", line, faults->count - shown) : err_fail(err, "%s", line);
}

const struct sbx_profile *policy_find_profile(const struct sbx_policy *policy, const char *name)
{
	for (uint32_t i = 0; i < policy->profiles; i++)
		if (strcmp(policy->profile[i].name, name) == 0)
			return &policy->profile[i];
	return NULL;
}
