"""Empty files with the longest names: no byte of content, and memory for each."""
POLICY, AMOUNT, BY = {"tmp_size": "4M"}, 1500, "ENOSPC"


def flood(count):
    os.makedirs("/tmp/omnisbx-attack-names", exist_ok=True)
    os.close(os.open(f"/tmp/omnisbx-attack-names/{count:0255}", os.O_CREAT | os.O_WRONLY))
