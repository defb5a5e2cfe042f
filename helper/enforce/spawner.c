/* Decides and carries out one request, then waits without privilege. Runs as: uid 0, set-up capabilities until its one clone, then none. */
#include "spawner.h"

#include <stdio.h>
#include <sys/fsuid.h>

#include "channel.h"
#include "drop.h"
#include "intake.h"
#include "small.h"
#include "spawn.h"

/* Everything that one run of the spawner owns. Plan and request are large and live in main's frame of this process. */
struct spawner {
	struct sbx_context *context;
	struct sbx_request request;
	struct sbx_plan plan;
	struct sbx_sandbox sandbox;
	bool started, ran; /* it has to be waited for; it was there at all */
};

static bool make_streams(struct sbx_sandbox *sandbox, struct sbx_err *err)
{
	for (int i = 0; i < 3; i++) {
		int *stream = sandbox->stream[i];
		bool failed;

		(void)setfsuid(sandbox->uid); /* the pipes are the component's own: it may open /dev/stdout */
		/* and it may open its pipe for reading, and take back what poll has announced: the supervisor's read must not wait for that */
		failed = sandbox->plan->json ? pipe2(stream, O_CLOEXEC) < 0 || fcntl(stream[0], F_SETFL, O_NONBLOCK) < 0 :
			i < 2 && (stream[1] = fcntl(i + 1, F_DUPFD_CLOEXEC, 3)) < 0;
		(void)setfsuid(0); /* neither can fail, and neither sets errno: it is our effective, and our real uid */
		if (failed)
			return err_errno(err, errno, "make the component's streams");
	}
	return true;
}

/* From the decision to the running component. Whatever fails before execve leaves nothing; what fails after it ends the component. */
static bool make_sandbox(struct spawner *s, int code_fd, struct sbx_err *err)
{
	struct sbx_context *c = s->context;
	struct sbx_sandbox *sandbox = &s->sandbox;
	const bool by_cgroup = s->plan.profile->limits_by_cgroup;

	*sandbox = (struct sbx_sandbox){ .plan = &s->plan, .uid = c->lease.uid, .cgroup = { -1, -1, "" }, .code_fd = code_fd,
		.stream = { { -1, -1 }, { -1, -1 }, { -1, -1 } }, .socket_fd = -1, .channel_fd = c->channel_fd, .pidfd = -1,
		.answer = { .kind = SBX_STARTED, .namespaces = s->plan.namespaces, .has_cgroup = by_cgroup } };
	s->started = s->ran = cgroup_reap(&c->policy, &c->lease, err) && drop_join_uid(sandbox->uid, err) && make_streams(sandbox, err) &&
		mounts_take(&s->plan, &sandbox->trees, err) && cgroup_create(&s->plan, &c->lease, &sandbox->cgroup, sandbox->answer.limit, err) &&
		(c->has_home || !by_cgroup || err_fail(err, "the unit of %s was not running when the helper started: try again", s->plan.slice)) &&
		lease_listen(&c->lease, &sandbox->socket_fd, err) && spawn_component(sandbox, err);
	mounts_release(&sandbox->trees);
	fd_close(&sandbox->socket_fd); /* the supervisor's now */
	for (int i = 0; i < 6; i++)
		fd_close(&sandbox->stream[i / 2][i % 2]);
	return s->started && drop_all(sandbox->uid, true, err);
}

static void answer_ended(struct spawner *s)
{
	struct sbx_answer answer = { .kind = SBX_ENDED };
	siginfo_t ended;

	s->started = false;
	if (syscall(SYS_waitid, P_PIDFD, s->sandbox.pidfd, &ended, WEXITED, &answer.usage) < 0)
		return;
	answer.wait_status = ended.si_code == CLD_EXITED ? W_EXITCODE(ended.si_status, 0) : W_EXITCODE(0, ended.si_status);
	(void)!channel_send(s->context->channel_fd, &answer, sizeof answer, NULL, 0); /* no reader: the supervisor is gone, and that is seen */
}

/* By descriptor and by cgroup: one of them always reaches it. */
static void clean_up(struct spawner *s)
{
	(void)syscall(SYS_pidfd_send_signal, s->sandbox.pidfd, SIGKILL, NULL, 0); /* ESRCH: it is over; EBADF: it never was */
	(void)cgroup_end(&s->sandbox.cgroup, SBX_END_WAIT_MS, NULL); /* what stays is reaped by the next run */
	if (s->started) /* whatever failed, the component has run: no later answer may deny it */
		answer_ended(s);
	lease_forget(&s->context->lease);
}

static bool handle_request(struct spawner *s, struct sbx_err *err)
{
	struct sbx_context *c = s->context;
	int fds[SBX_CHANNEL_FDS_MAX] = { -1 };
	OWNED_FD code = -1;
	struct stat st;

	if (channel_receive(c->channel_fd, &s->request, sizeof s->request, fds, 1) < 0)
		return err_fail(err, "read the request");
	code = fds[0];
	*err = c->startup_err;
	return !err->text[0] && request_check(&s->request, err) && plan_decide(&c->policy, c->caller, &s->request, &s->plan, err) &&
		((fstat(code, &st) == 0 && (fcntl(code, F_GET_SEALS) & SBX_SEALS) == SBX_SEALS && (uint64_t)st.st_size <= s->plan.limit[SBX_CODE_SIZE]) ||
		 err_refuse(err, "the component did not come as a sealed memory file of at most code_size bytes")) && make_sandbox(s, code, err);
}

static int wait_for_supervisor(struct spawner *s, pid_t supervisor)
{
	int status = 0;

	clean_up(s); /* nothing is left to do but where the supervisor was killed */
	if (waitpid(supervisor, &status, 0) == supervisor && WIFEXITED(status))
		return WEXITSTATUS(status);
	(void)dprintf(2, "omnisbx-helper: the supervisor was ended by signal %d: the run, if it had started, was killed\n", WTERMSIG(status));
	return s->ran ? SBX_EXIT_KILLED : SBX_EXIT_NOT_RUN;
}

int spawner_run(struct sbx_context *context, pid_t supervisor, int supervisor_pidfd)
{
	struct spawner s = { .context = context, .sandbox = { .cgroup = { -1, -1, "" }, .pidfd = -1 } };
	struct sbx_answer answer = { .kind = SBX_NOT_RUN };
	struct signalfd_siginfo signal_info;
	OWNED_FD signals = small_signals();
	bool asked = false;

	(void)dup2(2, 0); /* the component on standard input is the supervisor's affair; the number stays taken */
	for (;;) {
		struct pollfd events[] = { { supervisor_pidfd, POLLIN, 0 }, { signals, POLLIN, 0 }, { asked ? -1 : context->channel_fd, POLLIN, 0 },
			{ s.started ? s.sandbox.pidfd : -1, POLLIN, 0 } };
		bool failed = poll(events, COUNT(events), -1) < 0 && errno != EINTR;

		if (events[3].revents)
			answer_ended(&s);
		if (events[0].revents || failed)
			return wait_for_supervisor(&s, supervisor);
		if (events[1].revents && read(signals, &signal_info, sizeof signal_info) == sizeof signal_info)
			(void)syscall(SYS_pidfd_send_signal, supervisor_pidfd, signal_info.ssi_signo, NULL, 0); /* it decides what that means */
		if (events[2].revents) {
			asked = true;
			if (!handle_request(&s, &answer.err)) {
				clean_up(&s); /* without an answer the supervisor ends when we do, so a failed send needs no second way */
				(void)!channel_send(context->channel_fd, &answer, sizeof answer, NULL, 0);
				(void)!drop_all(geteuid(), true, &answer.err); /* nothing is left to be done with capabilities */
			}
		}
	}
}
