"""A folder put on the stage: each text a page, other files beside who shows them first."""

import hashlib
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Protocol

from wiki.api.errors import TooLarge, WikiError
from wiki.api.imports import ImportProgress, Stage
from wiki.api.imports.files import BundledFile, decode_text
from wiki.api.imports.foreign import MARKDOWN, Lose
from wiki.api.paths import file_url, page_url
from wiki.api.translation import gettext as _

from .heads import aliases_of
from .kinds import DOCUMENTS, file_name
from .layout import Layout
from .links import Led, repaired
from .notion import is_database, with_all_rows
from .texts import Repair, read_text

#: bytes of a file that are read: the stage says what is too long for a page or an attachment
MOST = 200_000_000
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".avif", ".tif", ".tiff")
#: what web pages have beside them for their look, and the folder in which browsers save that
_LOOKS = (".css", ".js", ".mjs", ".map", ".woff", ".woff2", ".ttf", ".eot", ".thmx", ".ico")
_OLD = (".doc", ".dot", ".rtf", ".sxw", ".wpd", ".wps", ".pages")
_SAVED = re.compile(r"(.+)[_-](?:files|fichiers|dateien|archivos|file)/", re.I)


class Files(Protocol):
    """What is read: a bundle, or what stands for one."""

    @property
    def items(self) -> list[BundledFile]:
        """As in ``Bundle``."""

    @property
    def refused(self) -> list[str]:
        """As in ``Bundle``."""

    def read(self, item: BundledFile, limit: int) -> bytes:
        """As in ``Bundle``."""


class FolderReader:
    """One folder being read; ``turned`` as in ``repaired``."""

    turned = False

    def __init__(
        self,
        bundle: Files,
        stage: Stage,
        progress: ImportProgress,
        attached: Collection[str] = (),
    ) -> None:
        self.bundle = bundle
        self.stage = stage
        self.progress = progress
        self.items = {item.name: item for item in bundle.items}
        self.layout = Layout(self.items, stage.places, attached)
        self.spaces = set(self.layout.folders.values())
        #: files that were put somewhere; "" for one that could not be kept
        self.placed: dict[str, str] = {}
        #: who put files there, as far as that is known
        self.authors: dict[str, str] = {}

    def run(self) -> None:
        """Names first, so that links find them; then pages with what they show; then the rest."""
        for name in self.bundle.refused:
            self.stage.loss(_("A link of the file system, or a name that leads out"), name)
        for name in self.layout.pages:
            if name.lower().endswith(MARKDOWN):
                text, _guessed = decode_text(self.bundle.read(self.items[name], MOST))
                for word in aliases_of(text):
                    self.layout.call(word, name)
        for done, (name, path) in enumerate(self.layout.pages.items(), 1):
            self._page(name, path)
            self.progress(done, len(self.layout.pages))
        self.put_rest()

    def put_rest(self) -> None:
        """Puts what no page shows beside the page of its folder."""
        for name in sorted(self.items.keys() - self.layout.pages.keys() - self.placed.keys()):
            if self._is_look(name):
                self.stage.loss(_("A file that made the look of a web page"), name)
            else:
                self._file(name, self.layout.beside(name))

    def _page(self, name: str, path: str) -> None:
        def lose(what: str, line: int, detail: str) -> None:
            self.stage.loss(what, f"{path}:{line}" if line else path, detail)

        item, rows = self.items[name], list[tuple[str, str]]()
        if is_database(name):
            item = self.items.get(with_all_rows(name), item)
            self._file(item.name, path)
            rows = self.layout.rows(name)
        try:
            data = self.bundle.read(item, MOST)
            made = read_text(self.stage, name, data, lose, self.repair(name, path, lose), rows)
        except WikiError as error:
            self.stage.loss(_("A document that could not be read"), name, error.words)
            return
        # Without a time of the file: another export of the same text is the same state.
        self.stage.revision(
            path,
            made.text,
            key=f"{name}:{_digest(made.text.encode('utf-8', 'replace'))}",
            author=made.author,
            when=_past(made.when) or item.when,
            space=path in self.spaces,
        )
        if made.private:
            self.stage.restrict(path)

    def repair(self, name: str, path: str, lose: Lose) -> Repair:
        """What leads on the links of the file ``name``, the page at ``path``."""

        def repair(text: str, pictures: Mapping[str, bytes], when: datetime | None) -> str:
            for one, data in pictures.items():
                place = self.stage.places.file(one, path)
                self._put(f"{name}/{one}", place, data, when or self.items[name].when)

            def resolve(target: str, called: bool, line: int) -> Led | None:
                if target in pictures:
                    return self._led(f"{name}/{target}", picture=True)
                found = self.find(target, called, name)
                if found is None:
                    if line:
                        lose(_("A link that leads nowhere"), line, target)
                    return None
                if found in self.layout.pages:
                    to = self.layout.pages[found]
                    return Led(page_url(to), to)
                if found not in self.placed:
                    self._file(found, path)
                return self._led(found, picture=found.lower().endswith(_PICTURES))

            return repaired(text, resolve, turned=self.turned)

        return repair

    def find(self, target: str, called: bool, name: str) -> str | None:
        """The file that a link of the file ``name`` means."""
        if called:
            return self.layout.find_called(target, name)
        bare = target.partition("#")[0].partition("?")[0]
        found = self.layout.find(bare, name)
        if found is None and name.lower().endswith(DOCUMENTS):
            return self.layout.find_alone(bare)
        return found

    def _led(self, name: str, *, picture: bool) -> Led | None:
        """Where a file was put; None where it could not be kept."""
        place = self.placed[name]
        return Led(file_url(place), picture=picture) if place else None

    def _file(self, name: str, beside: str) -> None:
        """Puts a file beside a page."""
        if name.lower().endswith(_OLD):
            self.stage.loss(_("A document of an old or foreign program: save it as .docx"), name)
            self.placed[name] = ""
            return
        place = self.stage.places.file(file_name(name), beside or "index")
        try:
            data = self.bundle.read(self.items[name], MOST)
        except TooLarge as error:
            self.stage.loss(_("A file that is too large"), name, error.words)
            self.placed[name] = ""
            return
        self._put(name, place, data, self.items[name].when)

    def _put(self, name: str, place: str, data: bytes, when: datetime | None) -> None:
        """Puts a file at its place; what it becomes is in ``placed``."""
        key, author = f"{name}:{_digest(data)}", self.authors.get(name, "")
        kept = self.stage.file(place, data, key=key, author=author, when=when)
        self.placed[name] = place if kept else ""

    def _is_look(self, name: str) -> bool:
        """Whether nobody but a browser made something of a file: its page stands beside it."""
        if name.lower().endswith(_LOOKS):
            return any(page.lower().endswith(DOCUMENTS) for page in self.layout.pages)
        saved = _SAVED.match(name)
        return saved is not None and any(
            f"{saved[1]}{one}" in self.layout.pages for one in DOCUMENTS
        )


def _past(when: datetime | None) -> datetime | None:
    """A time of writing; a date to come is of something else, such as a meeting."""
    return when if when is not None and when <= datetime.now(UTC) else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
