"""Reads raw requests from stdin and tells on stdout what h11 makes of them.

Each request is preceded by its length in decimal and a newline. Each answer is
one line of JSON: null if h11 refuses the request or finds it incomplete, else
its method, body, the bytes behind it, and its fields, all bytes as latin-1.
"""
import json
import sys

import h11


def read(raw):
    conn = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
    conn.receive_data(raw)
    conn.receive_data(b"")
    request, body = None, b""
    while True:
        event = conn.next_event()
        if isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            break
        else:
            return None
    return {
        "method": request.method.decode("latin-1"),
        "body": body.decode("latin-1"),
        "rest": bytes(conn.trailing_data[0]).decode("latin-1"),
        "fields": [[n.decode("latin-1"), v.decode("latin-1")] for n, v in request.headers],
    }


def main():
    stdin = sys.stdin.buffer
    while line := stdin.readline():
        raw = stdin.read(int(line))
        try:
            answer = read(raw)
        except h11.RemoteProtocolError:
            answer = None
        print(json.dumps(answer))


main()
