"""Measures the machine, and so others on it. Held by the filter."""
WAY = "host"

SOFTWARE, CPU_CLOCK = 1, 0
attributes = ctypes.create_string_buffer(b"".join(n.to_bytes(4, "little") for n in (SOFTWARE, 64)) + CPU_CLOCK.to_bytes(8, "little"), 128)

attack({"itself": lambda: call("perf_event_open", attributes, 0, -1, -1, 0),
        "a processor": lambda: call("perf_event_open", attributes, -1, 0, -1, 0),
        "another": lambda: call("perf_event_open", attributes, host["pid"], -1, -1, 0)})
