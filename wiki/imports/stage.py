"""The stage: what was read of a foreign file, before anything of it is imported.

A folder of its own with a file of SQLite, and attachments by the hash of their bytes. A source
appends to it in its child (``Stage``); who shows or imports it reads it (``inventory.py``).
"""

import hashlib
import re
import sqlite3
import unicodedata
import zlib
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from wiki.config import Settings
from wiki.disk.space import measure_space
from wiki.errors import BadPath, BadRequest, BadUpload, TooLarge
from wiki.files.images import cleaned
from wiki.files.types import identify
from wiki.imports.authors import (
    key_without_address,
    mail_in,
    message_without_addresses,
    name_only,
    without_addresses,
)
from wiki.imports.places import Places
from wiki.imports.present import Present
from wiki.pages.access import MEMBERS, TEAM
from wiki.pages.paths import is_servable, normalise
from wiki.translation import gettext as _

STORE, FILES = "stage.db", "files"
#: rows written at once, characters of what is kept of a key, a loss, and of losses that are kept
_BATCH = 500
_LONGEST_KEY, _LONGEST_DETAIL = 150, 300
_MOST_LOSSES = 100_000
#: spaces at which a line may break: what is shown keeps the others
_APART = re.compile(r"[^\S\u00a0\u202f]+")
#: the part of what the disk has free that a stage may take: it becomes commits beside itself
_STAGED = 3
_TABLES = """
CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    path TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    author TEXT NOT NULL,
    mail TEXT NOT NULL,
    time TEXT NOT NULL,
    seconds REAL,
    message TEXT NOT NULL,
    hash TEXT NOT NULL,
    size INTEGER NOT NULL,
    text BLOB,
    onto TEXT NOT NULL,
    parts TEXT NOT NULL
);
CREATE INDEX entries_path ON entries (path, id);
CREATE TABLE redirects (old TEXT PRIMARY KEY, path TEXT NOT NULL);
CREATE TABLE restrictions (path TEXT PRIMARY KEY, visibility TEXT NOT NULL, readers TEXT NOT NULL);
CREATE TABLE losses (what TEXT NOT NULL, place TEXT NOT NULL, detail TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Bounds:
    """Bytes of a page, of an attachment and of all that is kept; pixels of a picture; how many."""

    page: int
    upload: int
    pixels: int
    total: int = 20_000_000_000
    entries: int = 2_000_000

    @classmethod
    def of(cls, settings: Settings) -> "Bounds":
        """Those of saving in the wiki."""
        free = measure_space(settings.instance).free // _STAGED
        total = min(cls.total, settings.max_content, free)
        return cls(settings.max_page, settings.max_upload, settings.max_pixels, total)


class Stage:
    """What a source puts its pages, files and losses on; it only appends.

    ``into`` is the space to import into, "" for the whole wiki. All paths given here are full ones,
    as in links (``projets/lora``), and begin with ``into``; ``places`` makes some of titles;
    ``present`` are the pages that are here already, ``bounds`` what may be kept. States of a page
    are given in their order, oldest first; pages in any order.
    """

    def __init__(self, folder: Path, into: str, bounds: Bounds) -> None:
        self.into = into
        self.places = Places(into)
        self.present = Present(folder)
        self.bounds = bounds
        self._files = folder / FILES
        self._files.mkdir(parents=True, exist_ok=True)
        store = folder / STORE
        store.unlink(missing_ok=True)
        self._store = sqlite3.connect(store, isolation_level=None)
        # It is made anew after whatever ends its maker: nothing of it needs to last before.
        self._store.execute("PRAGMA journal_mode=OFF")
        self._store.execute("PRAGMA synchronous=OFF")
        self._store.executescript(_TABLES)
        self._store.execute("BEGIN")
        self._waiting = self._bytes = self._entries = self._losses = 0

    def __enter__(self) -> "Stage":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        with closing(self._store), closing(self.present):
            self._store.execute("COMMIT")

    def revision(
        self,
        path: str,
        text: str,
        *,
        key: str = "",
        author: str = "",
        mail: str = "",
        when: datetime | None = None,
        message: str = "",
        space: bool = False,
        onto: bool = False,
        parts: Sequence[str] = (),
    ) -> bool:
        """One state of the page at ``path``; False where it cannot be kept, which is a loss then.

        ``key`` is the source's own stable name of this state, such as a number of a revision: a
        second import brings those keys alone that are not there yet. Without one the path, the time
        and the text are the name. ``author`` is a name, ``mail`` is never published, nor is an
        address in ``author``: whoever has an account with it is asked whether the pages are theirs.
        ``when`` without an offset is in UTC; without any, the state is of the time of the import.
        States of pages with the same author, time and message may become one commit. ``space``:
        others lie below it, its file is ``path/index.md``. ``onto``: it is the text that
        ``present`` has of a page that is here, with something changed; where that is another by
        then, it stays and is told. ``parts`` name what this brings inside a page: next time
        ``present.knows`` them.
        """
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        data = without_addresses(text.replace("\0", "")).encode("utf-8", "replace")
        try:
            path = self._place(path)
        except BadPath:
            self.loss(_("A page whose name cannot be an address"), path)
            return False
        if len(data) > self.bounds.page:
            size = f"{len(data):,} / {self.bounds.page:,}"
            self.loss(_("A page longer than may be saved here"), path, size)
            return False
        file = f"{path}/index.md" if space and path != "index" else f"{path}.md"
        given = (author, mail, when, message)
        there = self.present.blob(path) if onto else ""
        return self._append(path, file, key, data, given, zlib.compress(data, 1), there, parts)

    def file(
        self,
        path: str,
        content: bytes | Path,
        *,
        key: str = "",
        author: str = "",
        mail: str = "",
        when: datetime | None = None,
        message: str = "",
    ) -> bool:
        """An attachment, such as ``projets/lora/photo.png``; False where it cannot be kept.

        It is checked as an upload is: a kind that is not accepted, or that is not what its name
        says, is a loss. Pictures are drawn anew, without what a camera wrote into them.
        """
        try:
            if not is_servable(self._within(path)) or path.endswith(".md"):
                raise BadPath(path)
            data = self._checked(path, content)
        except BadPath:
            self.loss(_("A file whose name cannot be an address"), path)
            return False
        except (BadUpload, TooLarge) as error:
            self.loss(_("A file that is not accepted"), path, error.words)
            return False
        except OSError as error:
            self.loss(_("A file that could not be read"), path, error.strerror or "")
            return False
        kept = self._files / hashlib.sha256(data).hexdigest()
        if not kept.exists():
            self._weigh(data)
            kept.write_bytes(data)
        given = (author, mail, when, message)
        return self._append("", path, key, data, given, None)

    def redirect(self, old: str, path: str) -> None:
        """An old address that leads to the page at ``path``, or to another old address."""
        if old != path:
            self._write("INSERT OR REPLACE INTO redirects VALUES (?, ?)", old, path)

    def restrict(self, path: str, visibility: str = TEAM, readers: Sequence[str] = ()) -> None:
        """The strictest of what was, for all states of the page at ``path``, and all pages below.

        ``visibility``: ``members`` (all with an account) or ``team`` (the team that the page, or
        one above, names; without one, administrators alone). ``readers`` are pages of people, or
        ``groupe:name``, who read it beside a team: of what is said twice, those of both.
        """
        if visibility not in (MEMBERS, TEAM):
            raise ValueError(visibility)
        with suppress(BadPath):
            path = self._place(path)
        asked = "SELECT visibility, readers FROM restrictions WHERE path = ?"
        names = list(readers)
        if (found := self._store.execute(asked, (path,)).fetchone()) is not None:
            before, kept = found[0], found[1].split("\n")
            if before == visibility:
                names = [one for one in kept if one in names]
            elif before == TEAM:
                visibility, names = TEAM, kept
        said = "\n".join(filter(None, names))
        self._write("INSERT OR REPLACE INTO restrictions VALUES (?, ?, ?)", path, visibility, said)

    def loss(self, what: str, where: str, detail: str = "", text: str = "") -> None:
        """Something that could not be carried, for the report.

        ``what`` is a short kind, translated, the same for all of it (“A macro”): losses are grouped
        by it. ``where`` is the page, and perhaps the line (``Accueil:12``); ``detail`` the text
        itself, which is cut. Where ``text``, that of the page, is given, the line at which
        ``detail`` begins in it is added to ``where``.
        """
        if detail and (at := text.find(detail[:40])) >= 0:
            where = f"{where}:{text.count(chr(10), 0, at) + 1}"
        self._losses += 1
        if self._losses <= _MOST_LOSSES:
            words = (_line(part, _LONGEST_DETAIL, apart=_APART) for part in (what, where, detail))
            self._write("INSERT INTO losses VALUES (?, ?, ?)", *words)

    def _append(
        self,
        path: str,
        file: str,
        key: str,
        data: bytes,
        given: tuple[str, str, datetime | None, str],
        text: bytes | None,
        onto: str = "",
        parts: Sequence[str] = (),
    ) -> bool:
        author, mail, when, message = given
        self._entries += 1
        if self._entries > self.bounds.entries:
            raise TooLarge(_("There is more in this file than can be imported at once."))
        digest = hashlib.sha256(data).hexdigest()
        time = None if when is None else when if when.tzinfo else when.replace(tzinfo=UTC)
        own = f"{file}:{digest[:16]}" + (f":{time.isoformat()}" if time else "")
        key = key_without_address(_line(key, 10 * _LONGEST_KEY) or own)
        if len(key) > _LONGEST_KEY:
            key = f"{key[:100]}:{hashlib.sha256(key.encode()).hexdigest()[:16]}"
        found = self._store.execute("SELECT 1 FROM entries WHERE key = ?", (key,)).fetchone()
        if found is not None:
            return True  # the same state, told twice
        self._weigh(text or b"")
        self._write(
            "INSERT INTO entries VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(file, path, key, _line(name_only(author), 200), _line(mail or mail_in(author), 254)),
            *("" if time is None else time.isoformat(), time and time.timestamp()),
            *(
                message_without_addresses(message.replace("\0", "")[:2_000].strip()),
                digest,
                len(data),
                text,
            ),
            *(onto, "\n".join(_line(part, _LONGEST_KEY) for part in parts)),
        )
        return True

    def _weigh(self, data: bytes) -> None:
        """Counts what goes to the disk. Raises TooLarge."""
        self._bytes += len(data)
        if self._bytes > self.bounds.total:
            raise TooLarge(_("These files take more room together than this site has."))

    def _write(self, statement: str, *values: Any) -> None:
        self._store.execute(statement, values)
        self._waiting += 1
        if self._waiting >= _BATCH:
            self._store.execute("COMMIT")
            self._store.execute("BEGIN")
            self._waiting = 0

    def _place(self, path: str) -> str:
        """The path of a page, as saving takes it. Raises BadPath."""
        return self._within(normalise(path))

    def _within(self, path: str) -> str:
        """The path of something in ``into``, in the form that is kept. Raises BadPath."""
        path = unicodedata.normalize("NFC", path)
        if self.into and path != self.into and not path.startswith(f"{self.into}/"):
            raise BadPath(path)
        return path

    def _checked(self, path: str, content: bytes | Path) -> bytes:
        if isinstance(content, Path):
            with content.open("rb") as file:
                content = file.read(self.bounds.upload + 1)
        kind = identify(path.rpartition("/")[2], content, max_bytes=self.bounds.upload)
        if kind.picture:
            return cleaned(content, kind, max_pixels=self.bounds.pixels)
        return content


def into_space(path: str) -> str:
    """The space to import into as it is kept, "" for the whole wiki. Raises BadRequest."""
    try:
        found = normalise(path)
    except BadPath as error:
        raise BadRequest(error.words) from error
    return "" if found == "index" else found


def _line(text: str, most: int, *, apart: re.Pattern[str] = re.compile(r"\s+")) -> str:
    """One line of printable text, whatever stands ``apart`` as one space."""
    words = apart.sub(" ", text.encode("utf-8", "replace").decode().replace("\0", "")).strip()
    return words if len(words) <= most else words[: most - 1] + "…"
