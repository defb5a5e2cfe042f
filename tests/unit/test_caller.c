/* Who is asking: the gate's variables, and passwd and group without NSS. Runs as: the developer, no privilege. */
#include "support.h"
#include "../../helper/decide/caller.h"

#define NAME64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n+nis:x:1999:1999::/:\n-omit:x:1998:1998::/:\n"
			     "#note:x:1997:1997::/:\nbroken\nbroken2:x\nbroken3:x:2000\nbroken4:x:abc:1:::\nbroken5:x:-5:1:::\nbroken6:x: 6:1:::\n"
			     "broken7:x:4294967296:1:::\nbroken8:x:4294967295:1:::\n" NAME64 ":x:2002:1:::\n:x:2001:1:::\n\n1234:x:5678:100::/:/bin/sh\n"
			     "omnimind:x:1500:1500:OmniMind:/srv:/bin/false\nbob:x:1501:100::/home/bob:/bin/sh\nlast:x:1502:1502::/:/bin/sh";
static const char group[] = "root:x:0:\nstaff:x:50:bob,omnimind\nusers:x:100:\nbad\n+staff:x:51:last\nempty:x:60:\nothers:x:101:\n" NAME64 ":x:1:bob\n"
			    "prefix:x:61:bobby,bo,omnimindx\nend:x:62:last";

Test(promise_4_no_confused_deputy, only_the_gate_says_who_is_asking)
{
	static const struct { const char *sudo_uid, *doas_user; bool right; uint32_t uid; const char *name; } cases[] = {
		{ NULL, NULL, true, 0, "root" }, { "0", NULL, true, 0, "root" }, { "1500", NULL, true, 1500, "omnimind" },
		{ "1502", NULL, true, 1502, "last" }, { "4242", NULL, true, 4242, "4242" }, { NULL, "omnimind", true, 1500, "omnimind" },
		{ NULL, "toor", true, 0, "toor" }, { "1999", NULL, true, 1999, "1999" }, { "1997", NULL, true, 1997, "1997" },
		{ "4294967294", NULL, true, 4294967294, "4294967294" },
		{ "1500", "omnimind", false, 0, "both SUDO_UID and DOAS_USER" }, { "", NULL, false, 0, "is not a uid" },
		{ "-1", NULL, false, 0, "is not a uid" }, { "+1500", NULL, false, 0, "is not a uid" }, { "01500", NULL, false, 0, "is not a uid" },
		{ " 1500", NULL, false, 0, "is not a uid" }, { "1500 ", NULL, false, 0, "is not a uid" }, { "1500\n", NULL, false, 0, "is not a uid" },
		{ "0x5dc", NULL, false, 0, "is not a uid" }, { "omnimind", NULL, false, 0, "is not a uid" },
		{ "4294967295", NULL, false, 0, "is not a uid" },
		{ "4294968796", NULL, false, 0, "is not a uid" }, { "18446744073709551616", NULL, false, 0, "is not a uid" },
		{ NULL, "", false, 0, "is not in /etc/passwd" }, { NULL, "nobody", false, 0, "is not in" }, { NULL, "1500", false, 0, "is not in" },
		{ NULL, "+nis", false, 0, "is not in" }, { NULL, "nis", false, 0, "is not in" }, { NULL, "-omit", false, 0, "is not in" },
		{ NULL, "#note", false, 0, "is not in" }, { NULL, "broken", false, 0, "is not in" }, { NULL, "broken3", false, 0, "is not in" },
		{ NULL, "broken4", false, 0, "is not in" }, { NULL, "broken5", false, 0, "is not in" }, { NULL, "broken8", false, 0, "is not in" },
		{ "2002", NULL, true, 2002, "2002" }, { NULL, NAME64, false, 0, "is not in" }, { NULL, "omnimind:x", false, 0, "is not in" }, { NULL, "omnimin", false, 0, "is not in" }, { NULL, "omnimindx", false, 0, "is not in" },
		{ NULL, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false, 0, "is not in" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sbx_identity who;
		struct sbx_err err = { .text = "" };
		const char *said = cases[i].sudo_uid != NULL ? cases[i].sudo_uid : cases[i].doas_user;
		cr_assert_eq(caller_identify(cases[i].sudo_uid, cases[i].doas_user, passwd, &who, &err), cases[i].right, "%s: %s", said, err.text);
		if (cases[i].right) {
			cr_assert_eq(who.uid, cases[i].uid);
			cr_assert_str_eq(who.name, cases[i].name);
		} else {
			cr_assert_eq(err.status, SBX_REFUSED);
			cr_assert_not_null(strstr(err.text, cases[i].name), "%s", err.text);
		}
	}
}

Test(promise_4_no_confused_deputy, a_section_is_found_by_login_name_uid_or_group_only)
{
	static const struct { const char *section, *name; uint32_t uid; bool right; } cases[] = {
		{ "omnimind", "omnimind", 1500, true }, { "1500", "omnimind", 1500, true }, { "@staff", "omnimind", 1500, true },
		{ "@staff", "bob", 1501, true }, { "@users", "bob", 1501, true }, { "@end", "last", 1502, true }, { "4242", "4242", 4242, true },
		{ "root", "root", 0, true }, { "@root", "root", 0, true },
		{ "bob", "omnimind", 1500, false }, { "1501", "omnimind", 1500, false }, { "150", "omnimind", 1500, false },
		{ "@users", "omnimind", 1500, false }, { "@empty", "bob", 1501, false }, { "@prefix", "bob", 1501, false },
		{ "@prefix", "omnimind", 1500, false }, { "@staff", "last", 1502, false }, { "@ghost", "bob", 1501, false },
		{ "@bad", "bob", 1501, false }, { "staff", "bob", 1501, false }, { "root", "omnimind", 1500, false },
		{ "0", "omnimind", 1500, false }, { "toor", "root", 0, false }, { "@root", "4242", 4242, false },
		/* An account whose login name looks like somebody else's uid. */
		{ "1234", "1234", 5678, false }, { "5678", "1234", 5678, true }, { "@users", "1234", 1234, false },
		/* The primary group is 100, and this group's gid has as many digits. */
		{ "@others", "bob", 1501, false },
		/* A name that is right with a uid that is not. */
		{ "@staff", "bob", 1600, false },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sbx_caller callers[] = { { .name = "nobody-else" }, { .name = cases[i].section } };
		struct sbx_policy policy = { .uid_first = 1879100000, .uid_last = 1879100063, .callers = 2, .caller = callers };
		struct sbx_identity who = { .uid = cases[i].uid };
		const struct sbx_caller *found = NULL;
		struct sbx_err err = { .text = "" };
		strcpy(who.name, cases[i].name);
		cr_assert_eq(caller_find(&policy, &who, passwd, group, &found, &err), cases[i].right, "[%s] %s %s", cases[i].section, who.name, err.text);
		if (cases[i].right) {
			cr_assert_eq(found, &callers[1]);
		} else {
			cr_assert_eq(err.status, SBX_REFUSED);
			cr_assert_not_null(strstr(err.text, "has no [caller] section in the policy: the admin can add one"));
		}
	}
}

Test(promise_4_no_confused_deputy, the_first_section_in_file_order_wins)
{
	struct sbx_caller callers[] = { { .name = "@staff" }, { .name = "omnimind" } };
	struct sbx_policy policy = { .uid_first = 1879100000, .uid_last = 1879100063, .callers = 2, .caller = callers };
	struct sbx_identity who = { 1500, "omnimind" };
	const struct sbx_caller *found = NULL;
	struct sbx_err err;
	cr_assert(caller_find(&policy, &who, passwd, group, &found, &err));
	cr_assert_eq(found, &callers[0]);
	cr_assert_not(caller_find(&policy, &who, "", "", &found, &err) && found == &callers[0], "no passwd, no group");
}

Test(promise_8_nothing_shared, a_range_that_holds_an_account_is_refused)
{
	static const struct { uint64_t first, last; const char *message; } cases[] = {
		{ 1500, 1600, "uids: 1500 belongs to the account omnimind: choose a range that no account has" },
		{ 1400, 1500, "uids: 1500 belongs to the account omnimind" }, { 1502, 1502, "uids: 1502 belongs to the account last" },
		{ 1000, 4294967293, "belongs to the account" }, { 5678, 5678, "belongs to the account 1234" },
	};
	struct sbx_identity who = { 1500, "omnimind" };
	struct sbx_caller callers[] = { { .name = "omnimind" } };
	const struct sbx_caller *found;
	struct sbx_err err;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sbx_policy policy = { .uid_first = cases[i].first, .uid_last = cases[i].last, .callers = 1, .caller = callers };
		cr_assert_not(caller_find(&policy, &who, passwd, group, &found, &err));
		cr_assert_eq(err.status, SBX_ERROR);
		cr_assert_not_null(strstr(err.text, cases[i].message), "%s", err.text);
	}
}
