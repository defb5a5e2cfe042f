/* Who is asking: from the gate's variables and the text of passwd and group. No NSS, nothing is opened here. */
#ifndef SBX_CALLER_H
#define SBX_CALLER_H
#include <stdbool.h>
#include <stdint.h>
#include "policy.h"

struct sbx_identity { uint32_t uid; char name[64]; /* login name, or the uid in digits where passwd has none */ };

/* sudo_uid, doas_user: the variables' texts or NULL. Neither: the caller is root itself (uid 0). Both: refused. */
bool caller_identify(const char *sudo_uid, const char *doas_user, const char *passwd, struct sbx_identity *who, struct sbx_err *err)
	__attribute__((nonnull(3, 4, 5), warn_unused_result));
/* The first [caller ...] section in file order that names the identity (login name, numeric uid, @group of group's text or the
   primary group of passwd's). Also refuses a policy whose uids contain a uid of passwd. */
bool caller_find(const struct sbx_policy *policy, const struct sbx_identity *who, const char *passwd, const char *group,
	const struct sbx_caller **caller, struct sbx_err *err)
	__attribute__((nonnull, warn_unused_result));
#endif
