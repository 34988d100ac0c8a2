"""MediaWiki's export, read as it comes: one state of a page at a time, whatever its length.

::

    with open_dump(path) as file:
        for one in read_dump(file):  # the Site, then a Revision or an Upload after the other
            ...

XML that declares entities, is nested or long beyond reason, or breaks off is refused with its line.
"""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate

from wiki.api.errors import BadRequest
from wiki.api.translation import gettext as _

from .archives import read_piece

_DEEPEST = 12
#: characters of a text of a page, of any other value, and of a file in the export
_TEXT, _VALUE, _FILE = 20_000_000, 20_000, 300_000_000
#: bytes of XML, unpacked
_LONGEST = 50_000_000_000


@dataclass(frozen=True)
class Site:
    """What an export says of its site: ``base`` is the address of the first page; the names of its
    namespaces by their numbers.
    """

    name: str
    base: str
    namespaces: Mapping[int, str]


@dataclass
class Page:
    """A page of an export; ``restrictions`` as older versions write them."""

    title: str = ""
    namespace: int = 0
    id: str = ""
    redirect: str | None = None
    restrictions: str = ""


@dataclass(frozen=True)
class Revision:
    """One state of a page. ``text`` is None where it was deleted, or is not in the export;
    ``line`` is where it begins there.
    """

    page: Page
    id: str
    when: datetime | None
    author: str
    is_address: bool
    comment: str
    model: str
    text: str | None
    hidden: bool
    line: int


@dataclass(frozen=True)
class Upload:
    """A file of an export: its bytes where they are in it."""

    page: Page
    name: str
    when: datetime | None
    author: str
    comment: str
    content: bytes | None


Found = Site | Revision | Upload


def read_dump(
    file: IO[bytes], told: Callable[[int], object] = lambda _read: None
) -> Iterator[Found]:
    """All that ``file`` holds, in its order; ``told`` is called with the bytes read so far.

    Raises BadRequest, with the line.
    """
    reading = _Reading()
    length = 0
    while piece := read_piece(file):
        length += len(piece)
        if length > _LONGEST:
            raise BadRequest(_("This export is longer than can be imported at once."))
        reading.feed(piece)
        yield from reading.take()
        told(length)
    reading.feed(b"", final=True)
    yield from reading.take()


@dataclass
class _State:
    """What is being read of a revision or a file."""

    values: dict[str, str] = field(default_factory=dict)
    author: str = ""
    is_address: bool = False
    text: str | None = None
    hidden: bool = False
    content: bytearray | None = None
    line: int = 0


class _Reading:
    """One file being read: elements as they open and close."""

    def __init__(self) -> None:
        self._parser = parser = ParserCreate()
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._words
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = self._refuse
        self._way: list[str] = []
        self._found: list[Found] = []
        self._pieces: list[str] = []
        self._length = 0
        self._site: dict[str, str] = {}
        self._namespaces: dict[int, str] = {}
        self._key = 0
        self._told = False
        self._page = Page()
        self._state: _State | None = None
        self._encoded = ""

    def feed(self, piece: bytes, *, final: bool = False) -> None:
        try:
            self._parser.Parse(piece, final)
        except (ExpatError, LookupError, ValueError) as error:
            raise self._bad(
                _("from here on it cannot be read; the file was cut or is damaged")
            ) from error

    def take(self) -> list[Found]:
        found, self._found = self._found, []
        return found

    def _bad(self, why: str) -> BadRequest:
        words = _("Line {line} of the export: {why}.")
        return BadRequest(words.format(line=self._parser.CurrentLineNumber, why=why))

    def _refuse(self, *_declared: object) -> None:
        raise self._bad(_("it declares entities, which no export of MediaWiki does"))

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if not self._way and name != "mediawiki":
            raise BadRequest(
                _("This is no export of MediaWiki: it begins with <{name}>.").format(name=name[:40])
            )
        self._way.append(name)
        if len(self._way) > _DEEPEST:
            raise self._bad(_("elements are nested deeper than in any export of MediaWiki"))
        self._pieces, self._length = [], 0
        if name == "page":
            self._tell_site()
            self._page = Page()
        elif name == "redirect":
            self._page.redirect = attributes.get("title", "")
        elif name == "namespace":
            self._key = _number(attributes.get("key", ""))
        elif name in ("revision", "upload"):
            self._state = _State(line=self._parser.CurrentLineNumber)
        elif self._state is not None and "deleted" in attributes:
            self._state.hidden = self._state.hidden or name == "text"
        elif name == "text" and self._state is not None:
            # Those of a stub, without texts, say how long each is.
            self._state.values["bytes"] = attributes.get("bytes", "")
        elif name == "contents" and self._state is not None:
            self._state.content, self._encoded = bytearray(), ""

    def _words(self, words: str) -> None:
        name = self._way[-1] if self._way else ""
        state = self._state
        if name == "contents" and state is not None:
            self._decode(state, words)
            return
        self._length += len(words)
        if self._length > (_TEXT if name == "text" else _VALUE):
            raise self._bad(
                _("<{name}> is longer than in any export of MediaWiki").format(name=name[:40])
            )
        self._pieces.append(words)

    def _decode(self, state: _State, words: str) -> None:
        content = state.content
        if content is None or len(content) > _FILE:
            state.content = None
            return
        self._encoded += "".join(words.split())
        whole = len(self._encoded) - len(self._encoded) % 4
        try:
            content += base64.b64decode(self._encoded[:whole], validate=True)
        except (binascii.Error, ValueError):
            raise self._bad(_("a file in it is damaged")) from None
        self._encoded = self._encoded[whole:]

    def _end(self, name: str) -> None:
        words = "".join(self._pieces)
        self._pieces, self._length = [], 0
        self._way.pop()
        above = self._way[-1] if self._way else ""
        if above == "page":
            self._end_in_page(name, words.strip())
        elif self._state is not None:
            self._end_in_state(name, words, above)
        elif above == "siteinfo":
            self._site[name] = words.strip()
        elif name == "namespace":
            self._namespaces[self._key] = words.strip()
        elif not self._way:
            self._tell_site()

    def _tell_site(self) -> None:
        if not self._told:
            self._told = True
            name, base = self._site.get("sitename", ""), self._site.get("base", "")
            self._found.append(Site(name, base, dict(self._namespaces)))

    def _end_in_page(self, name: str, words: str) -> None:
        page, state = self._page, self._state
        if name == "title":
            page.title = " ".join(words.replace("_", " ").split())
        elif name == "ns":
            page.namespace = _number(words)
        elif name == "id":
            page.id = words
        elif name == "restrictions":
            page.restrictions = words
        elif name == "revision" and state is not None:
            self._found.append(self._revision(state))
            self._state = None
        elif name == "upload" and state is not None:
            self._found.append(
                Upload(
                    page,
                    state.values.get("filename", ""),
                    _moment(state.values.get("timestamp", "")),
                    "" if state.is_address else state.author,
                    state.values.get("comment", ""),
                    None if state.content is None else bytes(state.content),
                )
            )
            self._state = None

    def _end_in_state(self, name: str, words: str, above: str) -> None:
        state = self._state
        if state is None:
            return
        if name in ("username", "ip") and above == "contributor":
            state.author, state.is_address = words.strip(), name == "ip"
        elif name == "text" and above == "revision":
            state.text = words
        elif above in ("revision", "upload"):
            state.values[name] = words.strip()

    def _revision(self, state: _State) -> Revision:
        text, values = state.text, state.values
        if state.hidden or (not text and values.get("bytes", "0").strip("0")):
            text = None
        return Revision(
            self._page,
            values.get("id", ""),
            _moment(values.get("timestamp", "")),
            state.author,
            state.is_address,
            values.get("comment", ""),
            values.get("model", "wikitext"),
            text,
            state.hidden,
            state.line,
        )


def _number(words: str) -> int:
    try:
        return int(words[:9])
    except ValueError:
        return 0


def _moment(words: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(words.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
