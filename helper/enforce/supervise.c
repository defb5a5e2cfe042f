/* Watches one run from outside the caller's reach, ends it, cleans up, reports. Runs as: uid 0 (effective: the sandbox's), no
   capability. */
#include "supervise.h"

#include <stdio.h>
#include <stdlib.h>

#include "../decide/number.h"
#include "../report.h"
#include "audit.h"
#include "cgroup.h"
#include "channel.h"
#include "drop.h"
#include "intake.h"
#include "small.h"

struct supervisor {
	struct sbx_context *context;
	struct sbx_request request;
	struct sbx_plan plan;
	struct sbx_answer answer;      /* STARTED's */
	struct sbx_cgroup cgroup;
	struct sbx_outcome outcome;
	int signals, pidfd, kill_socket; /* pidfd -1: it is over */
	int stream_fd[3];              /* output, error, result, with --json; -1: at its end */
	bool started, ended_by_us;     /* started: the component was handed over, and has run as far as is known */
	int64_t asked_usec, started_usec;
};

/* `words`, all our own and short, and the value in force of the limit that they name (SBX_LIMITS: none). */
static void name_end(struct supervisor *s, enum sbx_status status, const char *words, enum sbx_limit limit)
{
	char value[32] = "";

	if (limit != SBX_LIMITS)
		number_format_unit(s->answer.limit[limit], sbx_limit_rows[limit].unit, value);
	err_set(&s->outcome.end, status, NULL, "%s%s", words, value);
}

static void end_run(struct supervisor *s, enum sbx_status status, const char *words, enum sbx_limit limit)
{
	if (!s->ended_by_us)
		name_end(s, status, words, limit);
	s->ended_by_us = true;
	if (!s->started) /* what has not been said by now is never heard: the child's last step fails, and nothing is executed */
		(void)shutdown(s->context->channel_fd, SHUT_RDWR);
	cgroup_kill(&s->cgroup);
	(void)syscall(SYS_pidfd_send_signal, s->pidfd, SIGKILL, NULL, 0); /* ESRCH: it is over */
}

/* One read at most: a component that floods one stream does not keep us from the others. The room is for one byte more than the limit. */
static void collect(struct supervisor *s, int i)
{
	struct sbx_stream *stream = &s->outcome.stream[i];
	size_t room = s->answer.limit[SBX_OUTPUT_SIZE] + 1 - stream->length;
	ssize_t got = read(s->stream_fd[i], stream->bytes + stream->length, room);
	bool too_much = got == (ssize_t)room;

	if (too_much)
		end_run(s, SBX_OUTPUT_LIMIT, "output_size ", SBX_OUTPUT_SIZE);
	if (got < 0) /* taken back by the component: it shall not keep us busy with that */
		(void)poll(NULL, 0, 5);
	if (got == 0 || too_much) /* not where a read failed: what is still in there would be lost, and nobody told */
		fd_close(&s->stream_fd[i]);
	stream->length += got <= 0 ? 0 : (size_t)got - too_much;
}

/* Ends the run at its time limits; how long nothing can happen by itself. RLIMIT_CPU counts for each process alone, the cgroup for
   the whole sandbox, and what is left there cannot be used up in less than half of the time that is looked away for. */
static int check_times(struct supervisor *s)
{
	int64_t wall_ms = (s->started_usec + (int64_t)s->answer.limit[SBX_WALL_TIME] - clock_usec() + 999) / 1000, cpu_left_usec, cpu_ms;

	if (!s->started && clock_usec() - s->asked_usec > 30000000) /* 30 s for the spawner to make the sandbox */
		end_run(s, SBX_ERROR, "the sandbox was not ready in time", SBX_LIMITS);
	if (s->pidfd < 0 || s->ended_by_us)
		return SBX_END_WAIT_MS;
	/* -1 with rlimits: RLIMIT_CPU is all there is */
	cpu_left_usec = (int64_t)s->answer.limit[SBX_CPU_TIME] - cgroup_number(&s->cgroup, "cpu.stat", "\nusage_usec ");
	if (wall_ms <= 0)
		end_run(s, SBX_TIMEOUT, "wall_time ", SBX_WALL_TIME);
	else if (cpu_left_usec <= 0)
		end_run(s, SBX_TIMEOUT, "cpu_time ", SBX_CPU_TIME);
	cpu_ms = cpu_left_usec * 50 / (int64_t)s->answer.limit[SBX_CPU_MAX] / 1000;
	cpu_ms = cpu_ms < 20 ? 20 : cpu_ms > 10000 ? 10000 : cpu_ms; /* no busy loop at the end, no long sleep at the start */
	return (int)(wall_ms < cpu_ms && wall_ms > 0 ? wall_ms : cpu_ms);
}

/* The descriptors come in the order that channel.h gives. */
static void take_started(struct supervisor *s, const int *fds, int count)
{
	int *const into[] = { &s->pidfd, &s->kill_socket, &s->cgroup.parent_fd, &s->cgroup.fd, &s->stream_fd[0], &s->stream_fd[1],
		&s->stream_fd[2] };

	for (int i = 0, next = 0; i < SBX_CHANNEL_FDS_MAX; i++)
		if ((i < 2 || (i < 4 ? s->answer.has_cgroup : s->request.json)) && next < count)
			*into[i] = fds[next++];
	s->started = true;
	s->started_usec = clock_usec();
	s->outcome.setup_usec = s->started_usec - s->asked_usec;
	if (s->ended_by_us) /* an end that was asked for before */
		end_run(s, s->outcome.end.status, "", SBX_LIMITS);
}

/* What has been said so far holds: nothing more comes. */
static void lose_spawner(struct supervisor *s, const char *how)
{
	if (s->started)
		end_run(s, SBX_KILLED, how, SBX_LIMITS);
	else
		(void)err_fail(&s->outcome.end, "%s before the component started", s->ended_by_us ? s->outcome.end.text : how);
}

/* STARTED comes from the child, at most once; whatever comes after or instead of it is the last message. */
static void take_message(struct supervisor *s)
{
	struct sbx_answer answer;
	const struct rusage *usage = &answer.usage;
	int fds[SBX_CHANNEL_FDS_MAX], count = channel_receive(s->context->channel_fd, &answer, sizeof answer, fds, COUNT(fds));

	if (count >= 0 && answer.kind == SBX_STARTED && !s->started) {
		s->answer = answer;
		take_started(s, fds, count);
		return;
	}
	fd_close(&s->context->channel_fd);
	s->started = s->started && (count < 0 || answer.kind != SBX_NOT_RUN);
	if (count < 0 || answer.kind == SBX_STARTED || (answer.kind == SBX_NOT_RUN && s->ended_by_us)) /* the reason is ours, then */
		lose_spawner(s, "the helper's own process was killed");
	else if (answer.kind == SBX_NOT_RUN)
		s->outcome.end = answer.err;
	else {
		s->outcome.wait_status = answer.wait_status;
		s->outcome.count = (struct sbx_counters){ usage->ru_utime.tv_sec * 1000000 + usage->ru_utime.tv_usec,
			usage->ru_stime.tv_sec * 1000000 + usage->ru_stime.tv_usec, usage->ru_maxrss * 1024, -1, -1, -1 };
	}
	if (!s->started)
		fd_close(&s->pidfd);
}

/* Who may end a run, in the order of the poll set. */
static void handle_events(struct supervisor *s, const struct pollfd *events)
{
	static const char *const enders[] = { [3] = "the caller is gone", "omnisbx-helper kill", "nobody reads standard output any more" };
	struct signalfd_siginfo info;

	if (events[0].revents)
		take_message(s);
	if (events[1].revents)
		fd_close(&s->pidfd);
	if (events[2].revents && read(s->signals, &info, sizeof info) == sizeof info)
		end_run(s, SBX_KILLED, info.ssi_signo == SIGTERM ? "signal TERM to the helper" : info.ssi_signo == SIGINT ?
			"signal INT to the helper" : "signal HUP to the helper", SBX_LIMITS);
	for (int i = 3; i < 6; i++)
		if (events[i].revents)
			end_run(s, SBX_KILLED, enders[i], SBX_LIMITS);
	for (int i = 0; i < 3; i++)
		if (events[6 + i].revents)
			collect(s, i);
}

/* Until the component is over, its streams are read to their end, and the spawner has said how it ended; bounded once it must end. */
static void watch_run(struct supervisor *s)
{
	int64_t give_up_usec = INT64_MAX;

	for (;;) {
		int wait_ms = check_times(s), *out = s->stream_fd;
		bool reading = out[0] >= 0 || out[1] >= 0 || out[2] >= 0, ending = (s->started && s->pidfd < 0) || s->ended_by_us;
		struct pollfd events[] = { { s->context->channel_fd, POLLIN, 0 }, { s->pidfd, POLLIN, 0 }, { s->signals, POLLIN, 0 },
			{ ending ? -1 : s->context->parent_pidfd, POLLIN, 0 }, { ending ? -1 : s->kill_socket, POLLIN, 0 },
			{ ending ? -1 : 1, 0, 0 }, /* an error or the reader's end */
			{ out[0], POLLIN, 0 }, { out[1], POLLIN, 0 }, { out[2], POLLIN, 0 } };

		if (ending && give_up_usec == INT64_MAX)
			give_up_usec = clock_usec() + SBX_END_WAIT_MS * 1000LL;
		if (s->pidfd < 0 && s->context->channel_fd < 0 && (!reading || !s->started))
			return;
		if (clock_usec() > give_up_usec)
			return lose_spawner(s, "the helper's own process did not answer");
		if (poll(events, COUNT(events), wait_ms) > 0)
			handle_events(s, events);
	}
}

/* What it was, when nobody of ours ended it. */
static void name_ending(struct supervisor *s, bool own_limit_hit)
{
	const struct sbx_outcome *o = &s->outcome;
	bool sigkill = WIFSIGNALED(o->wait_status) && WTERMSIG(o->wait_status) == SIGKILL;
	int64_t cpu_usec = o->count.cpu_user_usec + o->count.cpu_system_usec;

	if (WIFEXITED(o->wait_status))
		name_end(s, SBX_EXITED, "", SBX_LIMITS);
	else if (sigkill && o->count.oom_kills > 0)
		name_end(s, SBX_OOM, own_limit_hit ? "memory.max " : "memory of the slice or the host, not the sandbox's own memory.max ",
			SBX_MEMORY_MAX);
	else if (sigkill && cpu_usec + cpu_usec / 8 >= (int64_t)s->answer.limit[SBX_CPU_TIME]) /* RLIMIT_CPU counts ticks, not this time */
		name_end(s, SBX_TIMEOUT, "cpu_time ", SBX_CPU_TIME);
	else
		err_set(&s->outcome.end, SBX_SIGNALED, NULL, "signal %d", WTERMSIG(o->wait_status));
}

static void finish_run(struct supervisor *s)
{
	struct sbx_outcome *o = &s->outcome;
	/* of this very cgroup's memory.max: none, though a process was killed for memory, means that a limit above it struck */
	bool own_limit_hit = cgroup_number(&s->cgroup, "memory.events", "\noom ") > 0;

	o->wall_usec = clock_usec() - s->started_usec;
	if (!cgroup_end(&s->cgroup, SBX_END_WAIT_MS, &o->count)) /* without a cgroup what the spawner has said holds */
		(void)dprintf(2, "omnisbx-helper: the cgroup of run %s is not empty after %d s: the next run tries again\n", s->context->lease.id,
			SBX_END_WAIT_MS / 1000);
	if (!s->ended_by_us || (WIFEXITED(o->wait_status) && o->end.status != SBX_OUTPUT_LIMIT))
		name_ending(s, own_limit_hit);
	lease_forget(&s->context->lease);
}

static volatile sig_atomic_t final_status = -1; /* of the helper, once it is known */

/* Ends a wait for the caller: a read of the component with EINTR, the report for good. Pid 1 of a namespace needs a handler to be ended. */
static void stop_waiting(int signal_number __attribute__((unused)))
{
	if (final_status >= 0)
		_exit(final_status);
}

/* Of the run as planned, or as asked for where there is no plan; words that were refused are in the reason alone, and encoded there. */
static int report(struct supervisor *s)
{
	struct sbx_err refused;
	const bool valid = request_check(&s->request, &refused);
	const struct sbx_run run = {
		.id = s->context->lease.id, .caller = s->context->who.name,
		.profile = s->plan.profile ? s->plan.profile->name : valid ? s->request.profile : "",
		.slice = s->plan.slice ? s->plan.slice : valid ? s->request.slice : "", .name = valid ? s->request.name : "",
		.uid = s->context->lease.uid, .namespaces = s->answer.namespaces, .limits_by_cgroup = s->answer.has_cgroup, .limit = s->answer.limit };
	const bool ran = SBX_HAS_RUN(s->outcome.end.status);
	char line[3072];

	report_audit_line(&run, &s->outcome, line, sizeof line);
	(void)!audit_write(line); /* a host without a log has no line; `audit = required` is a key of the future */
	final_status = report_exit_status(&s->outcome);
	(void)alarm(SBX_TAKE_SECONDS);
	if (!ran)
		(void)dprintf(2, "omnisbx-helper: %s\n", s->outcome.end.text);
	if (s->request.json && !report_write(1, &run, &s->outcome) && ran)
		(void)dprintf(2, "omnisbx-helper: write the report to standard output: nobody takes it\n");
	return final_status;
}

static bool prepare(struct supervisor *s, int argc, const char *const *argv, struct sbx_err *err)
{
	struct sbx_context *c = s->context;
	OWNED_FD code = -1;
	struct stat st;

	/* a report is as long as the caller likes: on a socket that leads to a log, a part of it would be a line in our name */
	if (!request_parse(argc, argv, &s->request, err) || (s->request.json && (fstat(1, &st) < 0 || S_ISSOCK(st.st_mode)) &&
	    !err_refuse(err, "option --json: standard output is a socket: give a pipe or a file")))
		return false;
	*err = c->startup_err;
	/* the spawner decides again, on its own memory; here it saves a refused caller the sending */
	if (err->text[0] || !plan_decide(&c->policy, c->caller, &s->request, &s->plan, err) ||
	    !intake_read(s->plan.limit[SBX_CODE_SIZE], s->signals, c->parent_pidfd, &code, err))
		return false;
	for (int i = 0; i < 3 && s->request.json; i++)
		if (!(s->outcome.stream[i].bytes = malloc(s->plan.limit[SBX_OUTPUT_SIZE] + 1)))
			return err_errno(err, ENOMEM, "make room for the component's output");
	s->asked_usec = clock_usec();
	return channel_send(c->channel_fd, &s->request, sizeof s->request, &code, 1) || err_errno(err, errno, "ask the spawner");
}

int supervise_run(struct sbx_context *context, int argc, const char *const *argv)
{
	struct supervisor s = { .context = context, .signals = small_signals(), .pidfd = -1, .kill_socket = -1,
		.cgroup = { -1, -1, context->lease.name }, .stream_fd = { -1, -1, -1 },
		.outcome = { .wait_status = SIGKILL, /* if nobody is left to tell, we have killed it */
			     .wall_usec = -1, .setup_usec = -1, .count = { -1, -1, -1, -1, -1, -1 } } };
	struct sbx_err *err = &s.outcome.end;

	(void)sigaction(SIGALRM, &(struct sigaction){ .sa_handler = stop_waiting }, NULL); /* no SA_RESTART; it cannot fail */
	(void)setsid(); /* out of reach of the caller's terminal; a new process leads no group, so it cannot fail */
	if (drop_join_uid(context->lease.uid, err) && drop_all(context->lease.uid, true, err) && prepare(&s, argc, argv, err))
		watch_run(&s);
	if (s.started)
		finish_run(&s);
	return report(&s);
}
