"""Requests on one connection, read by h11, which accepts no sloppy response: strict.py HOST PORT"""
import socket
import sys

import h11

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])), 20)
conn = h11.Connection(h11.CLIENT)


def ask(method, target, fields=()):
    conn.start_next_cycle() if conn.our_state is not h11.IDLE else None
    headers = [("Host", "example.org"), *fields]
    for event in (h11.Request(method=method, target=target, headers=headers), h11.EndOfMessage()):
        sock.sendall(conn.send(event))
    status, body = None, b""
    while True:
        event = conn.next_event()
        if event is h11.NEED_DATA:
            conn.receive_data(sock.recv(65536))
        elif isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            return status, body
        else:
            raise AssertionError(event)


assert ask("GET", "/a.txt") == (200, b"hello\n")
assert ask("HEAD", "/a.txt") == (200, b"")
assert ask("GET", "/a.txt", [("Range", "bytes=1-2")]) == (206, b"el")
assert ask("GET", "/a.txt", [("If-Modified-Since", "Sat, 02 Jan 2021 03:04:05 GMT")])[0] == 304
assert ask("GET", "/missing")[0] == 404
assert ask("GET", "/dir")[0] == 301
assert ask("OPTIONS", "*")[0] == 200
assert ask("GET", "/a.txt", [("Connection", "close")]) == (200, b"hello\n")
print("ok")
