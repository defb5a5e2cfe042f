"""A file of a tebibyte that has no content."""
OPTIONS, AMOUNT, BY = ("--file-size", "1M"), 1, "EFBIG"


def flood(count):
    with open("/tmp/omnisbx-attack-sparse", "wb") as file:
        file.truncate(1 << 40)
