"""Reading a commit, and the branch, however oddly another program wrote them."""

import os
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from wiki.charsets import decode
from wiki.repository.faults import damaged
from wiki.repository.objects import BRANCH, EMPTY, READ_MESSAGE, READ_NAME, Commit, is_hash

_PERSON = re.compile(rb"^(?P<name>.*?) ?<(?P<mail>[^>]*)>? ?(?P<when>.*)$", re.DOTALL)
_TIME = re.compile(r"(-?\d{1,12}) ([+-])(\d\d)(\d\d)")
_PACKED_HEAD = re.compile(rf"^([0-9a-f]{{40}}) {BRANCH}$", re.MULTILINE)
_EPOCH = datetime.fromtimestamp(0, UTC)


def read_commit(id: str, data: bytes) -> Commit:
    """The commit object ``data``; what cannot be read is empty, a time then is 1970.

    A message and names that are longer than ours can be are cut.
    """
    head, _blank, message = data.partition(b"\n\n")
    facts = [line.partition(b" ")[::2] for line in head.split(b"\n")]
    codec = next((value for key, value in facts if key == b"encoding"), b"utf-8")
    author = _PERSON.match(next((value for key, value in facts if key == b"author"), b""))
    name, mail, when = author.group("name", "mail", "when") if author else (b"", b"", b"")
    return Commit(
        id=id,
        author_name=_text(name, codec)[:READ_NAME],
        author_mail=_text(mail, codec)[:READ_NAME],
        when=read_time(when.decode("ascii", "replace")),
        message=_text(message, codec)[:READ_MESSAGE].strip(),
        parents=tuple(value.decode("ascii") for key, value in facts if key == b"parent"),
    )


def read_time(raw: str) -> datetime:
    """git's ``seconds ±hhmm``; 1970 where there is no such time."""
    found = _TIME.fullmatch(raw.strip())
    if not found:
        return _EPOCH
    seconds, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        zone = timezone(-offset if sign == "-" else offset)
        return datetime.fromtimestamp(int(seconds), zone)
    except (ValueError, OverflowError, OSError):
        return _EPOCH


def _text(raw: bytes, codec: bytes) -> str:
    try:
        return decode(raw, codec.decode("ascii", "replace"), "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def read_branch(file: str) -> str | None:
    """The head that the branch's own file says; None where there is none. Raises StorageFailed."""
    try:
        # Without a file object, in a third of the time: each answer asks several times.
        branch = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        try:
            head = os.read(branch, 64).decode("ascii", "replace").strip()
        finally:
            os.close(branch)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise damaged() from error
    if not is_hash(head):
        raise damaged()
    return head


def read_packed_branch(folder: Path) -> str:
    """The head where some git packed the branch's ref away, as ``git gc`` by hand does; or EMPTY.

    Raises StorageFailed.
    """
    try:
        packed = (folder / "packed-refs").read_text("utf-8", "replace")
    except FileNotFoundError:
        return EMPTY
    except OSError as error:
        raise damaged() from error
    found = _PACKED_HEAD.search(packed)
    return found[1] if found else EMPTY
