"""Sockets of families and protocols that few use and many holes came by (CVE-2010-3904: RDS), each a module that the kernel would load.
AF_VSOCK reaches the machine's host from any net namespace. Held by the filter."""
WAY = "host"
KINDS = {"vsock": (40, 1, 0), "crypto": (38, 5, 0), "SCTP": (2, 1, 132), "DCCP": (2, 6, 33), "MPTCP": (2, 1, 262), "UDP-Lite": (2, 2, 136),
         "IPsec keys": (15, 3, 2), "RDS": (21, 5, 0), "CAN": (29, 3, 1), "TIPC": (30, 2, 0), "Bluetooth": (31, 3, 1), "XDP": (44, 3, 0),
         "SMC": (43, 1, 0), "LLC": (26, 1, 0), "AX.25": (3, 5, 0), "X.25": (9, 5, 0), "Phonet": (35, 2, 0), "NFC": (39, 5, 0),
         "KCM": (41, 2, 0),
         "QIPCRTR": (42, 2, 0), "PPPoE": (24, 1, 0), "ATM": (20, 2, 0)}
CANNOT = {"vsock": ("a kernel without it", "no socket:40,1,0"), "crypto": ("a kernel without it", "no socket:38,5,0"),
          "SCTP": ("a kernel without it", "no socket:2,1,132"), "DCCP": ("a kernel without it", "no socket:2,6,33"),
          "MPTCP": ("a kernel without it", "no socket:2,1,262"), "UDP-Lite": ("a kernel without it", "no socket:2,2,136"),
          "IPsec keys": ("a kernel without it", "no socket:15,3,2"), "RDS": ("a kernel without it", "no socket:21,5,0"),
          "CAN": ("a kernel without it", "no socket:29,3,1"), "TIPC": ("a kernel without it", "no socket:30,2,0"),
          "Bluetooth": ("a kernel without it", "no socket:31,3,1"), "XDP": ("a kernel without it", "no socket:44,3,0"),
          "SMC": ("a kernel without it", "no socket:43,1,0"), "LLC": ("a kernel without it", "no socket:26,1,0"),
          "AX.25": ("a kernel without it", "no socket:3,5,0"), "X.25": ("a kernel without it", "no socket:9,5,0"),
          "Phonet": ("a kernel without it", "no socket:35,2,0"), "NFC": ("a kernel without it", "no socket:39,5,0"),
          "KCM": ("a kernel without it", "no socket:41,2,0"), "QIPCRTR": ("a kernel without it", "no socket:42,2,0"),
          "PPPoE": ("a kernel without it", "no socket:24,1,0"), "ATM": ("a kernel without it", "no socket:20,2,0")}

attack({name: (lambda numbers=numbers: call("socket", *numbers)) for name, numbers in KINDS.items()})
