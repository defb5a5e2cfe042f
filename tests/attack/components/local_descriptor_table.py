"""Segments of its own: code that few read and many holes came from. Held by the filter."""
CANNOT = {"read": ("x86 only", "not:x86_64"), "write": ("x86 only", "not:x86_64")}

entry = ctypes.create_string_buffer(b"".join(n.to_bytes(4, "little") for n in (0, 0, 0xFFFFF, 0x51)))

attack({"read": lambda: call("modify_ldt", 0, ctypes.create_string_buffer(64), 64), "write": lambda: call("modify_ldt", 1, entry, 16)})
