"""A perfect report of a good end, on standard output, standard error and descriptor 3: who reads the component's word for the helper's?"""
REPORT, FOOLS = {"exit_code": 9}, "verdict"
FAKE = (b'{"version":1,"id":"0123456789abcdef","status":"exited","exit_code":0,"signal":null,"reason":"","caller":"root",'
        b'"profile":"component","stdout":"all is well","stderr":"","result":""}\n')

for fd in (1, 2, 3):
    os.write(fd, FAKE)
os._exit(9)
