"""32-bit system calls from a 64-bit program, whose numbers mean others: CVE-2009-0835 was a filter that did not tell them apart.
Held by the filter: it knows one architecture."""
GETPID, OPEN, UNSHARE = 20, 5, 310
CANNOT = {"process id": ("x86 only", "not:x86_64"), "unshare": ("x86 only", "not:x86_64"), "open": ("x86 only", "not:x86_64")}
import mmap


def int_0x80(number, first=0, second=0):
    # push rbx; mov eax, edi; mov ebx, esi; mov ecx, edx; int 0x80; pop rbx; ret
    code = bytes.fromhex("53 89f8 89f3 89d1 cd80 5b c3")
    must(X86, "not x86")
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    function = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    result = function(number, first, second)
    if -4096 < result < 0:
        raise OSError(-result, "int 0x80")
    return result


attack({"process id": lambda: must(int_0x80(GETPID) == os.getpid(), "another"), "unshare": lambda: int_0x80(UNSHARE, 0x10000000),
        "open": lambda: passes("EFAULT", int_0x80, OPEN, 0, 0)})
