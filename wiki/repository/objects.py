"""What git holds, as plain values: names, hashes, commits."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1
from typing import Literal

#: git's empty tree, which every git knows without storing it: the head of a repository without a
#: commit, and where a projection starts.
EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

BRANCH = "refs/heads/main"

#: git's modes of an ordinary file; links and submodules are no files of the wiki
REGULAR = frozenset({b"100644", b"100755", b"100664"})
LINK, SUBMODULE, FOLDER = b"120000", b"160000", b"40000"

#: bytes of a commit's own object, and characters of its message and of a name in it, that are taken
LONGEST_COMMIT, LONGEST_MESSAGE, LONGEST_NAME = 100_000, 10_000, 300
#: characters that are read of those that are there already, whoever has written them
READ_MESSAGE, READ_NAME = 20_000, 1_000

_HASH = re.compile(r"[0-9a-f]{40}")


def object_hash(kind: str, data: bytes) -> str:
    """The id that git gives to an object of these bytes."""
    return sha1(
        b"%s %d\0" % (kind.encode("ascii"), len(data)) + data, usedforsecurity=False
    ).hexdigest()


def is_hash(text: str) -> bool:
    """Whether ``text`` is a full object name; nothing else of a caller's ever names a revision."""
    return _HASH.fullmatch(text) is not None


@dataclass(frozen=True)
class Author:
    """Who a commit names: a display name and an address that is nobody's mail.

    ``program`` is what saves in their name, as they call it; the last lines of the message say so.
    """

    name: str
    mail: str
    program: str = field(default="", compare=False)


@dataclass(frozen=True)
class Blob:
    """A file's bytes; ``id`` is a hash of them, so equal ids are equal bytes."""

    id: str
    data: bytes


@dataclass(frozen=True)
class Entry:
    """One name in a folder."""

    name: str
    kind: Literal["file", "folder"]
    id: str


@dataclass(frozen=True)
class Commit:
    """One commit; ``when`` is the author's time, with the author's offset."""

    id: str
    author_name: str
    author_mail: str
    when: datetime
    message: str
    parents: tuple[str, ...]


@dataclass(frozen=True)
class BlameLine:
    """Who last touched a line; ``line`` is its text, without the line end."""

    commit: str
    author_name: str
    author_mail: str
    when: datetime
    line: str


def decode(data: bytes) -> str:
    """A page's bytes as text: UTF-8, wrong bytes replaced, line ends LF, no byte order mark."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def decode_name(raw: bytes) -> str:
    """A file name of git's as a string; bytes that are no UTF-8 become lone surrogates.

    Such a name survives the way back (``encode_name``) and is never servable.
    """
    return raw.decode("utf-8", "surrogateescape")


def encode_name(name: str) -> bytes:
    """The bytes git knows ``name`` by; the inverse of ``decode_name``."""
    return name.encode("utf-8", "surrogateescape")


#: who signs what the software writes by itself
WIKI_AUTHOR = Author("Carrefour", "wiki@people.invalid")
#: a message may name more: those are not read
_MOST = 50
_CREDIT = re.compile(
    r"^Co-authored-by:[ \t]*([^<>\n]{1,200}?)[ \t]*<([^<>\s]{1,200})>[ \t]*$", re.M | re.I
)


def co_authors(message: str, author_mail: str = "") -> list[Author]:
    """The people of the ``Co-authored-by`` lines of the last paragraph, each once by mail.

    The author, who has ``author_mail``, is not one of them.
    """
    _, _, trailers = message.strip().rpartition("\n\n")
    people = {author_mail: Author("", author_mail)}
    for name, mail in _CREDIT.findall(trailers)[:_MOST]:
        people.setdefault(mail, Author(name, mail))
    return list(people.values())[1:]
