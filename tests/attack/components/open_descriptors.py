"""Counts what it was given: input, output, error, and its result. Held by close_range before the component starts."""


def is_open(fd):
    try:
        return bool(os.fstat(fd))
    except OSError:
        return False


given = {fd for fd in range(1024) if is_open(fd)}
attack({"more": lambda: must(given - {0, 1, 2, 3}, f"exactly {sorted(given)}")})
