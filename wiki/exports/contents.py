"""What an export holds: the pages and the files of one commit that its reader may have.

Git says what there is, the policy who may read it, page by page: the same question as for a page in
a browser. Proposals, drafts, old versions and private rows lie elsewhere, and are in no export.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from wiki.errors import TooLarge
from wiki.files.object_store import ObjectDamaged, ObjectLost
from wiki.pages.paths import files_of, is_servable, owner_of, page_of
from wiki.reading import Reader
from wiki.reading.files import file_of
from wiki.translation import gettext as _

#: pages whose texts are asked of git at once
_AHEAD = 50


class PageFile(NamedTuple):
    """A page: its path, the file that holds it, the hash of its bytes."""

    path: str
    file: str
    blob: str


class Attachment(NamedTuple):
    """A file beside a page."""

    file: str
    blob: str


@dataclass(frozen=True)
class Contents:
    """Pages and files, each by path."""

    pages: list[PageFile]
    attachments: list[Attachment]


#: told how many of how many pages are done; what it raises ends the export
Progress = Callable[[int, int], object]


def contents_of(reader: Reader) -> Contents:
    """All that ``reader`` may have."""
    pages: dict[str, PageFile] = {}
    attachments = []
    for file, blob in reader.instance.repository.files(reader.commit):
        path = page_of(file)
        if path is not None:
            # Of two files for one page the wiki shows the first, whichever git tells first.
            if reader.may_read(path) and (path not in pages or files_of(path)[0] == file):
                pages[path] = PageFile(path, file, blob)
        elif not file.endswith(".md") and is_servable(file) and reader.may_read(owner_of(file)):
            attachments.append(Attachment(file, blob))
    return Contents([pages[path] for path in sorted(pages)], sorted(attachments))


def read_pages(
    reader: Reader, pages: list[PageFile], progress: Progress = lambda _done, _total: None
) -> Iterator[tuple[PageFile, bytes]]:
    """Each page with its bytes, a few in memory at a time."""
    repository = reader.instance.repository
    for start in range(0, len(pages), _AHEAD):
        some = pages[start : start + _AHEAD]
        repository.read_ahead([one.blob for one in some])
        for number, one in enumerate(some, start):
            progress(number, len(pages))
            yield one, repository.read_blob(one.blob)
    progress(len(pages), len(pages))


def read_attachments(
    reader: Reader, attachments: list[Attachment], report: "Report"
) -> Iterator[tuple[Attachment, Iterable[bytes]]]:
    """Each file with its bytes, some at a time; one that cannot be had is reported."""
    for one in attachments:
        try:
            pieces = file_of(reader, one.blob).checked_stream()
        except TooLarge:
            report.problem(one.file, _("This file is too large to be exported: take it by git."))
        except (ObjectLost, ObjectDamaged) as error:
            report.problem(one.file, error.words)
        else:
            yield one, pieces


class Report:
    """What became of an export: how much is in it, and what is not as it was."""

    def __init__(self) -> None:
        self.pages = 0
        self.attachments = 0
        #: (path, what is wrong with it)
        self.problems: list[tuple[str, str]] = []
        #: (name as it was, name in the export)
        self.renamed: list[tuple[str, str]] = []

    def problem(self, path: str, words: str) -> None:
        """Notes that ``path`` is not in the export as it should be."""
        self.problems.append((path, words))

    def lines(self) -> Iterator[str]:
        """The report in words."""
        for path, words in self.problems:
            yield f"{path}: {words}"
        for old, new in self.renamed:
            yield _("{old} is called {new} here.").format(old=old, new=new)
