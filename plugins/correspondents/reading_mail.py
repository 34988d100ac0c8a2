"""One mail as it came: from whom, what it says, what is attached; or that it is to be left alone.

Nothing in it is believed. ``From`` is what somebody typed, so it only says whom to ask.
"""

import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from hashlib import sha256
from html.parser import HTMLParser

#: what the parser of the standard library raises over broken mails
BROKEN = (ValueError, LookupError, TypeError, AttributeError, RecursionError, MessageError)
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
    said = str(message_from_bytes(head).get("Message-ID", "")).strip()
    return sha256(said.encode("utf-8", "replace") if said else head).hexdigest()


def is_by_machine(head: bytes, ours: frozenset[str]) -> bool:
    """Whether nobody wrote it: an answering machine, a bounce, a list, the wiki itself.

    ``ours``: addresses that mails of the wiki come from. What cannot be read counts as such.
    """
    try:
        message = message_from_bytes(head, policy=default)
        if _is_bloated(message):
            return True
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
    except BROKEN:
        return True


def read(raw: bytes) -> Incoming | None:
    """The whole mail; None where it cannot be read, or says nothing.

    Whose parts lie deep in parts is not read: its lines would be compared with the end of each.
    """
    if raw.lower().count(b"multipart/") > _MOST_PARTS:
        return None
    try:
        message = message_from_bytes(raw, policy=default)
        if _is_bloated(message):
            return None
        name, sender = parseaddr(str(message.get("From", "")))
        title = _PREFIX.sub("", " ".join(str(message.get("Subject", "")).split()))
        text = _text(message)
        if not title:
            title = text.strip().partition("\n")[0]
        title = _shown(title)[:_LONGEST_SUBJECT].strip()
        if not title:
            return None
        return Incoming(
            sender=sender.strip().lower(),
            name=_shown(name)[:80].strip(),
            title=title,
            text=text[:_LONGEST_TEXT],
            files=tuple(_files(message)),
        )
    except BROKEN:
        return None


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
    words = str(body.get_content())
    if body.get_content_subtype() == "html":
        words = _Stripper.words_of(words)
    words = words.replace("\r\n", "\n").replace("\0", "")
    return _QUOTED.sub("", _SIGNATURE.split(words, maxsplit=1)[0]).strip()


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
