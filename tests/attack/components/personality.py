"""Takes randomised addresses and other protections off, for itself and what it executes. Held by the filter."""
FLAGS = {"addresses": 0x40000, "readable is executable": 0x400000, "page zero": 0x100000, "old layout": 0x200000, "32 bit": 8}


def change(flag):
    call("personality", flag)
    must(call("personality", 0xFFFFFFFF) & flag, "it did not hold")


attack({name: (lambda flag=flag: change(flag)) for name, flag in FLAGS.items()})
