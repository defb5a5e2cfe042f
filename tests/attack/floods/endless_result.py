"""Prints for ever on descriptor 3."""
AMOUNT, REPORT = 64, {"status": "output_limit", "reason": "output_size 1M", "exit_code": None}


def flood(count):
    os.write(3, b"x" * 65536)
