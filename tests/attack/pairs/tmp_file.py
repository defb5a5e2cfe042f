"""A file in /tmp that everybody may read, and in $HOME and the working directory."""


def plant(me):
    for place in ("/tmp", os.getcwd(), os.environ.get("HOME", "/tmp")):
        with open(f"{place}/{me.name}", "w") as file:
            file.write(str(me.token))
        os.chmod(file.name, 0o666)


def look(me):
    with open(f"/tmp/{me.name}") as file:
        return int(file.read())
