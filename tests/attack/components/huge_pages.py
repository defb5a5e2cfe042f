"""Takes huge pages from the host's pool, which no limit of the sandbox counts. Held by the filter."""
WAY = "host"

MFD_HUGETLB, MAP_HUGETLB, SHM_HUGETLB = 4, 0x40000, 0o4000
PRIVATE, NORESERVE = 0x22, 0x4000

attack({
    "map": lambda: call("mmap", 0, 2 << 20, 3, MAP_HUGETLB | NORESERVE | PRIVATE, -1, 0),
    "file": lambda: call("memfd_create", b"x", MFD_HUGETLB),
    "file, of 1 GiB": lambda: call("memfd_create", b"x", MFD_HUGETLB | 30 << 26),
    "shared": lambda: libc.shmctl(call("shmget", 0, 2 << 20, SHM_HUGETLB | 0o10000 | 0o1600), 0, None),
})
CANNOT = {"file, of 1 GiB": ("a processor without pages of that size", "no file:/sys/kernel/mm/hugepages/hugepages-1048576kB")}
