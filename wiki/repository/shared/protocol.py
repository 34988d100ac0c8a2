"""Questions to git's servers, and what they answer: names, a push, a fetch.

Each is one question with one answer, so that a save costs one way to the host and back. After
``gitprotocol-v2`` (names, fetch) and ``gitprotocol-pack`` (push).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import IO

from wiki.repository.objects import is_hash
from wiki.repository.rawlog import NOTHING
from wiki.repository.remote.protocol import packet

#: a move of a ref: its name, where it is, where it is to be; NOTHING where it is not
Move = tuple[str, str, str]

_FLUSH, _DELIMITER = b"0000", b"0001"
_AGENT = b"agent=carrefour"
#: bytes of a packet, and of what a host says beside its answer
_LONGEST, _MOST_WORDS = 65_520, 10_000
_DATA, _WORDS, _FATAL = 1, 2, 3


class Unreadable(Exception):
    """What was answered is not git's protocol, or an error in it; the argument says which."""


def names_question(prefixes: Sequence[str]) -> bytes:
    """Which refs there are below ``prefixes``."""
    asked = (packet(f"ref-prefix {one}\n".encode("ascii")) for one in prefixes)
    return b"".join((packet(b"command=ls-refs\n"), packet(_AGENT), _DELIMITER, *asked, _FLUSH))


def read_names(answer: IO[bytes]) -> dict[str, str]:
    """Ref → id. Raises Unreadable."""
    found: dict[str, str] = {}
    for line in _packets(answer):
        id, _blank, name = line.decode("utf-8", "replace").rstrip("\n").partition(" ")
        if not is_hash(id):
            raise Unreadable(_shown(line))
        found[name.partition(" ")[0]] = id
    return found


def push_question(moves: Sequence[Move], packed: bytes) -> bytes:
    """That ``moves`` are made, all or none; ``packed`` holds what is new."""
    lines = [f"{old} {new} {ref}".encode("ascii") for ref, old, new in moves]
    lines[0] += b"\0 report-status side-band-64k atomic " + _AGENT
    gone = all(new == NOTHING for _ref, _old, new in moves)
    return b"".join((*map(packet, lines), _FLUSH, b"" if gone else packed))


def read_report(answer: IO[bytes]) -> Mapping[str, str]:
    """Ref → why it was not moved, "" where it was. Raises Unreadable."""
    report, words = b"", b""
    for line in _packets(answer):
        if line[0] == _DATA:
            report += line[1:]
        elif line[0] == _FATAL or not 0 < line[0] < _FATAL:
            raise Unreadable(_shown(line[1:] if line[0] == _FATAL else line))
        elif len(words) < _MOST_WORDS:
            words += line[1:]
    found: dict[str, str] = {}
    said = _shown(words)
    for line in _parts(report):
        kind, _blank, rest = line.decode("utf-8", "replace").rstrip("\n").partition(" ")
        if kind == "unpack" and rest != "ok":
            raise Unreadable(" · ".join(filter(None, (rest, said))))
        if kind in ("ok", "ng"):
            ref, _blank, why = rest.partition(" ")
            found[ref] = "" if kind == "ok" else " · ".join(filter(None, (why or "refused", said)))
    if not found:
        raise Unreadable(said or "no report")
    return found


def fetch_question(wanted: str, known: Sequence[str]) -> bytes:
    """The commit ``wanted`` with all that ``known`` do not reach."""
    lines = [b"no-progress\n", b"ofs-delta\n", f"want {wanted}\n".encode("ascii")]
    lines += [f"have {one}\n".encode("ascii") for one in known]
    asked = map(packet, (*lines, b"done\n"))
    return b"".join((packet(b"command=fetch"), packet(_AGENT), _DELIMITER, *asked, _FLUSH))


def read_pack(answer: IO[bytes]) -> Iterator[bytes]:
    """The pack that was asked for, in pieces. Raises Unreadable."""
    lines = _packets(answer)
    first = next(lines, b"")
    if first.rstrip(b"\n") != b"packfile":
        raise Unreadable(_shown(first))
    for line in lines:
        if line[0] == _DATA:
            yield line[1:]
        elif line[0] != _WORDS:
            raise Unreadable(_shown(line[1:]))


def _packets(answer: IO[bytes]) -> Iterator[bytes]:
    """The packets until the first end of a part. Raises Unreadable where it comes to none."""
    while True:
        head = _exactly(answer, 4)
        try:
            length = int(head, 16)
        except ValueError:
            raise Unreadable(_shown(head)) from None
        if length == 0:
            return
        if length > 4:
            line = _exactly(answer, length - 4)
            if line.startswith(b"ERR "):
                raise Unreadable(_shown(line[4:]))
            if line.startswith(b"# service="):
                # So gitolite begins to say whom it refuses, whatever it was asked.
                next(_packets(answer), b"")
                raise Unreadable(_shown(next(_packets(answer), line)))
            yield line


def _parts(report: bytes) -> Iterator[bytes]:
    at = 0
    while (length := int(report[at : at + 4] or b"0", 16)) > 4:
        yield report[at + 4 : at + length]
        at += length


def _exactly(answer: IO[bytes], size: int) -> bytes:
    if size > _LONGEST:
        raise Unreadable(f"a packet of {size} bytes")
    data = b""
    while len(data) < size:
        if not (piece := answer.read(size - len(data))):
            raise EOFError
        data += piece
    return data


def _shown(words: bytes) -> str:
    """Words of a host's in one line that steers no terminal."""
    text = " ".join(words[:300].decode("utf-8", "replace").split())
    return "".join(char if char.isprintable() else "?" for char in text)
