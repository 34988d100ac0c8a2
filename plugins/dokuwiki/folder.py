"""The data folder of a site: where its pages, their former states and its files lie."""

import bz2
import gzip
import re
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from io import BytesIO

from wiki.api.errors import BadRequest, TooLarge
from wiki.api.imports.files import Bundle, BundledFile, decode_text
from wiki.api.translation import gettext as _

from .ids import decode_name

#: bytes of a text, of a list of changes, and of anything else that is read
TEXT, FILE = 10_000_000, 300_000_000
#: folders of the data that say that ``pages`` beside them is of DokuWiki
_BESIDE = frozenset({"attic", "meta", "media", "media_meta", "media_attic", "index", "cache"})
_PAGE = re.compile(r"(?:(?P<root>.*)/)?pages/.+\.txt\Z")
_STATE = re.compile(r"(?P<id>.+)\.(?P<time>\d{9,11})\.txt(?:\.gz|\.bz2)?\Z")
_FILE_STATE = re.compile(r"(?P<stem>.+)\.(?P<time>\d{9,11})(?P<ending>\.[^./]+)?\Z")
_SETTINGS = frozenset({"conf", "acl", "dokuwiki", "etc", ""})
_TEMPLATES = frozenset({"_template.txt", "__template.txt", "c_template.txt"})
_DAMAGED = (OSError, EOFError, zlib.error, ValueError)


class Damaged(Exception):
    """A file that cannot be unpacked to its end."""


@dataclass
class Folder:
    """The files of one site, by the ids of the pages and media that they are of."""

    bundle: Bundle
    root: str
    others: list[str]
    pages: dict[str, BundledFile] = field(default_factory=dict)
    media: dict[str, BundledFile] = field(default_factory=dict)
    #: former states by the second in which they were saved
    states: dict[str, dict[int, BundledFile]] = field(default_factory=lambda: defaultdict(dict))
    file_states: dict[str, dict[int, BundledFile]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    changes: dict[str, BundledFile] = field(default_factory=dict)
    file_changes: dict[str, BundledFile] = field(default_factory=dict)
    metadata: dict[str, BundledFile] = field(default_factory=dict)
    comments: dict[str, BundledFile] = field(default_factory=dict)
    templates: list[str] = field(default_factory=list)
    #: the tables of the plugin struct
    tables: BundledFile | None = None
    #: files of the configuration by their names, all that there are
    settings: dict[str, list[BundledFile]] = field(default_factory=lambda: defaultdict(list))

    def text(self, item: BundledFile) -> tuple[str, str]:
        """The text of a file, and its encoding where that is a guess. Raises Damaged, TooLarge."""
        data = self.bundle.read(item, FILE if item.name.endswith((".gz", ".bz2")) else TEXT)
        return decode_text(_unpacked(data, item.name))

    def setting(self, name: str) -> BundledFile | None:
        """A file of the configuration: the one nearest to the data."""
        above = self.root.rpartition("/")[0]
        near = sorted(
            self.settings[name],
            key=lambda item: (not item.name.startswith(above), item.name.count("/"), item.name),
        )
        return near[0] if near else None


def find_roots(bundle: Bundle) -> list[str]:
    """The folders in which there are ``pages`` of DokuWiki, the highest first."""
    found: set[str] = set()
    beside: dict[str, set[str]] = defaultdict(set)
    for item in bundle.items:
        parts = item.name.split("/")
        for at in range(min(len(parts) - 1, 12)):
            if parts[at] in _BESIDE:
                beside["/".join(parts[:at])].add(parts[at])
        page = _PAGE.match(item.name)
        if page is not None:
            found.add(page["root"] or "")
    roots = [one for one in found if beside[one] or one.rpartition("/")[2] == "data"]
    return sorted(roots, key=lambda one: (one.count("/") + bool(one), one))


def open_folder(bundle: Bundle) -> Folder:
    """The site in ``bundle``. Raises BadRequest where there is none."""
    roots = find_roots(bundle)
    if not roots:
        words = _(
            "There are no pages of DokuWiki in this. Send its folder “data”, in which there is a"
            " folder “pages”, and “conf” beside it."
        )
        raise BadRequest(words)
    folder = Folder(bundle, roots[0], roots[1:])
    start = f"{folder.root}/" if folder.root else ""
    for item in bundle.items:
        if item.name.startswith(start):
            kind, _slash, rest = item.name[len(start) :].partition("/")
            _take(folder, kind, rest, item)
        above, _slash, name = item.name.rpartition("/")
        if name.endswith((".php", ".conf")) and above.rpartition("/")[2] in _SETTINGS:
            folder.settings[name].append(item)
    return folder


def _take(folder: Folder, kind: str, rest: str, item: BundledFile) -> None:
    id = decode_name(rest).replace("/", ":")
    if kind == "pages" and rest.endswith(".txt"):
        if rest.rpartition("/")[2] in _TEMPLATES:
            folder.templates.append(rest)
        else:
            folder.pages[id.removesuffix(".txt")] = item
    elif kind == "attic" and (found := _STATE.match(id)):
        folder.states[found["id"]][int(found["time"])] = item
    elif kind == "media":
        folder.media[id] = item
    elif kind == "media_attic" and (found := _FILE_STATE.match(id)):
        name = found["stem"] + (found["ending"] or "")
        folder.file_states[name][int(found["time"])] = item
    elif kind == "media_meta" and id.endswith(".changes"):
        folder.file_changes[id.removesuffix(".changes")] = item
    elif kind == "meta":
        for ending, kept in (
            (".changes", folder.changes),
            (".meta", folder.metadata),
            (".comments", folder.comments),
        ):
            if id.endswith(ending) and not id.startswith("_"):
                kept[id.removesuffix(ending)] = item
        if rest == "struct.sqlite3":
            folder.tables = item


def _unpacked(data: bytes, name: str) -> bytes:
    if not name.endswith((".gz", ".bz2")):
        return data
    module = gzip if name.endswith(".gz") else bz2
    try:
        with module.open(BytesIO(data)) as file:
            text: bytes = file.read(TEXT + 1)
    except _DAMAGED as error:
        raise Damaged(name) from error
    if len(text) > TEXT:
        words = _("{name} is larger than {size} MB.")
        raise TooLarge(words.format(name=name, size=TEXT // 1_000_000))
    return text
