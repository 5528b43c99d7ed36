"""Echoes messages of many sizes through the tunnel: echo.py ws://... text|binary"""
import asyncio
import sys

import websockets

SIZES = [1, 125, 126, 127, 4096, 65535, 65536, 100000, 1 << 20]


async def main(url, kind):
    async with websockets.connect(url, max_size=None, compression=None) as ws:
        for size in SIZES:
            sent = (b"0123456789abcdef" * (size // 16 + 1))[:size]
            await ws.send(sent if kind == "binary" else sent.decode())
            got = b""
            while len(got) < size:
                part = await asyncio.wait_for(ws.recv(), 20)
                assert isinstance(part, bytes) == (kind == "binary"), type(part)
                got += part if kind == "binary" else part.encode()
            assert got == sent, f"size {size}: other bytes came back"
        await asyncio.wait_for(await ws.ping(b"are you there"), 20)
    assert ws.close_code == 1000, ws.close_code
    print("ok", len(SIZES), "messages")


asyncio.run(main(sys.argv[1], sys.argv[2]))
