"""A sister whose ``wiki.git`` gives what no git would make: packs and refs written by hand.

It speaks the second protocol of git's, as far as one fetch goes, and says by its statement that it
holds what it gives.
"""

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha1
from typing import Any

from wiki.sisters.keys import sign
from wiki.sisters.statement import make_statement

from .conftest import Site

COMMIT, TREE, BLOB, OFFSET_DELTA = 1, 2, 3, 6
_KINDS = {COMMIT: b"commit", TREE: b"tree", BLOB: b"blob"}
_FLUSH, _DELIM, _MEGABYTE = b"0000", b"0001", 1_000_000


@dataclass
class HandMade:
    """A pack as it is written; objects in the order in which they were added."""

    objects: list[bytes] = field(default_factory=list)

    def add(self, kind: int, data: bytes) -> str:
        """An object as it should be; its id."""
        self.objects.append(_header(kind, len(data)) + zlib.compress(data, 1))
        return sha1(b"%s %d\0" % (_KINDS[kind], len(data)) + data).hexdigest()  # noqa: S324

    def add_zeros(self, kind: int, megabytes: int) -> None:
        """An object of so many megabytes of zeros, in as many kilobytes; nobody knows its id."""
        size = megabytes * _MEGABYTE
        self.objects.append(_header(kind, size) + _zeros(megabytes))

    def add_copies(self, base: int, size: int, times: int) -> None:
        """What is ``times`` as long as the object of that number, of ``size`` bytes: its copies."""
        copy = b"\xf0" + size.to_bytes(3, "little")
        delta = _varint(size) + _varint(size * times) + copy * times
        here = sum(map(len, self.objects))
        back = here - sum(map(len, self.objects[:base]))
        self.objects.append(
            _header(OFFSET_DELTA, len(delta)) + _offset(back) + zlib.compress(delta)
        )

    def commit(self, tree: str) -> str:
        """The commit of ``tree``, which is what the sister shows."""
        who = b"X <x@example.net> 1700000000 +0000"
        return self.add(
            COMMIT, b"tree %s\nauthor %s\ncommitter %s\n\nx\n" % (tree.encode(), who, who)
        )

    def data(self) -> bytes:
        """The pack."""
        whole = b"PACK" + (2).to_bytes(4) + len(self.objects).to_bytes(4) + b"".join(self.objects)
        return whole + sha1(whole).digest()  # noqa: S324


def tree_of(entries: Iterable[tuple[str, str, str]]) -> bytes:
    """A tree of (mode, name, id)."""
    return b"".join(
        f"{mode} {name}".encode() + b"\0" + bytes.fromhex(id) for mode, name, id in entries
    )


class HostileGit:
    """The application of ``site``, whose ``wiki.git`` gives ``pack`` as the commit ``head``."""

    def __init__(self, site: Site, head: str, pack: bytes = b"", refs: Iterable[str] = ()) -> None:
        self._site, self._app = site, site.app
        self._head, self._pack, self._refs = head, pack, refs

    def __call__(self, environ: Any, start_response: Any) -> Any:
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if path == "/.well-known/carrefour":
            token = make_statement(self._site.instance)
            said = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
            said = sign(self._site.instance.private, said | {"head": self._head})
            return _answered(start_response, "application/jose", [said.encode()])
        if path == "/wiki.git/info/refs":
            kind = query.partition("=")[2]
            lines = [_line(f"# service={kind}\n".encode()), _FLUSH, *_capabilities()]
            return _answered(start_response, f"application/x-{kind}-advertisement", lines)
        if path == "/wiki.git/git-upload-pack":
            asked = environ["wsgi.input"].read()
            body = self._listed() if b"command=ls-refs" in asked else self._packed(asked)
            return _answered(start_response, "application/x-git-upload-pack-result", body)
        return self._app(environ, start_response)

    def _listed(self) -> Iterator[bytes]:
        yield _line(f"{self._head} refs/heads/main\n".encode())
        for name in self._refs:
            yield _line(f"{self._head} {name}\n".encode())
        yield _FLUSH

    def _packed(self, asked: bytes) -> Iterator[bytes]:
        if b"0009done" not in asked:  # it says what it has: that is enough
            yield from (_line(b"acknowledgments\n"), _line(b"ready\n"), _DELIM)
        yield _line(b"packfile\n")
        for begin in range(0, len(self._pack), 60_000):
            yield _line(b"\x01" + self._pack[begin : begin + 60_000])
        yield _FLUSH


def _answered(start_response: Any, kind: str, body: Iterable[bytes]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", kind)])
    return body


def _capabilities() -> Sequence[bytes]:
    told = (b"version 2\n", b"ls-refs\n", b"fetch=shallow\n", b"object-format=sha1\n")
    return [*map(_line, told), _FLUSH]


def _line(data: bytes) -> bytes:
    return b"%04x" % (len(data) + 4) + data


def _header(kind: int, size: int) -> bytes:
    first, rest = (kind << 4) | (size & 15), size >> 4
    return bytes([first | (0x80 if rest else 0)]) + (_varint(rest) if rest else b"")


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def _offset(back: int) -> bytes:
    found = [back & 127]
    while back := back >> 7:
        back -= 1
        found.append(back & 127 | 128)
    return bytes(reversed(found))


def _zeros(megabytes: int) -> bytes:
    """What inflates to so many megabytes of zeros; made in the time of one."""
    made = zlib.compressobj(9)
    first = made.compress(bytes(_MEGABYTE)) + made.flush(zlib.Z_FULL_FLUSH)
    again = made.compress(bytes(_MEGABYTE)) + made.flush(zlib.Z_FULL_FLUSH)
    # Flushed like this, nothing refers to what was before: the same bytes say the same again.
    end = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    check = (megabytes * _MEGABYTE % 65521) << 16 | 1
    return first + again * (megabytes - 1) + end + check.to_bytes(4)
