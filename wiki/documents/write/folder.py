"""Pages as they are written: a ZIP of Markdown and of the files beside it, as in a clone by git."""

import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from posixpath import commonpath

from wiki.errors import TooLarge
from wiki.pages.page import Page
from wiki.pages.paths import folder_of
from wiki.pages.urls import page_url
from wiki.reading import Reader
from wiki.reading.files import get_file, list_files
from wiki.translation import gettext as _

_BYTES = 150_000_000
_FILES = 2_000
_README = "README.md"


def pages_as_folder(reader: Reader, pages: Sequence[Page]) -> bytes:
    """The pages, which the reader may see, their files, and a README that lists them.

    Raises TooLarge.
    """
    top = _top([page.file for page in pages])
    out, size, count = BytesIO(), 0, 0
    names: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for page in pages:
            for name, data in _files(reader, page):
                size += len(data)
                count += 1
                if size > _BYTES or count > _FILES:
                    raise TooLarge(_("This is too much for one file. Take a smaller part of it."))
                inside = name.removeprefix(top)
                names.add(inside.casefold())
                archive.writestr(inside, data)
        readme = _README if _README.casefold() not in names else "LISEZ-MOI.md"
        archive.writestr(readme, _list(reader, pages, top))
    return out.getvalue()


def _files(reader: Reader, page: Page) -> Iterator[tuple[str, bytes]]:
    yield page.file, page.text.encode()
    after = ""
    while found := list_files(reader, page.path, after):
        for one in found:
            folder = folder_of(page.path)
            name = f"{folder}/{one.name}" if folder else one.name
            yield name, get_file(reader, name).data
        after = found[-1].name


def _top(files: Sequence[str]) -> str:
    """The folder that all of them lie in, which need not be repeated."""
    folders = [name.rpartition("/")[0] for name in files]
    if "" in folders:
        return ""
    return commonpath(folders) + "/"


def _list(reader: Reader, pages: Sequence[Page], top: str) -> str:
    settings = reader.instance.settings
    lines = [
        f"# {pages[0].title}",
        "",
        _("Pages of {site}, as of {day}. They are Markdown: any text editor opens them.").format(
            site=settings.site_name, day=reader.today.isoformat()
        ),
        "",
    ]
    for page in pages:
        address = settings.public_url + page_url(page.path)
        title = page.title.replace("[", "(").replace("]", ")")
        lines.append(f"- [{title}](<{page.file.removeprefix(top)}>), {address}")
    return "\n".join([*lines, ""])
