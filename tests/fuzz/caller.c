/* Who is asking: against a model that reads passwd and group line by line. Runs as: the developer, no privilege.
   Input: 1 byte that says which of the gate's variables are set; SUDO_UID, DOAS_USER, passwd and group, each to its NUL. */
#include "fuzz.h"
#include "../../helper/decide/caller.h"
#include "../../helper/tables.h"

#define UID_FIRST 2000u
#define UID_LAST 2063u

static struct sbx_caller sections[] = { { .name = "bob" }, { .name = "1500" }, { .name = "@staff" }, { .name = "0" }, { .name = "@a" },
	{ .name = "a" } };
static const struct sbx_policy policy = { UID_FIRST, UID_LAST, COUNT(sections), 0, sections, NULL };

struct line { char field[3][64]; unsigned long long id; char *rest; };

static bool read_id(const char *text, unsigned long long *id)
{
	size_t length = strlen(text);
	if (length == 0 || length > 10 || (length > 1 && text[0] == '0') || strspn(text, "0123456789") != length)
		return false;
	*id = strtoull(text, NULL, 10);
	return *id < UINT32_MAX;
}

/* Line `number` (from 0) of the file, its fields parted: 1; or it says nothing: 0; or there is none: -1. `copy` holds what it points to. */
static int read_line(const char *file, int number, char **copy, struct line *line)
{
	for (; number > 0 && file != NULL; number--)
		file = strchr(file, '\n') != NULL ? strchr(file, '\n') + 1 : NULL;
	if (file == NULL || *file == '\0')
		return -1;
	*copy = strdup(file);
	(*copy)[strcspn(*copy, "\n")] = '\0';
	line->rest = *copy;
	for (int i = 0; i < 3; i++) {
		char *field = strsep(&line->rest, ":");
		if (line->rest == NULL || strlen(field) > 63)
			return 0;
		strcpy(line->field[i], field);
	}
	line->rest[strcspn(line->rest, ":")] = '\0';
	return line->field[0][0] != '\0' && line->field[0][0] != '+' && line->field[0][0] != '-' && line->field[0][0] != '#' &&
	       read_id(line->field[2], &line->id);
}

/* The first account that fits: by name, or by uid where name is NULL. `gid` has room for the fourth field. */
static bool model_account(const char *passwd, const char *name, unsigned long long uid, struct line *found, char *gid, size_t size)
{
	int kind = 0;
	for (int i = 0; kind >= 0; i++) {
		char *copy = NULL;
		kind = read_line(passwd, i, &copy, found);
		bool fits = kind == 1 && (name != NULL ? strcmp(found->field[0], name) == 0 : found->id == uid);
		if (fits)
			snprintf(gid, size, "%s", found->rest);
		free(copy);
		if (fits)
			return true;
	}
	return false;
}

static bool model_member(const char *members, const char *name)
{
	bool is_member = false;
	char *copy = strdup(members), *rest = copy, *word;
	while ((word = strsep(&rest, ",")) != NULL)
		is_member |= strcmp(word, name) == 0;
	free(copy);
	return is_member;
}

static bool model_in_group(const struct sbx_identity *who, const char *group_name, const char *passwd, const char *group, size_t bytes)
{
	struct line account, line;
	char *gid = malloc(bytes);
	int kind = 0;
	bool is_in = model_account(passwd, who->name, 0, &account, gid, bytes) && account.id == who->uid;
	bool found = false;
	for (int i = 0; is_in && kind >= 0; i++) {
		char *copy = NULL;
		kind = read_line(group, i, &copy, &line);
		found |= kind == 1 && strcmp(line.field[0], group_name) == 0 &&
			 (strcmp(gid, line.field[2]) == 0 || model_member(line.rest, who->name));
		free(copy);
	}
	free(gid);
	return found;
}

static const struct sbx_caller *model_find(const struct sbx_identity *who, const char *passwd, const char *group, size_t bytes)
{
	unsigned long long uid;
	for (size_t i = 0; i < COUNT(sections); i++) {
		const char *name = sections[i].name;
		if (read_id(name, &uid) ? uid == who->uid : name[0] == '@' ? model_in_group(who, name + 1, passwd, group, bytes) :
							     strcmp(name, who->name) == 0)
			return &sections[i];
	}
	return NULL;
}

static bool model_uids_are_free(const char *passwd)
{
	int kind = 0;
	bool are_free = true;
	for (int i = 0; kind >= 0; i++) {
		struct line line;
		char *copy = NULL;
		kind = read_line(passwd, i, &copy, &line);
		are_free &= kind != 1 || line.id < UID_FIRST || line.id > UID_LAST;
		free(copy);
	}
	return are_free;
}

static void check_identity(const char *sudo_uid, const char *doas_user, const char *passwd, const struct sbx_identity *who, size_t bytes)
{
	struct line account;
	char *gid = malloc(bytes), digits[16];
	bool found = model_account(passwd, doas_user, who->uid, &account, gid, bytes);
	sprintf(digits, "%u", who->uid);
	EXPECT(memchr(who->name, '\0', sizeof who->name) != NULL && who->uid < UINT32_MAX);
	EXPECT(sudo_uid == NULL || strcmp(sudo_uid, digits) == 0);
	EXPECT(sudo_uid != NULL || doas_user != NULL || who->uid == 0);
	EXPECT(doas_user == NULL || (found && strcmp(who->name, doas_user) == 0 && who->uid == account.id));
	EXPECT(strcmp(who->name, found ? account.field[0] : digits) == 0);
	free(gid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	unsigned set = (unsigned)input_number(&in, 1);
	char *sudo_text = input_text(&in, '\0'), *doas_text = input_text(&in, '\0');
	char *passwd = input_text(&in, '\0'), *group = input_text(&in, '\0');
	const char *sudo_uid = set & 1 ? sudo_text : NULL, *doas_user = set & 2 ? doas_text : NULL;
	const struct sbx_caller *caller = NULL;
	struct sbx_identity who;
	struct sbx_err err;
	unsigned long long uid;

	memset(&who, 0xa5, sizeof who);
	if (caller_identify(sudo_uid, doas_user, passwd, &who, &err)) {
		check_identity(sudo_uid, doas_user, passwd, &who, size + 1);
		bool right = caller_find(&policy, &who, passwd, group, &caller, &err);
		const struct sbx_caller *meant = model_find(&who, passwd, group, size + 1);
		EXPECT(right == (meant != NULL && model_uids_are_free(passwd)));
		EXPECT(!right || caller == meant);
		if (!right)
			expect_line(&err, model_uids_are_free(passwd) ? SBX_REFUSED : SBX_ERROR);
	} else {
		struct line account;
		char *gid = malloc(size + 1);
		expect_line(&err, SBX_REFUSED);
		EXPECT((sudo_uid != NULL && doas_user != NULL) || (sudo_uid != NULL && !read_id(sudo_uid, &uid)) ||
		       (doas_user != NULL && !model_account(passwd, doas_user, 0, &account, gid, size + 1)));
		free(gid);
	}
	free(sudo_text);
	free(doas_text);
	free(passwd);
	free(group);
	return 0;
}
