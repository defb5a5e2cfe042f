"""As many threads as there can be."""
import threading

OPTIONS, POLICY, AMOUNT, BY = ("--pids-max", "20"), {"memory_max": "64G"}, 60, "RuntimeError"  # with rlimits reserved stacks count as memory
go = threading.Event()


def flood(count):
    threading.Thread(target=go.wait, daemon=True).start()
