#!/bin/sh
# Installs the Debian or Ubuntu packages that a target needs and that are missing. Usage: deps.sh build|check
set -eu

build="gcc binutils libc6-dev libcap-ng-dev libinih-dev libseccomp-dev python3"
check="$build clang clang-tidy cppcheck libcriterion-dev python3-pytest python3-numpy python3-pandas qemu-system-x86 mmdebstrap e2fsprogs kmod cpio sudo strace
	shellcheck mandoc util-linux procps mypy python3-distributed python3-prometheus-client"
case "${1-}" in
build) wanted=$build ;;
check) wanted=$check ;;
*) echo "usage: deps.sh build|check" >&2; exit 2 ;;
esac

install_missing() {
	missing=
	for package in "$@"; do
		dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	as_root=
	[ "$(id -u)" = 0 ] || as_root=sudo
	echo "installing:$missing"
	# shellcheck disable=SC2086 # words on purpose
	{ $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing; } >/dev/null || {
		echo "deps.sh: apt-get could not install:$missing" >&2
		exit 1
	}
}

# shellcheck disable=SC2086 # words on purpose
install_missing $wanted
# clang's fuzzer: Debian 12 has it in a package of its own, named for clang's version; Ubuntu 22.04 has it in clang's.
[ "$1" = build ] || [ -e "$(clang -print-file-name="libclang_rt.fuzzer-$(uname -m).a")" ] ||
	install_missing "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"
