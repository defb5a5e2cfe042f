/* omnisbx-helper: the order of things, and nothing else. Runs as: uid 0, started by sudo, doas, root or systemd.
 *
 *   manager (caller's uid)
 *     sudo -n omnisbx-helper run ...
 *       SPAWNER     uid 0, in the caller's cgroup. Set-up capabilities (drop.c) until its one clone, then none: it only waits, and its
 *       |           end would end the component (parent-death signal). Holds: channel, the run's cgroup, pidfds.
 *       +- SUPERVISOR  uid 0, effective uid the sandbox's, no capability from its first line on; in the leaf `keeper` of the slice's unit,
 *       |              where the caller can neither stop, freeze nor kill it. Holds: caller's streams, channel, pidfd, kill socket,
 *       |              the run's cgroup, with --json the component's three streams. Pid 1 of a namespace above the component's, so
 *       |              that the kernel ends the component when it ends.
 *       +- COMPONENT   python3, pid 1 of its own namespaces, in its own cgroup; uid and gid of its own, no capability, filter.
 *                      Holds: 0 /dev/null, 1 and 2, with --json 3.
 *
 *   inherited state replaced -> argv -- request_parse --> request --+
 *                                                                   +-- plan_decide --> plan -- cgroup_create -- spawn_component
 *   policy file -- trusted_open, policy_parse --> policy -----------+                                                  |
 *     child:       mounts_build -> rlimits_confine -> drop_component -> execve  <--------------------------------------+
 *     supervisor:  watch_run -> finish_run (kill, wait until empty, count, remove) -> report -> exit
 */
#include <stdio.h>

#include "enforce/audit.h"
#include "enforce/drop.h"
#include "enforce/keep.h"
#include "enforce/small.h"
#include "enforce/spawn.h"
#include "enforce/supervise.h"
#include "enforce/trusted_file.h"

#define POLICY_PATH "/etc/omnisbx/policy.ini"
#define ACCOUNTS_BYTES_MAX (16u << 20)

/* The log first: a standard error that nobody reads must not hide a refusal. */
static int complain(const struct sbx_err *err)
{
	char line[SBX_ERR_TEXT_BYTES + 64];

	if (must_format(line, sizeof line, "refusal status=%s exit=125 reason=\"%s\"", sbx_status_rows[err->status].name, err->text))
		(void)!audit_write(line); /* a host without a log has no line */
	fd_close(&(int){ small_signals() });
	(void)alarm(SBX_TAKE_SECONDS);
	(void)dprintf(2, "omnisbx-helper: %s\n", err->text);
	return SBX_EXIT_NOT_RUN;
}

static bool identify(const struct sbx_gate *gate, char **passwd, struct sbx_identity *who, struct sbx_err *err)
{
	size_t length;

	return trusted_read("/etc/passwd", ACCOUNTS_BYTES_MAX, passwd, &length, err) &&
		caller_identify(gate->sudo_uid[0] ? gate->sudo_uid : NULL, gate->doas_user[0] ? gate->doas_user : NULL, *passwd, who, err);
}

static bool read_policy(struct sbx_policy *policy, struct sbx_err *err)
{
	struct sbx_faults faults;
	size_t length;
	char *text;

	return trusted_read(POLICY_PATH, SBX_POLICY_BYTES_MAX, &text, &length, err) &&
		(policy_parse(text, length, policy, &faults) || policy_faults_line(POLICY_PATH, &faults, err));
}

/* What both processes need to know before they part. A failure is kept: the supervisor reports it, in the form that was asked for. Returns
   the cgroup that the supervisor is born in, or -1. */
static int prepare_run(const struct sbx_gate *gate, struct sbx_context *context)
{
	struct sbx_err *err = &context->startup_err;
	char *passwd, *group;
	size_t length;

	if (identify(gate, &passwd, &context->who, err) && read_policy(&context->policy, err) &&
	    trusted_read("/etc/group", ACCOUNTS_BYTES_MAX, &group, &length, err) &&
	    caller_find(&context->policy, &context->who, passwd, group, &context->caller, err) && lease_open(&context->lease, err) &&
	    lease_take(&context->lease, &context->policy, context->caller, &context->who, err))
		return cgroup_find_home(&context->policy, context->caller);
	context->lease.uid = 0; /* the last one that lease_take tried */
	return -1;
}

static bool run_verb(const struct sbx_gate *gate, int argc, const char *const *argv, int *exit_status, struct sbx_err *err)
{
	static struct sbx_caller callers[SBX_POLICY_SECTIONS_MAX]; /* of these two only what a policy fills is ever touched */
	static struct sbx_profile profiles[SBX_POLICY_SECTIONS_MAX];
	struct sbx_context context = { .parent_pidfd = gate->parent_pidfd, .policy = { .caller = callers, .profile = profiles },
		.lease = { .lock_fd = -1, .run_dir_fd = -1 } };
	int channel[2], supervisor_pidfd = -1;
	OWNED_FD home = prepare_run(gate, &context);

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) < 0)
		return err_errno(err, errno, "make the channel to the supervisor");
	context.has_home = home >= 0;
	pid_t supervisor = spawn_supervisor(home, &supervisor_pidfd, &context.startup_err, err);
	if (supervisor < 0)
		return false;
	fd_close(&home);
	fd_close(&channel[supervisor ? 1 : 0]); /* each sees the other's end */
	context.channel_fd = channel[supervisor ? 0 : 1];
	*exit_status = supervisor ? spawner_run(&context, supervisor, supervisor_pidfd) : supervise_run(&context, argc, argv);
	return true;
}

static bool kill_verb(const struct sbx_gate *gate, int argc, const char *const *argv, int *exit_status __attribute__((unused)),
		      struct sbx_err *err)
{
	bool all = argc == 1 && strcmp(argv[0], "--all") == 0;
	struct sbx_identity who;
	char *passwd;

	if (argc != 1 || (!all && (strlen(argv[0]) != SBX_ID_BYTES - 1 || strspn(argv[0], "0123456789abcdef") != SBX_ID_BYTES - 1)))
		return err_refuse(err, "kill: give one run id (16 hex digits, from the report or the list) or --all");
	return drop_all(0, false, err) && identify(gate, &passwd, &who, err) && lease_kill(&who, all ? NULL : argv[0], err);
}

/* exit_status is 0 already. False: err says why it was not done. */
typedef bool verb_act(const struct sbx_gate *gate, int argc, const char *const *argv, int *exit_status, struct sbx_err *err);
static const struct { const char *name; verb_act *act; } verbs[] = { { "run", run_verb }, { "kill", kill_verb }, { "keep", keep_verb } };

int main(int argc, char **argv, char **envp)
{
	struct sbx_err err = { .text = "" };
	struct sbx_gate gate;
	int exit_status = 0;

	if (argc < 1)
		return SBX_EXIT_NOT_RUN; /* CVE-2021-4034: behind an empty argv stands the environment */
	if (!inherited_replace(envp, &gate, &err) || !drop_to_setup(&err))
		return complain(&err);
	fd_close(&(int){ small_signals() }); /* blocked from here on, and in every process to come */
	for (size_t i = 0; argc > 1 && i < COUNT(verbs); i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].act(&gate, argc - 2, (const char *const *)argv + 2, &exit_status, &err) ? exit_status : complain(&err);
	(void)err_refuse(&err, "usage: omnisbx-helper run [OPTION]... [-- ARG...] | kill RUN-ID | kill --all | keep SLICE");
	return complain(&err);
}
