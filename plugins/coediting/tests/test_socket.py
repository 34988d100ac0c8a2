"""Bytes on the port that are no WebSocket, or a broken one: whoever writes there goes on."""

import asyncio
import secrets
from collections.abc import Callable
from random import Random
from typing import Any

from websockets.frames import Frame, Opcode

from .clients import ADDRESS, run, writer

GREETING = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Origin: http://127.0.0.1:{port}\r\n\r\n"
)
#: begun frames: one that says it is as long as can be, one with bits that nobody agreed on, one
#: without a mask, a close without its code, a message in two of which one is missing
FRAMES = (
    b"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff",
    b"\xf2\x80\0\0\0\0",
    b"\x82\x01x",
    b"\x88\x81\0\0\0\0x",
    b"\x02\x81\0\0\0\0x",
    b"\x81\x82\0\0\0\0\xff\xfe",
)
REQUESTS = (
    b"",
    b"\r\n" * 100,
    b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + b"\0" * 200,  # TLS
    b"GET " + b"a" * 100_000,
    b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 1_000,
    b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
)


def spoilt(chance: Random) -> list[bytes]:
    """Frames as a browser sends them, and those with some bytes of them changed."""
    found: list[bytes] = []
    for code in (Opcode.TEXT, Opcode.BINARY, Opcode.PING):
        for length in (0, 1, 125) if code is Opcode.PING else (0, 1, 125, 126, 3_000):
            data = bytearray(Frame(code, chance.randbytes(length)).serialize(mask=True))
            for _change in range(chance.randint(0, 2)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            found.append(bytes(data))
    return found


def test_who_writes_notices_nothing_of_other_bytes_on_the_port(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": "# Une page\n"})
    awa, seed = person("Awa"), secrets.randbits(32)

    async def say(port: int, data: bytes) -> None:
        """Sends it, says no more, and hears what comes until the end of the connection."""
        reader, sender = await asyncio.open_connection("127.0.0.1", port)
        try:
            sender.write(data)
            await sender.drain()
            sender.write_eof()
            while await reader.read(65_536):
                pass
        except OSError:
            pass  # it was hung up on
        finally:
            sender.close()

    async def scene() -> None:
        async with running() as world, writer(world.port, world.ticket(awa)) as one:
            greetings = [
                GREETING.format(path=path, port=world.port).encode() for path in (ADDRESS, "/")
            ]
            frames = [*FRAMES, *spoilt(Random(seed))]  # noqa: S311 - spoils, keeps no secret
            said = [*REQUESTS, *(hello + frame for hello in greetings for frame in frames)]
            for number, data in enumerate(said):
                async with asyncio.timeout(30):
                    await say(world.port, data)
                if number % 10 == 0:
                    await one.type(f"\nLigne {number}.")
            await one.all_kept()
            await asyncio.gather(*(say(world.port, data) for data in said))
            async with writer(world.port, world.ticket(awa)) as other:
                await other.until(lambda: other.words == one.words)
                assert other.words.count("Ligne") == len(range(0, len(said), 10))

    try:
        run(scene())
    except BaseException as error:
        error.add_note(f"with the seed {seed}")
        raise
