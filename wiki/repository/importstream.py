"""A commit's own words, and the lines that ``git fast-import`` reads."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from wiki.repository.objects import EMPTY, LONGEST_MESSAGE, LONGEST_NAME, Author, encode_name

_UNSAFE = str.maketrans(dict.fromkeys(map(ord, "<>\n\r\0"), " "))
_LONGEST_OFFSET = timedelta(hours=14)


def commit_object(
    tree: str,
    parent: str,
    author: Author,
    message: str,
    when: datetime,
    co_authors: Sequence[Author] = (),
) -> bytes:
    """The bytes of a commit, as ``git fast-import`` makes them of ``commit_command``."""
    who, text = _said(author, message, when, co_authors)
    first = "" if parent == EMPTY else f"parent {parent}\n"
    return f"tree {tree}\n{first}".encode("ascii") + who + b"\n" + text


def commit_command(
    author: Author, message: str, when: datetime, co_authors: Sequence[Author] = ()
) -> bytes:
    """Who, when and why; author and committer are one, so that equal imports are equal commits.

    A message and names longer than a commit may hold are cut.
    """
    who, text = _said(author, message, when, co_authors)
    return who + _data(text)


def _said(
    author: Author, message: str, when: datetime, co_authors: Sequence[Author]
) -> tuple[bytes, bytes]:
    """A commit's lines of people, and its message."""
    who = f"{_person(author)} {_time(when)}"
    text = message[:LONGEST_MESSAGE].replace("\0", "").strip()
    trailers = [f"Saved-with: {program}"] if (program := _name(author.program)) else []
    trailers += [f"Co-authored-by: {_person(other)}" for other in co_authors]
    if trailers:
        text = "\n\n".join((text, "\n".join(trailers)))
    people = f"author {who}\ncommitter {who}\n"
    return people.encode("utf-8", "replace"), f"{text}\n".encode("utf-8", "replace")


def write_command(name: str, kind: str, content: bytes | str) -> bytes:
    """Puts bytes at ``name``, or an object that exists: its id, of a ``blob`` or a ``tree``."""
    if isinstance(content, bytes):
        return b"M 100644 inline %s\n%s" % (_quoted(name), _data(content))
    mode = b"040000" if kind == "tree" else b"100644"
    return b"M %s %s %s\n" % (mode, content.encode("ascii"), _quoted(name))


def delete_command(name: str) -> bytes:
    """Takes the file or the folder ``name`` away."""
    return b"D %s\n" % _quoted(name)


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def _quoted(name: str) -> bytes:
    raw = encode_name(name).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"%s"' % raw


def _person(author: Author) -> str:
    mail = "".join(author.mail[:LONGEST_NAME].translate(_UNSAFE).split())
    return f"{_name(author.name)} <{mail}>"


def _name(name: str) -> str:
    """As it may stand in one line of a commit."""
    return " ".join(name[:LONGEST_NAME].translate(_UNSAFE).split())


def _time(when: datetime) -> str:
    """``seconds ±hhmm``; git knows no time before 1970 and no offset beyond 14 hours."""
    offset = when.utcoffset() or timedelta()
    if abs(offset) > _LONGEST_OFFSET:
        offset = timedelta()
    minutes = int(abs(offset).total_seconds()) // 60
    sign = "-" if offset < timedelta() else "+"
    return f"{max(0, int(when.timestamp()))} {sign}{minutes // 60:02d}{minutes % 60:02d}"
