# SPDX-License-Identifier: GPL-2.0
"""One long connection, slowly: what happens to a line must not end it.

  hold.py HOST PORT SIZE FILE

Gets SIZE bytes of map/net.py's server, some at a time, until FILE exists; then
the rest at once. "begun" is printed when some are there. Fails unless all come,
unchanged.
"""

import os
import random
import socket
import sys
import time

HOST, PORT, SIZE, FILE = sys.argv[1:]


def head(conn):
    line = b''
    while b'\r\n\r\n' not in line:
        line += conn.recv(1)
    if b' 200 ' not in line.partition(b'\r\n')[0]:
        sys.exit(f'the server says {line!r}')


def main():
    want = random.Random(7597).randbytes(int(SIZE))
    conn = socket.socket()
    # What is not read is not sent either.
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    conn.settimeout(60)
    conn.connect((HOST, int(PORT)))
    conn.sendall(f'GET /bytes/{SIZE} HTTP/1.0\r\n\r\n'.encode())
    head(conn)
    at = 0
    while data := conn.recv(16384):
        if data != want[at:at + len(data)]:
            sys.exit(f'other bytes at {at}')
        if not at:
            print('begun', flush=True)
        at += len(data)
        if not os.path.exists(FILE):
            time.sleep(0.1)
    if at != len(want):
        sys.exit(f'{at} bytes instead of {SIZE}')


main()
