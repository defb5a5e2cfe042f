"""Has all of the host's discs written out, as often as it likes. Held by the filter."""

attack({"all": lambda: call("sync"), "one": lambda: call("syncfs", os.open("/usr", os.O_RDONLY))})
