#!/bin/sh
# What `make install` and `make uninstall` do beyond copying: install.mk walks the table and calls this, once a row.
#
#   host.sh begin LIBEXECDIR             is this host fit for an installation? (root, and a path that only root can change)
#   host.sh place MODE SOURCE TARGET     one file that is ours: replaced at once, never half written
#   host.sh place-config MODE SOURCE TARGET PRISTINE
#                                        one file that is the admin's: kept when it was edited; PRISTINE is the copy as shipped
#   host.sh ready PREFIX SYSCONFDIR      the running host: units, account, old sudoers lines
#   host.sh scan-sudoers [SYSCONFDIR]    lines that give omnimind more than the helper; exit 1 when there are any
#   host.sh stop                         ends the sandboxes and their keepers, for uninstall
#   host.sh remove TARGET                one file that is ours
#   host.sh remove-config TARGET PRISTINE
#                                        one file that is the admin's: kept when it was edited
#   host.sh prune DIR...                 directories of ours, those that are empty, the innermost first
#   host.sh gone                         the running host after the last file is removed
set -eu
umask 022
LC_ALL=C
export LC_ALL

say() { printf 'omnisbx: %s\n' "$*"; }
die() { printf 'omnisbx: %s\n' "$*" >&2; exit 1; }
is_root() { [ "$(id -u)" -eq 0 ]; }
has_systemd() { [ -d /run/systemd/system ] && command -v systemctl >/dev/null 2>&1; }

# Every instance of omnisbx@.service that runs or is enabled.
instances() {
	{
		systemctl list-units --all --plain --no-legend 'omnisbx@*.service'
		systemctl list-unit-files --plain --no-legend 'omnisbx@*.service'
	} | awk '$1 ~ /^omnisbx@.+[.]service$/ && !seen[$1]++ { print $1 }'
}

begin() {
	is_root || die "make install without DESTDIR writes to this host and needs root"
	case $1 in
	/*) ;;
	*) die "prefix must be an absolute path, not $1" ;;
	esac
	# sudoers and unit files would read any other character as syntax.
	case $1 in
	*[!A-Za-z0-9/._-]*) die "prefix: only letters, digits and / . _ - may occur: $1" ;;
	esac
	# Who can write a directory above the helper can replace what sudo starts as root.
	dir=$1
	while :; do
		if [ -d "$dir" ]; then
			set -- "$(stat -L -c %u "$dir")" "$(stat -L -c %a "$dir")"
			[ "$1" -eq 0 ] || die "$dir is not root's: the helper, started by sudo, must not lie below it"
			[ $((0$2 & 022)) -eq 0 ] || die "$dir is writable by others than root (mode $2): the helper, started by sudo, must not lie below it"
		fi
		[ "$dir" = / ] && break
		dir=$(dirname "$dir")
	done
}

# Written beside the target, then renamed. sudo reads no file below sudoers.d that has a dot in its name.
place() {
	mode=$1 source=$2 target=$3
	mkdir -p "$(dirname "$target")"
	new=$(dirname "$target")/.omnisbx.$$.new
	trap 'rm -f "$new"' EXIT
	trap 'exit 1' HUP INT TERM
	cp "$source" "$new"
	if is_root; then chown 0:0 "$new"; fi
	chmod "$mode" "$new"
	case $target in
	*/sudoers.d/*)
		if command -v visudo >/dev/null 2>&1; then
			visudo -qcf "$new" || die "visudo refuses $source: not installed"
		else
			say "visudo is not installed: $target is not checked, and without sudo nobody can use it"
		fi
		;;
	esac
	mv -f "$new" "$target"
	trap - EXIT HUP INT TERM
}

# $4 is still the copy of the previous installation here: what equals it was never edited.
place_config() {
	if [ -e "$3" ] && ! cmp -s "$2" "$3" && ! cmp -s "$4" "$3"; then
		case $3 in
		*/sudoers.d/*) say "$3 is not the file that omnisbx ships, and is kept; edit it with visudo -f $3, beside $4" ;;
		*)
			place "$1" "$2" "$3.new"
			say "$3 was edited and is kept; what is shipped now is beside it: $3.new"
			;;
		esac
	else
		place "$1" "$2" "$3"
	fi
	place 0644 "$2" "$4"
}

# Reads SYSCONFDIR/sudoers and what sudo reads below sudoers.d (no dot in the name, no ~ at its end), twice: the aliases
# of all files first, then the rules. Files that another @include brings in are not read.
scan_sudoers() {
	etc=${1:-/etc}
	groups=$(id -nG omnimind 2>/dev/null || :)
	uid=$(id -u omnimind 2>/dev/null || :)
	set --
	for file in "$etc/sudoers" "$etc"/sudoers.d/*; do
		case ${file#"$etc"/} in sudoers.d/*.* | *~) continue ;; esac
		if [ -f "$file" ] && [ -r "$file" ]; then set -- "$@" "$file"; fi
	done
	[ $# -gt 0 ] || return 0
	awk -v groups="$groups" -v uid="$uid" '
	function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
	# The word of a user list by which omnimind is meant, or nothing. Aliases hold aliases; sudo forbids cycles.
	function caller(list, depth,    n, i, part, u) {
		n = split(list, part, ",")
		for (i = 1; i <= n; i++) {
			u = trim(part[i]); gsub(/"/, "", u)
			if (u in callers) return u
			if (u in users && depth < 9 && caller(users[u], depth + 1) != "") return u
		}
		return ""
	}
	function expand(text, depth,    out, word) {
		out = text
		for (word in commands)
			if ((" " text " ") ~ ("[ ,!:\t]" word "[ ,\t]"))
				out = out " , " (depth < 9 ? expand(commands[word], depth + 1) : "")
		return out
	}
	function tell(what, who) {
		printf "%s:%d: %s; ", FILENAME, start, what
		if (who ~ /^%/) printf "take omnimind out of the group %s, or ", substr(who, 2)
		printf "remove it with: visudo -f %s\n", FILENAME
		found = 1
	}
	function rule(line,    eq, list, text, who) {
		eq = index(line, "="); if (!eq) return
		list = trim(substr(line, 1, eq - 1)); text = substr(line, eq + 1)
		gsub(/[ \t]*,[ \t]*/, ",", list); sub(/[ \t]+[^ \t]+$/, "", list) # without the hosts
		who = caller(list, 0); if (who == "") return
		text = expand(text, 0)
		gsub(/\([^)]*\)/, " ", text) # the accounts to run as
		gsub(/[,:=]/, " & ", text)
		text = " " text " "
		gsub(/\t/, " ", text)
		if (text ~ / SETENV /) tell("SETENV lets omnimind choose the environment of a root program", who)
		else if (text ~ / ALL /) tell("ALL lets omnimind run anything", who)
		else if (text ~ /\/(systemd-run|unshare|nsenter|chroot|env|su|sudo|doas|setpriv|runuser|timeout|nice|nohup|xargs|find) /)
			tell("a program that runs any other, so omnimind can run anything", who)
		else if (text ~ /\/(ba|da|z|k|c|tc|fi|a)?sh /) tell("a shell, so omnimind can run anything", who)
		else if (text ~ /\/(python[0-9.]*|perl|ruby|node|awk|gawk|mawk) /)
			tell("an interpreter, so omnimind can run anything", who)
		else if (text ~ /[*?\[]/) tell("a wildcard: sudo matches it across words, so omnimind can add any argument", who)
	}
	function alias(line,    is_user, n, i, part, eq, name, value) { # NAME = a, b : NAME = c
		is_user = line ~ /^User/
		sub(/^[A-Za-z_]+[ \t]+/, "", line)
		n = split(line, part, ":")
		for (i = 1; i <= n; i++) {
			eq = index(part[i], "="); if (!eq) continue
			name = trim(substr(part[i], 1, eq - 1)); value = substr(part[i], eq + 1)
			if (is_user) users[name] = value; else commands[name] = value
		}
	}
	function logical(line) {
		if (line ~ /^[ \t]*(#[^0-9]|#?$|@include)/) return
		sub(/[ \t]#[^0-9].*$/, "", line); line = trim(line)
		if (line ~ /^(User|Cmnd|Cmd)_Alias[ \t]/) { if (pass == 1) alias(line) }
		else if (pass == 1 || line ~ /^(Runas|Host)_Alias[ \t]/) return
		else if (line ~ /^Defaults/) {
			if (line ~ /^Defaults[:!][^ \t]*omni(mind|sbx-helper)/ && line ~ /[ \t,](setenv|!env_reset|env_keep|env_check|env_file)/)
				tell("lets omnimind choose the environment of a root program", "")
		} else rule(line)
	}
	BEGIN {
		pass = 1
		callers["omnimind"] = callers["ALL"] = 1
		if (uid != "") callers["#" uid] = 1
		n = split(groups, g, " "); for (i = 1; i <= n; i++) callers["%" g[i]] = 1
	}
	FNR == 1 { held = "" }
	{
		if (held == "") start = FNR
		held = held $0
		if (held ~ /\\$/) { sub(/\\$/, " ", held); next }
		logical(held); held = ""
	}
	END { exit found }
	' "$@" pass=2 "$@"
}

ready() {
	prefix=$1 etc=$2
	id -u omnimind >/dev/null 2>&1 ||
		say "there is no account omnimind: make it (useradd --system --user-group omnimind), or name yours in policy.ini and sudoers.d"
	command -v sudo >/dev/null 2>&1 || say "sudo is not installed: only root can use the helper until it is"
	if ! found=$(scan_sudoers "$etc"); then
		say "these sudoers lines still give omnimind more than the helper:"
		printf '%s\n' "$found"
	fi
	if ! has_systemd; then
		say "installed; systemd does not run here, so no unit was started: only profiles with limits = rlimits will run"
		return 0
	fi
	systemctl daemon-reload
	systemd-tmpfiles --create "$prefix/lib/tmpfiles.d/omnisbx.conf" || say "could not make /run/omnisbx now; the first run will"
	for controller in cpu memory pids; do
		if ! grep -qw "$controller" /sys/fs/cgroup/cgroup.controllers 2>/dev/null; then
			say "installed; this host has no cgroup v2 controller $controller (hybrid?), so no unit was started: only profiles with limits = rlimits will run"
			return 0
		fi
	done
	if systemctl enable --now omnisbx@omnimind-sandbox.service; then
		say "installed and ready: omnisbx@omnimind-sandbox.service is running"
	else
		die "installed, but omnisbx@omnimind-sandbox.service does not start: journalctl -b -u omnisbx@omnimind-sandbox.service"
	fi
}

stop() {
	is_root || die "make uninstall without DESTDIR changes this host and needs root"
	has_systemd || return 0
	for unit in $(instances); do
		systemctl disable --now "$unit" || say "could not stop $unit"
	done
	# The slice, and its parent in systemd's tree, unless something else of the admin's is in it.
	for slice in omnimind-sandbox.slice omnimind.slice; do
		cgroup=$(systemctl show -p ControlGroup --value "$slice")
		if grep -qsx 'populated 0' "/sys/fs/cgroup$cgroup/cgroup.events"; then systemctl stop "$slice"; fi
	done
}

remove_config() {
	target=$1 pristine=$2
	if [ -e "$target" ] && ! cmp -s "$pristine" "$target"; then
		say "$target was edited and is kept"
	else
		rm -f "$target"
	fi
	rm -f "$target.new" "$pristine"
}

# After the last file: state of runs, and systemd's view.
gone() {
	if grep -qsx omnisbx-helper /proc/[0-9]*/comm; then
		say "a helper is still running: /run/omnisbx is left to it, and goes at the next boot"
	else
		rm -rf /run/omnisbx
	fi
	has_systemd || return 0
	systemctl daemon-reload
	systemctl reset-failed 'omnisbx@*.service' 2>/dev/null || :
}

usage() {
	sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0" >&2
	exit 2
}

[ $# -gt 0 ] || usage
verb=$1
shift
case $verb:$# in
begin:1) begin "$1" ;;
place:3) place "$1" "$2" "$3" ;;
place-config:4) place_config "$1" "$2" "$3" "$4" ;;
ready:2) ready "$1" "$2" ;;
scan-sudoers:0) scan_sudoers /etc ;;
scan-sudoers:1) scan_sudoers "$1" ;;
stop:0) stop ;;
remove:1) rm -f "$1" ;;
remove-config:2) remove_config "$1" "$2" ;;
prune:*) rmdir "$@" 2>/dev/null || : ;;
gone:0) gone ;;
*) usage ;;
esac
