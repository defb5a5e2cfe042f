"""What the policy's `runner` line starts in the sandbox, in place of the component: python3 runner.py /component/NAME ARG...

Two modes, told apart by what the caller passed, never by the component:

- No ARG, or any others than below: the component is a script. It runs as `python3 /component/NAME ARG...` would run it:
  `__main__`, its own arguments and exit status, descriptor 3 its own.
- Exactly one ARG, `--omnisbx-class=FD:KEY:NAME`, which autopoietic.sandbox sends: the component is loaded as a module, its
  class NAME is found and made, must carry both markers, and its run() is called. What becomes of it goes to descriptor FD,
  each line KEY, a blank and a JSON object. The component finds /dev/null at that number, and KEY nowhere in sys.

This process is the component's as soon as its first line runs; nothing here holds it. It can lie about itself and nothing
else: status, limits and times are the helper's report, which it has no descriptor of.

Imports cost more than the sandbox: these three are loaded by python3 itself, everything else waits until it is needed.
"""
import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

CLASS_MODE = "--omnisbx-class="
MARKERS = ("_security_signature", "_generated_in_sandbox")
# multiprocessing's own name for a main module that is loaded without being the script: `if __name__ == "__main__"` does not
# run, and what the component defines can be pickled with every start method.
MODULE = "__mp_main__"


class Unfit(Exception):
    """The code has no component that may run; the text says why."""


class Channel:
    """Where the one result goes: out of the component's way, and of no process that it forks."""

    def __init__(self, fd: int, key: str) -> None:
        self._pid = os.getpid()
        self._key = key
        # High, so that os.closerange and descriptors counted by hand do not meet it; below the usual soft limit.
        self._fd = os.dup2(fd, min(os.sysconf("SC_OPEN_MAX"), 1024) - 1, inheritable=False)
        null = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
        os.dup2(null, fd, inheritable=False)
        os.close(null)
        self.tell('"started": true')

    def tell(self, fields: str) -> None:
        """`fields`: the inside of a JSON object. Where the component has shut the way, the reader finds no result, and says so."""
        line = f"\n{self._key} {{{fields}}}\n".encode("ascii")
        try:
            while line and os.getpid() == self._pid:
                line = line[os.write(self._fd, line):]
        except OSError:
            pass


def load(name: str, path: str) -> dict[str, object]:
    """Runs the file as the main module under this name, and returns its globals."""
    module = type(sys)(name)
    module.__file__ = path
    sys.modules["__main__"] = sys.modules[name] = module
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
    exec(code, module.__dict__)
    return module.__dict__


def show_traceback(kind: type[BaseException], error: BaseException, at: "TracebackType | None") -> None:
    """sys.excepthook: the component's own lines, none of this file."""
    while at is not None and at.tb_frame.f_code.co_filename == __file__:
        at = at.tb_next
    sys.__excepthook__(kind, error.with_traceback(at), at)


def text_of(value: object, how: "Callable[[object], str]") -> str:
    """An exact str, whatever the value's own methods do: even SystemExit out of a __str__ is no end of ours."""
    try:
        return str.__str__(how(value))
    except BaseException:
        return "<unprintable object>"


def quoted(text: str) -> str:
    """A JSON string in ASCII, as json.dumps makes it, without `import json`."""
    from _json import encode_basestring_ascii

    return encode_basestring_ascii(text)


def last_line(error: BaseException) -> str:
    """What the traceback ends with, in one line."""
    kind = type(error)
    name = text_of(kind.__qualname__, str)
    if kind.__module__ not in ("builtins", MODULE):
        name = f"{text_of(kind.__module__, str)}.{name}"
    text = text_of(error.msg if isinstance(error, SyntaxError) else error, str)
    return " ".join(f"{name}: {text}".splitlines()) if text else name


def as_json(value: object) -> str:
    """Raises where JSON cannot carry it: sets, bytes, objects, what holds itself, and the floats that are no numbers."""
    if type(value) is str:
        return quoted(value)
    if value is None or type(value) is bool:
        return "null" if value is None else "true" if value else "false"
    if type(value) is int:
        return int.__repr__(value)
    import json

    return json.dumps(value, allow_nan=False)


def returned(value: object) -> str:
    """What run() returned: as JSON, else its repr; and as text, where the reader cannot make the text from the value."""
    try:
        encoded = as_json(value)
    except BaseException:
        encoded = quoted(text_of(value, repr))
    text = "" if type(value) is str else f', "text": {quoted(text_of(value, str))}'
    return f'"returned": true, "value": {encoded}{text}'


def find_class(names: dict[str, object], wanted: str) -> type | None:
    """The class of that name; else the only one that the code defines: of several, the only one with a run() and no heir."""
    named = names.get(wanted)
    if isinstance(named, type):
        return named
    defined = [value for value in names.values() if isinstance(value, type) and value.__module__ == MODULE]
    found = list(dict.fromkeys(defined))  # one with two names is one
    if len(found) > 1:
        heirs = [c for c in found if not any(c is not other and issubclass(other, c) for other in found)]
        found = [c for c in heirs if hasattr(c, "run")]
    return found[0] if len(found) == 1 else None


def run_class(channel: Channel, path: str, wanted: str) -> None:
    names = load(MODULE, path)
    found = find_class(names, wanted)
    if found is None:
        defined = [n for n, v in names.items() if isinstance(v, type) and v.__module__ == MODULE]
        raise Unfit(f"class not found: {wanted or 'no name given'}; the code defines {', '.join(defined) or 'none'}")
    if all(hasattr(found, marker) for marker in MARKERS):
        channel.tell('"validated": true')  # holds also when __init__ never returns
    component = found()
    missing = [marker for marker in MARKERS if not hasattr(component, marker)]
    channel.tell(f'"validated": {"false" if missing else "true"}')
    if missing:
        raise Unfit(f"markers missing: {', '.join(missing)}; run() was not called")
    channel.tell(returned(component.run()))


def main() -> None:
    path, *args = sys.argv[1:]
    sys.argv[:] = [path, *args]
    if not getattr(sys.flags, "safe_path", False):  # Python 3.10 has no PYTHONSAFEPATH: this file's directory comes first
        del sys.path[0]
    sys.excepthook = show_traceback
    if len(args) != 1 or not args[0].startswith(CLASS_MODE):
        sys.orig_argv[1:] = sys.argv
        load("__main__", path)
        return
    fd, key, wanted = args[0][len(CLASS_MODE):].split(":", 2)
    del sys.argv[1:]
    sys.orig_argv[1:] = sys.argv
    channel = Channel(int(fd), key)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # what a component printed before it was killed is kept, line by line
    try:
        run_class(channel, path, wanted)
    except Unfit as unfit:
        channel.tell(f'"returned": false, "error": {quoted(str(unfit))}')
        sys.exit(str(unfit))
    except BaseException as error:
        channel.tell(f'"returned": false, "error": {quoted(last_line(error))}')
        raise


if __name__ == "__main__":
    main()
