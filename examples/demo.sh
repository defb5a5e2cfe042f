#!/bin/sh
# Runs examples/component.py in a sandbox, with the shipped policy in a private mount namespace, so that the host stays as it is. Runs as root.
set -eu

helper=$(realpath build/omnisbx-helper)
if [ "$(id -u)" != 0 ]; then
	exec sudo "$0" "$@"
fi
limits=rlimits
if systemctl is-active --quiet omnisbx@omnimind-sandbox.service 2>/dev/null; then
	limits=cgroup
else
	echo "limits here are rlimits: this host has no running omnisbx@omnimind-sandbox.service on cgroup v2; the whole thing: make demo-vm"
fi
made=
[ -d /etc/omnisbx ] || { mkdir /etc/omnisbx; made=1; }
status=0
# shellcheck disable=SC2016 # expanded by the inner shell
LIMITS=$limits HELPER=$helper unshare --mount sh -euc '
	mount -t tmpfs -o mode=0755 tmpfs /etc/omnisbx
	{ sed "s/^limits = .*/limits = $LIMITS/; /^runner = /d" policy/policy.ini; printf "\n[caller root]\nprofiles = component\nsandboxes.max = 4\n"; } >/etc/omnisbx/policy.ini
	chmod 644 /etc/omnisbx/policy.ini
	env -u SUDO_UID -u DOAS_USER "$HELPER" run --json --name demo <examples/component.py
' >build/demo.json || status=$?
[ -z "$made" ] || rmdir /etc/omnisbx
python3 -m json.tool build/demo.json
exit "$status"
