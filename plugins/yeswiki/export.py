"""What was sent of a YesWiki: its dump or its entries, the files beside it, what it was set to."""

import codecs
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from wiki.api.errors import BadRequest
from wiki.api.imports.files import Bundle, BundledFile, decode_text, open_bundle
from wiki.api.translation import gettext as _

_LOOK, _PIECE = 1_000_000, 1 << 20
#: bytes of a dump, unpacked; of JSON or CSV, of the settings
_LONGEST, _MOST_TEXT, _MOST_SETTINGS = 50_000_000_000, 200_000_000, 1_000_000
_DUMP = (".sql", ".sql.gz", ".mysql", ".dump")
_OURS = re.compile(
    rb"[`\s(](?:page_tag|comment_on|bn_id_nature|bn_template)[`\s,)]"
    rb"|INTO\s+`?\w{0,60}(?:acls|nature|triples)`?\s+(?:\(|VALUES)",
    re.I,
)
_ENTRY = re.compile(r'"(?:id_typeannonce|bn_id_nature|bn_label_nature)"\s*:')
_HEAD = re.compile(r'"?datetime_create"?[,;\t]"?datetime_latest"?[,;\t\n]')
_SETTING = re.compile(r"""['"](\w{1,60})['"]\s*=>\s*['"]((?:[^'"\\]|\\.){0,2000})['"]""")
_SETTINGS = frozenset(
    ("root_page", "default_read_acl", "default_write_acl", "base_url", "table_prefix", "timezone")
)
_TRASH = re.compile(r"trash\d{14}$")
SQL, JSON, CSV = "sql", "json", "csv"


@dataclass
class Export:
    """``kind`` is what holds its pages: ``texts`` are those files; ``uploads`` by their names."""

    bundle: Bundle
    kind: str
    texts: list[BundledFile]
    settings: dict[str, str]
    uploads: dict[str, BundledFile] = field(default_factory=dict)

    def pieces(self, item: BundledFile) -> Iterator[bytes]:
        """A text as it comes, unpacked, in UTF-8 or bytes of several kinds. Raises BadRequest."""
        length = 0
        for piece in _plain(_unpacked(self.bundle.pieces(item))):
            length += len(piece)
            if length > _LONGEST:
                raise BadRequest(_("This dump is longer than can be imported at once."))
            yield piece

    def text(self, item: BundledFile) -> tuple[str, str]:
        """All of a text of JSON or CSV, and its encoding where that was guessed."""
        return decode_text(self.bundle.read(item, _MOST_TEXT))


def open_export(path: Path) -> Export:
    """What ``path`` holds; its bundle is to be closed. Raises BadRequest for what is none."""
    bundle = open_bundle(path)
    try:
        kind, texts = _texts(bundle)
        if not texts:
            raise BadRequest(
                _(
                    "There is nothing of a YesWiki in this: send its archive, a dump of its"
                    " database (.sql), or entries as JSON or CSV."
                )
            )
        if kind == SQL:
            # Its archive holds one; of several beside each other the one that says most.
            texts = [max(texts, key=lambda item: (item.name.endswith("content.sql"), item.size))]
        return Export(bundle, kind, texts, _settings(bundle), _uploads(bundle))
    except BaseException:
        bundle.__exit__(None, None, None)
        raise


def _texts(bundle: Bundle) -> tuple[str, list[BundledFile]]:
    """What holds the pages, and in which form."""
    for kind, looks in ((SQL, _is_dump), (JSON, _is_json), (CSV, _is_csv)):
        if texts := [item for item in bundle.items if looks(bundle, item)]:
            return kind, texts
    return "", []


def _beginning(bundle: Bundle, item: BundledFile) -> bytes:
    try:
        return next(_plain(_unpacked(bundle.pieces(item, _LOOK))), b"")[:_LOOK]
    except BadRequest:
        return b""


def _is_dump(bundle: Bundle, item: BundledFile) -> bool:
    name = item.name.lower()
    if not name.endswith(_DUMP) and len(bundle.items) > 1:
        return False
    beginning = _beginning(bundle, item)
    if beginning.lstrip()[:1] in (b"{", b"[", b"<"):
        return False
    return _OURS.search(beginning) is not None


def _is_json(bundle: Bundle, item: BundledFile) -> bool:
    if not item.name.lower().endswith(".json") or _is_upload(item):
        return False
    text, _guessed = decode_text(_beginning(bundle, item))
    return text.lstrip()[:1] in ("{", "[") and _ENTRY.search(text) is not None


def _is_csv(bundle: Bundle, item: BundledFile) -> bool:
    if not item.name.lower().endswith((".csv", ".txt")) or _is_upload(item):
        return False
    return _HEAD.match(decode_text(_beginning(bundle, item))[0]) is not None


def _is_upload(item: BundledFile) -> bool:
    return "files" in item.name.split("/")[:-1]


def _settings(bundle: Bundle) -> dict[str, str]:
    """What the site was set to, of what matters here; its passwords are not looked at."""
    found: dict[str, str] = {}
    for item in bundle.items:
        if item.name.rpartition("/")[2] == "wakka.config.php" and item.size < _MOST_SETTINGS:
            text = decode_text(bundle.read(item, _MOST_SETTINGS))[0]
            for name, value in _SETTING.findall(text):
                if name in _SETTINGS:
                    found.setdefault(name, re.sub(r"\\(.)", r"\1", value.replace("\\n", "\n")))
    return found


def _uploads(bundle: Bundle) -> dict[str, BundledFile]:
    return {
        item.name.rpartition("/")[2]: item
        for item in bundle.items
        if _is_upload(item) and not _TRASH.search(item.name)
    }


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Bytes, packed by gzip or not. Raises BadRequest where they end in the middle."""
    first = next(pieces, b"")
    if not first.startswith(b"\x1f\x8b"):
        yield first
        yield from pieces
        return
    damaged = BadRequest(
        _("This file is damaged or was cut: it cannot be unpacked to its end. Export it again.")
    )
    unpacking, data = zlib.decompressobj(31), first
    while True:
        try:
            made = unpacking.decompress(data, _PIECE)
        except zlib.error as error:
            raise damaged from error
        yield made
        if unpacking.eof:  # another may begin behind it
            data = unpacking.unused_data or next(pieces, b"")
            if not data.startswith(b"\x1f\x8b"):
                return
            unpacking = zlib.decompressobj(31)
            continue
        more = unpacking.unconsumed_tail or (b"" if len(made) == _PIECE else next(pieces, None))
        if more is None:
            raise damaged
        data = more


def _plain(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Text in UTF-16, as some consoles write it, in UTF-8; all else as it is."""
    first = next(pieces, b"")
    names = {codecs.BOM_UTF16_LE: "utf-16le", codecs.BOM_UTF16_BE: "utf-16be"}
    name = names.get(first[:2])
    if name is None:
        yield first.removeprefix(codecs.BOM_UTF8)
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(name)("replace")
    yield decoder.decode(first[2:]).encode("utf-8", "replace")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "replace")
