"""As many threads as there can be."""
import threading

OPTIONS, POLICY, AMOUNT, BY = ("--pids-max", "20"), {"memory_max": "64G"}, 60, "RuntimeError"  # rlimits count reserved stacks
go = threading.Event()


def flood(count):
    threading.Thread(target=go.wait, daemon=True).start()
