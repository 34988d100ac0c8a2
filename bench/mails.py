"""Mails a second: put as rows, and sent to a server on this machine that takes them all.

The reference is ``smtplib`` alone, which notes nothing and forgets everything when it is killed:
the same messages over as many connections, to the same server.
"""

import asyncio
import smtplib
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

from bench.lines import Line, ms, percentile
from wiki.config import load_settings
from wiki.instance import Instance, close_instance, open_instance
from wiki.mail_dispatch import deliver, send_mail
from wiki.mail_templates import compose
from wiki.mailer import Mailer
from wiki.parts.creation import found
from wiki.people.accounts.mail_tokens import MailLink
from wiki.people.accounts.notifications import letter_values
from wiki.people.mail.queue import queue_mail
from wiki.people.mail.values import Mail

_MAILS = 1_000
_POSTS = 100
_A_CONNECTION = 100


def run() -> Iterator[Line]:
    """Putting, posting, sending."""
    with tempfile.TemporaryDirectory() as folder, sink() as port, _instance(folder, port) as wiki:
        link = MailLink("login", "a@example.org", "Une personne", "fr", "t" * 43)
        subject, text, html = compose(
            wiki, "account", "fr", **letter_values(link, f"https://wiki.example.org/{link.token}")
        )

        def mail(number: int) -> Mail:
            return Mail(f"bench:{number}", f"p{number}@example.org", subject, text, html)

        began = time.perf_counter()
        with wiki.private.session() as session:
            for number in range(_MAILS):
                queue_mail(wiki.private, session, mail(number))
        took = time.perf_counter() - began
        yield Line("Mails put in one transaction", f"{_MAILS / took:,.0f} /s")

        now = wiki.private.now()
        messages = [
            wiki.mailer.message(f"p{n}@example.org", subject, text, html, {}, f"{n}", now)
            for n in range(_MAILS)
        ]
        bare = _bare(messages, port)
        began = time.perf_counter()
        assert deliver(wiki) == _MAILS
        took = time.perf_counter() - began
        yield Line(
            "Mails sent, each noted on disk",
            f"{_MAILS / took:,.0f} /s",
            f"smtplib alone {_MAILS / bare:,.0f} /s",
            f"{took / bare:.1f} ×",
        )
        times = []
        for number in range(_MAILS, _MAILS + _POSTS):
            began = time.perf_counter()
            send_mail(wiki, mail(number))
            times.append(time.perf_counter() - began)
        yield Line("A request's mail: posted and woken, p95", ms(percentile(times, 0.95)))


def _bare(messages: list[EmailMessage], port: int) -> float:
    began = time.perf_counter()
    for first in range(0, len(messages), _A_CONNECTION):
        with smtplib.SMTP("127.0.0.1", port, "bench.example.org") as server:
            for message in messages[first : first + _A_CONNECTION]:
                server.send_message(message)
    return time.perf_counter() - began


@contextmanager
def _instance(folder: str, port: int) -> Iterator[Instance]:
    settings = replace(
        load_settings(Path(folder) / "instance", {}),
        smtp_host="127.0.0.1",
        service_hosts="127.0.0.1",
        smtp_port=port,
        smtp_starttls=False,
    )
    found(settings, empty=True)
    instance = open_instance(settings)
    yield replace(instance, mailer=Mailer(settings))
    close_instance(instance)


@contextmanager
def sink() -> Iterator[int]:
    """A server that says yes to everything, with as little work as that takes."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(_take_all, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield int(server.sockets[0].getsockname()[1])
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


async def _take_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, asyncio.IncompleteReadError):  # whoever sends was killed
        await _take(reader, writer)
    writer.close()


async def _take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        word = line[:4].upper().strip()
        if word == b"DATA":
            writer.write(b"354 go on\r\n")
            await writer.drain()
            await reader.readuntil(b"\r\n.\r\n")
        writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 yes\r\n")
        await writer.drain()
        if word == b"QUIT":
            break
