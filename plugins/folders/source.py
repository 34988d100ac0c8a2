"""The source: each text a page, each other file beside the page that shows it first."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from wiki.api.errors import BadRequest, TooLarge
from wiki.api.imports import Choice, ImportProgress, Stage
from wiki.api.imports.files import (
    Bundle,
    BundledFile,
    decode_text,
    is_archive,
    open_bundle,
)
from wiki.api.paths import file_url, page_url
from wiki.api.translation import gettext as _

from .dialects import ours
from .heads import aliases_of, mapped
from .layout import Layout, is_page, title_of
from .links import Led, repaired

#: bytes of a file that are read: the stage says what is too long for a page or an attachment
_MOST = 200_000_000
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".avif", ".tif", ".tiff")


class FolderOfMarkdown:
    """A folder, an archive or a file of Markdown, of any program."""

    @property
    def label(self) -> str:
        return _("Markdown: Obsidian, Notion, Outline, HedgeDoc, BookStack, any folder")

    @property
    def hint(self) -> str:
        return _(
            "A ZIP of Markdown files with what they show: the vault of Obsidian, or what"
            " “Export” gives elsewhere, as Markdown."
        )

    def recognises(self, path: Path) -> bool:
        if path.is_file() and not is_archive(path):
            return is_page(path.name)
        try:
            with open_bundle(path) as bundle:
                return any(is_page(item.name) for item in bundle.items)
        except (BadRequest, TooLarge, OSError):
            return False

    def choices(self, path: Path) -> Sequence[Choice]:
        return ()

    def read(
        self, path: Path, stage: Stage, answers: Mapping[str, str], progress: ImportProgress
    ) -> None:
        with open_bundle(path) as bundle:
            if not any(is_page(item.name) for item in bundle.items):
                raise BadRequest(_("There is no Markdown in this: no file ends in .md."))
            _Reading(bundle, stage, progress).run()


class _Reading:
    """One folder being read."""

    def __init__(self, bundle: Bundle, stage: Stage, progress: ImportProgress) -> None:
        self.bundle = bundle
        self.stage = stage
        self.progress = progress
        self.items = {item.name: item for item in bundle.items}
        self.layout = Layout(self.items, stage.places)
        self.spaces = set(self.layout.folders.values())
        #: files that were put somewhere; "" for one that could not be kept
        self.placed: dict[str, str] = {}

    def run(self) -> None:
        """Names first, so that links find them; then pages with what they show; then the rest."""
        for name in self.bundle.refused:
            self.stage.loss(_("A link of the file system, or a name that leads out"), name)
        for name in self.layout.pages:
            for word in aliases_of(self._text(self.items[name])[0]):
                self.layout.call(word, name)
        for done, (name, path) in enumerate(self.layout.pages.items(), 1):
            self._page(name, path)
            self.progress(done, len(self.layout.pages))
        for name in self.items.keys() - self.layout.pages.keys() - self.placed.keys():
            self._file(name, self.layout.folders.get(name.rpartition("/")[0], ""))

    def _page(self, name: str, path: str) -> None:
        item = self.items[name]
        text, guessed = self._text(item)
        if guessed:
            self.stage.loss(_("A text in another encoding, which was guessed"), path, guessed)

        def lose(what: str, line: int, detail: str) -> None:
            self.stage.loss(what, f"{path}:{line}" if line else path, detail)

        def resolve(target: str, called: bool, line: int) -> Led | None:
            bare = target if called else target.partition("#")[0].partition("?")[0]
            find = self.layout.find_called if called else self.layout.find
            found = find(bare, name)
            if found is None:
                if line:
                    lose(_("A link that leads nowhere"), line, target)
                return None
            if found in self.layout.pages:
                to = self.layout.pages[found]
                return Led(page_url(to), to)
            if found not in self.placed:
                self._file(found, path)
            if not self.placed[found]:
                return None
            picture = found.lower().endswith(_PICTURES)
            return Led(file_url(self.placed[found]), picture=picture)

        headed = mapped(repaired(ours(text, lose), resolve), title_of(name))
        if headed.faulty:
            lose(_("A front matter that cannot be changed: its tags stay tags"), 1, "")
        # Without a time of the file: another export of the same text is the same state.
        digest = hashlib.sha256(headed.text.encode("utf-8", "replace")).hexdigest()[:16]
        self.stage.revision(
            path,
            headed.text,
            key=f"{name}:{digest}",
            author=headed.author,
            when=headed.when or item.when,
            space=path in self.spaces,
        )
        if headed.private:
            self.stage.restrict(path)

    def _text(self, item: BundledFile) -> tuple[str, str]:
        return decode_text(self.bundle.read(item, _MOST))

    def _file(self, name: str, beside: str) -> None:
        """Puts a file beside a page; what it becomes is in ``placed``."""
        item = self.items[name]
        place = self.stage.places.file(name, beside or "index")
        try:
            data = self.bundle.read(item, _MOST)
        except TooLarge as error:
            self.stage.loss(_("A file that is too large"), name, error.words)
            self.placed[name] = ""
            return
        key = f"{name}:{hashlib.sha256(data).hexdigest()[:16]}"
        kept = self.stage.file(place, data, key=key, when=item.when)
        self.placed[name] = place if kept else ""
