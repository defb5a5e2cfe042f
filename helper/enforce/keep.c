/* Keeps a place for sandboxes. Runs as: uid 0, started by systemd; no capability once the place is made. */
#include "keep.h"

#include <sys/un.h>

#include "cgroup.h"
#include "drop.h"
#include "small.h"

/* The unit that runs us, from /proc/self/cgroup ("0::/PATH"), must be the slice's own: whoever else calls this verb is refused. */
static bool check_unit(const char *slice, struct sbx_err *err)
{
	char text[4096], expected[2048] = "0::/", *line;

	if (!cgroup_unit_path(slice, expected + 4, sizeof expected - 4) || !small_read(AT_FDCWD, "/proc/self/cgroup", text, sizeof text))
		return err_errno(err, errno, "read /proc/self/cgroup");
	line = strstr(text, "0::/");
	return (line && strcspn(line, "\n") == strlen(expected) && strncmp(line, expected, strlen(expected)) == 0) ||
		err_refuse(err, "keep: this process is not of the unit of %s: start it with `systemctl start omnisbx@...`", slice);
}

static bool make_place(const char *slice, struct sbx_err *err)
{
	OWNED_FD unit = cgroup_open_unit(slice);

	return (unit >= 0 || err_errno(err, errno, "open the cgroup of %s's unit", slice)) &&
		(mkdirat(unit, "keeper", 0755) == 0 || errno == EEXIST || err_errno(err, errno, "make the leaf keeper")) &&
		(small_write(unit, "keeper/cgroup.procs", 0, "0") || err_errno(err, errno, "move into the leaf keeper")) &&
		(small_write(unit, "cgroup.subtree_control", 0, "+cpu +memory +pids") ||
		 err_errno(err, errno, "hand on the controllers cpu, memory and pids (does the unit say Delegate=cpu memory pids io?)")) &&
		/* supervisors live in the leaf too: a sandbox that burns the slice's share must not keep them from ending it */
		(small_write(unit, "keeper/cpu.weight", 0, "10000") || err_errno(err, errno, "set cpu.weight of the leaf keeper"));
}

/* sd_notify(3) in its simplest form; a leading @ is the abstract name space. */
static bool tell_systemd(const char *socket_path, struct sbx_err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(socket_path));
	OWNED_FD fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, socket_path, strlen(socket_path));
	if (address.sun_path[0] == '@')
		address.sun_path[0] = '\0';
	return !*socket_path || (fd >= 0 && sendto(fd, "READY=1", 7, MSG_NOSIGNAL, (struct sockaddr *)&address, size) == 7) ||
		err_errno(err, errno, "tell systemd");
}

bool keep_verb(const struct sbx_gate *gate, int argc, const char *const *argv, int *exit_status __attribute__((unused)),
	       struct sbx_err *err)
{
	OWNED_FD signals = small_signals();
	struct signalfd_siginfo info;

	if (gate->sudo_uid[0] || gate->doas_user[0])
		return err_refuse(err, "keep: only systemd starts it, as omnisbx@.service");
	if (argc != 1 || word_slice_fault(argv[0]))
		return err_refuse(err, "keep: give the name of one slice");
	if (!check_unit(argv[0], err) || !make_place(argv[0], err) || !drop_all(0, true, err) || !tell_systemd(gate->notify_socket, err))
		return false;
	return read(signals, &info, sizeof info) == sizeof info || err_errno(err, errno, "wait for the end");
}
