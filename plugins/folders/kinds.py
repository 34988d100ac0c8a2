"""What each file of a folder is, by its name alone: a page, or a file that pages show (pure)."""

import re
from collections.abc import Collection, Iterator

from wiki.api.imports.foreign import MARKDOWN

from .notion import is_database

DOCUMENTS = (".docx", ".docm", ".odt", ".html", ".htm", ".xhtml")
_PACKED = (".docx", ".docm", ".odt")
#: folders in which programs that write Markdown keep what it shows
_SHELVES = frozenset({"uploads", "attachments", "assets", "media", "_resources"})
#: what Notion puts behind each name
_NOTION = re.compile(r"[ _-]?([0-9a-f]{32})$")


def is_page(name: str) -> bool:
    """Whether the file called ``name`` is a page."""
    return name.lower().endswith((*MARKDOWN, *DOCUMENTS)) or is_database(name)


def title_of(name: str) -> str:
    """What a file or a folder is called: no folders, no ending, no id of Notion."""
    last = name.rpartition("/")[2]
    stem = last.rpartition(".")[0] if is_page(last) else last
    return _NOTION.sub("", stem) or stem


def notion_id(stem: str) -> str:
    """The id that Notion put behind a name without ending; "" for none."""
    found = _NOTION.search(stem)
    return found[1] if found else ""


def has_id(name: str) -> bool:
    """Whether Notion put an id behind the name of a file."""
    stem = name.rpartition("/")[2].rpartition(".")[0]
    return _NOTION.search(stem.removesuffix("_all")) is not None


def file_name(name: str) -> str:
    """What a file that is no page is called: no folders, no id of Notion."""
    stem, dot, ending = name.rpartition("/")[2].rpartition(".")
    bare = _NOTION.sub("", stem.removesuffix("_all")) if has_id(name) else stem
    return f"{bare or stem}{dot}{ending}"


def shelf(folder: str) -> str | None:
    """The folder in which one lies where files are kept that pages show; None where it is none."""
    parts = folder.split("/")
    found = next((at for at, part in enumerate(parts) if part.lower() in _SHELVES), None)
    return None if found is None else "/".join(parts[:found])


def pages_among(names: Collection[str]) -> Iterator[str]:
    """The files that become pages.

    Not so documents that belong to a page of Markdown: in a folder called as it, as files of our
    own export are, or in one for such files. A database of Notion may be a web page already.
    """
    has_markdown = any(name.lower().endswith(MARKDOWN) for name in names)
    for name in filter(is_page, names):
        folder, stem = name.rpartition("/")[0], name.rpartition(".")[0]
        owners: tuple[str, ...] = ()
        if is_database(name):
            owners = (f"{stem}.md", f"{stem}.html")
        elif has_markdown and name.lower().endswith(_PACKED):
            if shelf(folder) is not None:
                continue
            owners = (f"{folder}.md", f"{folder}/index.md", f"{folder}/_index.md")
        if not any(owner in names for owner in owners):
            yield name
