"""The source: a folder, an archive or a file of texts and documents, of any program."""

from collections.abc import Mapping
from pathlib import Path

from wiki.api.documents import missing_programs
from wiki.api.errors import BadRequest
from wiki.api.imports import ImportProgress, Source, Stage
from wiki.api.imports.files import Bundle, is_archive, open_bundle
from wiki.api.imports.foreign import MARKDOWN
from wiki.api.translation import gettext as _
from wiki.api.translation import lazy

from .bookstack import BookStack, is_export
from .kinds import is_page
from .reader import FolderReader


class Folder(Source):
    """A folder, an archive or a file: Markdown, Word, LibreOffice and web pages, mixed."""

    general = True

    label = lazy("Word, LibreOffice, HTML, Markdown")

    hint = lazy(
        "A ZIP of documents and texts with what they show: a folder of Word, LibreOffice or"
        " HTML files, the vault of Obsidian, or what “Export” gives in Notion, Outline,"
        " HedgeDoc or BookStack."
    )

    def is_own(self, path: Path) -> bool:
        if path.is_file() and not is_archive(path):
            return is_page(path.name)
        with open_bundle(path) as bundle:
            return _has_pages(bundle)

    def read(
        self, path: Path, stage: Stage, answers: Mapping[str, str], progress: ImportProgress
    ) -> None:
        with open_bundle(path) as bundle:
            if not _has_pages(bundle):
                words = _("There is no document in this: no file ends in {endings}.")
                raise BadRequest(words.format(endings=".docx, .odt, .html, .md"))
            book = BookStack(bundle) if is_export(bundle) else None
            files = book or bundle
            if not any(item.name.lower().endswith(MARKDOWN) for item in files.items) and (
                words := missing_programs()
            ):
                raise BadRequest(words)
            FolderReader(files, stage, progress, book.attached if book else ()).run()


def _has_pages(bundle: Bundle) -> bool:
    return is_export(bundle) or any(is_page(item.name) for item in bundle.items)
