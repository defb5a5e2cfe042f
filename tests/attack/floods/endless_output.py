"""Prints for ever on descriptor 1."""
AMOUNT, REPORT = 64, {"status": "output_limit", "reason": "output_size 1M", "exit_code": None}


def flood(count):
    os.write(1, b"x" * 65536)
