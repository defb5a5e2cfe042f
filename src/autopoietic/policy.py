"""How many sandboxes the policy lets this account have at a time. For sizing a pool: the helper alone decides what may run."""
from __future__ import annotations

import configparser
import grp
import os
import pwd
from pathlib import Path

POLICY = Path("/etc/omnisbx/policy.ini")
UNKNOWN = 4  # where the policy is not there, or says nothing about this account


def own_names() -> set[str]:
    """Every word by which a [caller] section can mean this account."""
    uid = os.getuid()
    names = {str(uid)}
    try:
        names.add(pwd.getpwuid(uid).pw_name)
    except KeyError:
        pass
    for gid in {os.getgid(), *os.getgroups()}:
        try:
            names.add(f"@{grp.getgrgid(gid).gr_name}")
        except KeyError:
            pass
    return names


def sandboxes_max(path: Path | None = None) -> int:
    """sandboxes.max of the first [caller] section that fits, as the helper takes it; UNKNOWN where that cannot be read."""
    policy = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",), inline_comment_prefixes=(";",))
    names = own_names()
    try:
        policy.read_string((path or POLICY).read_text(encoding="utf-8"))
        for section in policy.sections():
            kind, _, name = section.partition(" ")
            if kind == "caller" and name.strip() in names:
                return max(1, policy.getint(section, "sandboxes.max"))
    except (OSError, ValueError, configparser.Error):
        pass
    return UNKNOWN
