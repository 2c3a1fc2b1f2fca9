#!/usr/bin/env python3
"""A plaintext SMTP server that stalls for S seconds every T.

    benches/stalls/server.py STALL_S PERIOD_S

It prints its port, then accepts every message. A stall is in the middle of each
period, counted from the first MAIL; replies that fall due in it leave at its end,
whatever the connection. It shares no code with the mock.
"""

import asyncio
import sys
import time

STALL, PERIOD = float(sys.argv[1]), float(sys.argv[2])
first_mail = None


async def stand_still():
    """Waits until the current stall is over."""
    if first_mail is None:
        return
    into = (time.monotonic() - first_mail) % PERIOD - (PERIOD - STALL) / 2
    if 0 <= into < STALL:
        await asyncio.sleep(STALL - into)


async def serve(reader, writer):
    global first_mail

    async def reply(text):
        await stand_still()
        writer.write(text.encode() + b"\r\n")

    try:
        await reply("220 stalls.example")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"MAIL" and first_mail is None:
                first_mail = time.monotonic()
            if verb == b"DATA":
                await reply("354 Go ahead")
                await reader.readuntil(b"\r\n.\r\n")
                await reply("250 Ok")
            elif verb == b"QUIT":
                await reply("221 Bye")
                break
            else:
                await reply("250 Ok")
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 24)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
