"""Mails that name an encoding, and what a child reads of them."""

import json
import os
import runpy
import signal
from collections.abc import Mapping
from typing import Any

#: where a mail can name one
PLACES = ("body", "header", "file")
_WORDS = r"Un four partagé \ud800 \x41"


def mail(where: str, name: str) -> str:
    """A mail that says it is written in the encoding ``name``, byte by byte as Latin-1."""
    try:
        words = _WORDS.encode(name).decode("latin-1")
    except (LookupError, ValueError, AttributeError, TypeError):
        words = _WORDS
    label = name.encode("utf-8", "surrogatepass").decode("latin-1")
    subject, file, body, charset = "Un four", "", "x", "utf-8"
    if where == "body":
        body, charset = words, label
    elif where == "header":
        subject = f"=?{label}?q?{''.join(f'={ord(one):02X}' for one in words)}?="
    else:
        quoted = "".join(f"%{ord(one):02X}" for one in words)
        file = f"Content-Disposition: attachment; filename*={label}''{quoted}\n"
    return (
        f"From: zoe@example.net\nSubject: {subject}\n{file}"
        f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n{body}\n"
    )


def read_all(question: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """In a child: the words of each mail of a list, all of them; none where it cannot be read."""
    parse = runpy.run_path(question["module"])["parse"]
    told: list[str] = []
    for one in json.loads(data):
        try:
            said, _files = parse({"ours": []}, one.encode("latin-1"))
            told.append(" ".join([said["title"], said["text"], *said["files"]]))
        except ValueError:
            told.append("")
    return {"told": told}, []


def die_of_the_heavy(
    _question: Mapping[str, Any], data: bytes
) -> tuple[dict[str, Any], list[bytes]]:
    """In a child: killed as the kernel kills; any other mail is a machine's."""
    if b"Lourd" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"machine": True}, []
