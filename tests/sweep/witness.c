/* The sweep's interpreter: says what it is confined by, as far as only the process itself can see it, and ends. The rest (status, limits,
   mounts, namespaces, cgroup) the driver reads from outside before the first instruction here. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

static void list(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	printf("%s:", path);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			printf(" %s", entry->d_name);
	printf("%s\n", dir ? "" : " none");
	if (dir)
		closedir(dir);
}

static void show(const char *path)
{
	char text[512];
	int fd = open(path, O_RDONLY);
	ssize_t got = read(fd, text, sizeof text);

	printf("%s: %.*s\n", path, got < 0 ? 0 : (int)got, text);
	close(fd);
}

int main(int argc, char **argv, char **envp)
{
	struct utsname host;
	struct stat st;
	int signal_number = -1;

	for (int i = 0; i < argc; i++)
		printf("argument %s\n", argv[i]);
	for (; *envp; envp++)
		printf("variable %s\n", *envp);
	prctl(PR_GET_PDEATHSIG, &signal_number);
	uname(&host);
	printf("pid %d parent %d session %d group %d host %s\n", getpid(), getppid(), getsid(0), getpgid(0), host.nodename);
	printf("death signal %d, securebits %d, no_new_privs %d, seccomp %d, personality %d, timer slack %d\n", signal_number,
	       prctl(PR_GET_SECUREBITS), prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), prctl(PR_GET_SECCOMP), personality(0xffffffff),
	       prctl(PR_GET_TIMERSLACK));
	for (int fd = 0; fd < 1024; fd++)
		if (fstat(fd, &st) == 0)
			printf("descriptor %d: type 0%o, flags 0%o\n", fd, st.st_mode & S_IFMT, fcntl(fd, F_GETFL));
	list("/");
	list("/etc");
	list("/dev");
	list("/dev/shm");
	list("/tmp");
	list("/component");
	show("/etc/passwd");
	show("/etc/group");
	show("/component/component");
	fflush(stdout);
	if (argc > 2 && strcmp(argv[argc - 1], "sleep") == 0)
		pause();
	return write(3, "result", 6) < 0 ? 7 : 0; /* without --json there is none */
}
