"""A set-uid program that outlives its uid's lease (CVE-2019-3843 and CVE-2019-3844 were systemd's DynamicUser=)."""
import shutil

PLANTING = ["EPERM"]


def plant(me):
    shutil.copy("/usr/bin/true", f"/tmp/{me.name}")
    os.chmod(f"/tmp/{me.name}", 0o6755)


def look(me):
    return os.stat(f"/tmp/{me.name}").st_mode & 0o6000 == 0o6000
