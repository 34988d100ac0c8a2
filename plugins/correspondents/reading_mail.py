"""One mail as it came: from whom, what it says, what is attached; or that it is to be left alone.

Nothing in it is believed. ``From`` is what somebody typed, so it only says whom to ask. ``parse``
is the work of a child process, which knows no codec but those of browsers and is killed when late:
this module stands on the standard library alone, whose parser raises what it likes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from email.utils import parseaddr
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

#: written by programs: lists, answering machines, mail servers (RFC 3834, and what came before it)
_BY_MACHINES = re.compile(r"bulk|junk|list|auto_reply", re.IGNORECASE)
_NOBODY = re.compile(r"(?:mailer-daemon|postmaster|no-?reply|bounces?)\b", re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_QUOTED = re.compile(r"^>.*(?:\n|\Z)", re.MULTILINE)
_PREFIX = re.compile(r"^\s*(?:(?:fwd?|tr|re|wg|aw)\s*:\s*)+", re.IGNORECASE)
#: of a mail: what is larger is cut, or left out
_LONGEST_SUBJECT, _LONGEST_TEXT, _LONGEST_HTML, _MOST_PARTS = 150, 20_000, 200_000, 50
#: headers that are read, and a length that no program of people writes one in: understanding them
#: takes the square of it
_READ_HEADERS = frozenset({
    "from", "subject", "auto-submitted", "return-path", "precedence", "content-type",
    "content-disposition", "content-transfer-encoding",
})  # fmt: skip
_LONGEST_HEADER = 2_000
_DECLARATION = re.compile(r"<[!?][^<>]{0,2000}>")
_NO_TAG = re.compile(r"<(?![a-zA-Z/][^<>]{0,2000}>)")
_SKIPPED = frozenset({"script", "style", "head", "title"})
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"})


@dataclass(frozen=True)
class Attached:
    """A file that came with a mail."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Incoming:
    """What a mail holds; ``sender`` is only what it says of itself."""

    sender: str
    name: str
    title: str
    text: str
    files: tuple[Attached, ...] = field(default=())


def identity_of(head: bytes) -> str:
    """A hash that is the same whenever this mail comes again: of its Message-ID, else its head."""
    said = _header(head, b"message-id")
    return sha256(said or head).hexdigest()


def sender_of(head: bytes) -> str:
    """The address in ``From``, as far as it can be told without understanding the mail."""
    said = _header(head, b"from")[:_LONGEST_HEADER].decode("ascii", "replace")
    address = parseaddr(said)[1].lower()
    return address if "@" in address and address.isprintable() else ""


def _header(head: bytes, name: bytes) -> bytes:
    line = rb"^" + name + rb":([^\n]*(?:\n[ \t][^\n]*)*)"
    found = re.search(line, head, re.IGNORECASE | re.MULTILINE)
    return found[1].strip() if found else b""


def parse(question: Mapping[str, Any], raw: bytes) -> tuple[dict[str, Any], Sequence[bytes]]:
    """What the mail ``raw`` says: ``sender``, ``name``, ``title``, ``text`` and ``files``, names.

    ``{"machine": True}`` where nobody wrote it; ``question["ours"]``: addresses that mails of the
    wiki come from. Raises whatever the parser does over a mail that cannot be read, or says
    nothing.
    """
    if raw.lower().count(b"multipart/") > _MOST_PARTS:
        raise ValueError("parts too deep in parts: its lines would be compared with each's end")
    message = message_from_bytes(raw, policy=default)
    if _is_bloated(message):
        raise ValueError("headers that no program of people writes")
    if _is_by_machine(message, frozenset(question["ours"])):
        return {"machine": True}, []
    name, sender = parseaddr(str(message.get("From", "")))
    title = _PREFIX.sub("", " ".join(str(message.get("Subject", "")).split()))
    text = _text(message)
    if not title:
        title = text.strip().partition("\n")[0]
    title = _shown(title)[:_LONGEST_SUBJECT].strip()
    if not title:
        raise ValueError("no words")
    files = _files(message)
    said = {
        "sender": _whole(sender).strip().lower(),
        "name": _shown(name)[:80].strip(),
        "title": title,
        "text": _whole(text[:_LONGEST_TEXT]),
        "files": [_whole(one.name) for one in files],
    }
    return said, [one.data for one in files]


def _is_by_machine(message: EmailMessage, ours: frozenset[str]) -> bool:
    """Whether nobody wrote it: an answering machine, a bounce, a list, the wiki itself."""
    automatic = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    if automatic != "no" or message.get("Return-Path", "").strip() == "<>":
        return True
    if _BY_MACHINES.search(str(message.get("Precedence", ""))):
        return True
    if any(name in message for name in ("List-Id", "X-Autoreply", "X-Auto-Response-Suppress")):
        return True
    if message.get_content_type() == "multipart/report":
        return True
    sender = parseaddr(str(message.get("From", "")))[1].lower()
    return "@" not in sender or sender in ours or bool(_NOBODY.match(sender))


def _is_bloated(message: EmailMessage) -> bool:
    return any(
        len(str(value)) > _LONGEST_HEADER
        for part in message.walk()
        for name, value in part.raw_items()
        if name.lower() in _READ_HEADERS
    )


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    words = _content(body)
    if body.get_content_subtype() == "html":
        words = _Stripper.words_of(words)
    words = words.replace("\r\n", "\n").replace("\0", "")
    return _QUOTED.sub("", _SIGNATURE.split(words, maxsplit=1)[0]).strip()


def _content(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except LookupError:
        # It names an encoding that nobody has: read as what most are in.
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            raise
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("windows-1252", "replace")


def _files(message: EmailMessage) -> list[Attached]:
    found = []
    for number, part in enumerate(message.walk()):
        if number > _MOST_PARTS:
            break
        name = part.get_filename()
        if name and not part.is_multipart():
            data = part.get_payload(decode=True)
            if isinstance(data, bytes) and data:
                found.append(Attached(str(name), data))
    return found


def _whole(words: str) -> str:
    """Without halves of characters, which nothing can write down."""
    return words.encode("utf-8", "replace").decode("utf-8")


def _shown(words: str) -> str:
    return "".join(one for one in words if one.isprintable())


def _tame(html: str) -> str:
    """The beginning of it without comments, and ``<`` as a letter where no tag begins.

    Over tags that never end, the parser of the standard library takes the square of their number.
    """
    kept, at, html = [], 0, html[:_LONGEST_HTML]
    while (start := html.find("<!--", at)) >= 0:
        kept.append(html[at:start])
        end = html.find("-->", start)
        at = end + 3 if end >= 0 else len(html)
    kept.append(html[at:])
    return _NO_TAG.sub("&lt;", _DECLARATION.sub("", "".join(kept)))


class _Stripper(HTMLParser):
    """The words of a mail that has no plain text."""

    def __init__(self) -> None:
        super().__init__()
        self._words: list[str] = []
        self._skipping = 0

    @classmethod
    def words_of(cls, html: str) -> str:
        """The text that is seen, a line for each paragraph."""
        parser = cls()
        parser.feed(_tame(html))
        parser.close()
        lines = (" ".join(line.split()) for line in "".join(parser._words).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Notes what is not shown, and where a line begins."""
        self._skipping += tag in _SKIPPED
        if tag in _BREAKS:
            self._words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """The end of either."""
        if tag in _SKIPPED and self._skipping:
            self._skipping -= 1
        if tag in _BREAKS:
            self._words.append("\n")

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self._skipping:
            self._words.append(data.replace("\n", " "))
