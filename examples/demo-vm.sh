#!/bin/sh
# The whole thing in the project's virtual machine: install, then a component run by the user omnimind through sudo.
set -eu

tests/vm/build-image build/vm
tar -cf build/payload.tar --exclude=./build/vm --exclude=./build/payload.tar --exclude=./.git --exclude=./build/helper .
exec tests/vm/run build/vm build/payload.tar '
	make -s -o build/omnisbx-helper install >/dev/null &&
	runuser -u omnimind -- sudo -n /usr/libexec/omnisbx-helper run --json --name demo <examples/component.py | python3 -m json.tool'
