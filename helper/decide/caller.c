/* Who is asking, from texts that somebody else opened. Runs as: spawner, before it keeps any capability; computes only. */
#include "caller.h"
#include <string.h>
#include "number.h"
#include "word.h"

#define UID_MAX (UINT32_MAX - 1u) /* -1 is no uid */

/* One line of passwd (name, x, uid, gid) or group (name, x, gid, members). `last` is the fourth field, up to ':' or the line's end. */
struct entry { char field[3][64]; uint64_t id; const char *last; };

/* Moves *text past the next line; false: a comment, a NIS line or a malformed one, that says nothing. */
static bool parse_entry(const char **text, struct entry *entry)
{
	const char *at = *text;
	*text += strcspn(at, "\n");
	*text += **text == '\n';
	for (int i = 0; i < 3; i++) {
		size_t length = strcspn(at, ":\n");
		if (at[length] != ':' || length >= 64 || !must_format(entry->field[i], sizeof entry->field[i], "%.*s", (int)length, at))
			return false;
		at += length + 1;
	}
	entry->last = at;
	/* strchr takes a name's NUL, where it is empty, as well. */
	return strchr("+-#", entry->field[0][0]) == NULL && number_parse(entry->field[2], 0, UID_MAX, &entry->id);
}

/* The account by its name, or, where name is NULL, the first with the uid. */
static bool find_account(const char *passwd, const char *name, uint64_t uid, struct entry *account)
{
	while (*passwd != '\0')
		if (parse_entry(&passwd, account) && (name != NULL ? strcmp(account->field[0], name) == 0 : account->id == uid))
			return true;
	return false;
}

/* Is it one of the words, which end at any of `ends`, and a comma leads to the next? */
static bool has_word(const char *words, const char *ends, const char *word)
{
	for (size_t length;; words += length + 1) {
		length = strcspn(words, ends);
		if (length == strlen(word) && memcmp(words, word, length) == 0)
			return true;
		if (words[length] != ',')
			return false;
	}
}

/* By membership, or as the primary group. Only an account of passwd has either. */
static bool is_in_group(const struct sbx_identity *who, const char *group_name, const char *passwd, const char *group)
{
	struct entry account, entry;
	if (!find_account(passwd, who->name, 0, &account) || account.id != who->uid)
		return false;
	while (*group != '\0')
		if (parse_entry(&group, &entry) && strcmp(entry.field[0], group_name) == 0 &&
		    (has_word(account.last, ":\n", entry.field[2]) || has_word(entry.last, ",:\n", who->name)))
			return true;
	return false;
}

bool caller_identify(const char *sudo_uid, const char *doas_user, const char *passwd, struct sbx_identity *who, struct sbx_err *err)
{
	struct entry account;
	uint64_t uid = 0;
	if (sudo_uid != NULL && doas_user != NULL)
		return err_refuse(err, "caller: both SUDO_UID and DOAS_USER are set, so neither is believed");
	if (sudo_uid != NULL && !number_parse(sudo_uid, 0, UID_MAX, &uid))
		return err_refuse(err, "caller: SUDO_UID \"%.32s\" is not a uid", sudo_uid);
	bool found = find_account(passwd, doas_user, uid, &account);
	if (doas_user != NULL && !found)
		return err_refuse(err, "caller: DOAS_USER \"%.64s\" is not in /etc/passwd", doas_user);
	who->uid = (uint32_t)(found ? account.id : uid);
	return (found ? must_format(who->name, sizeof who->name, "%s", account.field[0]) :
			must_format(who->name, sizeof who->name, "%u", who->uid)) || err_fail(err, "caller: no room for the name");
}

bool caller_find(const struct sbx_policy *policy, const struct sbx_identity *who, const char *passwd, const char *group,
		 const struct sbx_caller **caller, struct sbx_err *err)
{
	struct entry account;
	uint64_t uid;
	for (const char *rest = passwd; *rest != '\0';)
		if (parse_entry(&rest, &account) && account.id >= policy->uid_first && account.id <= policy->uid_last)
			return err_fail(err, "uids: %s belongs to the account %s: choose a range that no account has", account.field[2],
					account.field[0]);
	for (uint32_t i = 0; i < policy->callers; i++) {
		const char *name = policy->caller[i].name;
		if (strspn(name, SBX_DIGITS) > 0 ? number_parse(name, who->uid, who->uid, &uid) :
		    name[0] == '@' ? is_in_group(who, name + 1, passwd, group) : strcmp(name, who->name) == 0) {
			*caller = &policy->caller[i];
			return true;
		}
	}
	return err_refuse(err, "caller %s (uid %u) has no [caller] section in the policy: the admin can add one", who->name, who->uid);
}
