"""How a page is called in links: by its path, a former one, its title, or the name of its file.

One order holds everywhere (``projections/links.py`` asks tables by it): what an earlier way finds
is never found otherwise by a later one.
"""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from wiki.errors import BadPath
from wiki.pages.head.frontmatter import Head
from wiki.pages.page import Page
from wiki.pages.paths import ROOT, normalise
from wiki.pages.words import fold, slug

#: letters by which titles are compared: a key of PostgreSQL's has room for so many
KEY = 300
#: the key by which a first page says which software wrote the wiki
DIALECT = "dialect"
#: a file or folder at the top that only this software makes
_SIGNS = ((".obsidian", "obsidian"), ("_Sidebar.md", "gollum"), ("_Footer.md", "gollum"))
#: what software for several languages puts before a path
_LOCALE = re.compile(r"([a-z]{2}(?:-[a-z]{2})?)/(?=.)", re.I)
#: first pages of other software, where there is no ``index.md``
FIRST_PAGES = ("home", "Home", "README")


def title_key(title: str) -> str:
    """What titles are compared by: no case, accents or punctuation, and not without end."""
    return (slug(title) or fold(title.encode("utf-8", "replace").decode().strip()))[:KEY]


def path_key(target: str) -> str:
    """The path that the target of a wiki link may be, "" where it can be none."""
    try:
        return normalise(target.strip()) if target.strip() else ""
    except BadPath:
        return ""


def name_key(path: str) -> str:
    """What the last part of a path is compared by; "" for the root, which has no name."""
    return "" if path == ROOT else title_key(path.rpartition("/")[2])


def without_locale(path: str) -> str:
    """``path`` without the language that it begins with; "" where it begins with none."""
    match = _LOCALE.match(path)
    return path[match.end() :] if match else ""


class Dialect(NamedTuple):
    """How the links of a wiki are meant: ``by_name``, by the name of a page's file wherever it
    lies, where nothing else is called so; ``turned``, their words before their page.

    ``software`` is what wrote it; "" for a wiki that began here.
    """

    software: str = ""
    by_name: bool = False
    turned: bool = False


OURS = Dialect()
_KNOWN = {
    "obsidian": Dialect("Obsidian", by_name=True),
    "gollum": Dialect("Gollum", by_name=True, turned=True),
    "otter": Dialect("Otter Wiki", turned=True),
}


def dialect(head_of: Callable[[str], Head | None], stands: Callable[[str], bool]) -> Dialect:
    """What the first page of a wiki says, ``head_of`` a path, else what ``stands`` at its top."""
    heads = (head_of(path) for path in (ROOT, *FIRST_PAGES))
    first = next((head for head in heads if head is not None), None)
    said = fold(first.text(DIALECT)).partition(" ")[0] if first is not None else ""
    if not said:
        said = next((name for sign, name in _SIGNS if stands(sign)), "")
    return _KNOWN.get(said, OURS)


class Named(NamedTuple):
    """A page by what it is called, without its text."""

    path: str
    title: str
    aliases: tuple[str, ...]


def named(page: Page) -> Named:
    """What ``page`` is called; it is read for that, and keeps what was read."""
    return Named(page.path, page.title, page.aliases)


class Names:
    """The names of some pages, held in memory: for a repository that is no wiki yet."""

    def __init__(self, pages: Iterable[Named]) -> None:
        self._paths: set[str] = set()
        self._aliases: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for page in sorted(pages, key=lambda page: page.path):
            self._paths.add(page.path)
            for alias in page.aliases:
                self._aliases.setdefault(path_key(alias), page.path)
            self._titles.setdefault(title_key(page.title), page.path)
        for path in sorted(self._paths, key=lambda path: (path.count("/"), path)):
            self._names.setdefault(name_key(path), path)

    def find_path(self, path: str) -> str | None:
        """The page at ``path``, now or formerly, or in the language that it begins with."""
        if path == ROOT and ROOT not in self._paths:
            return next((name for name in FIRST_PAGES if name in self._paths), None)
        return self._at(path) or self._at(without_locale(path))

    def _at(self, path: str) -> str | None:
        return path if path in self._paths else self._aliases.get(path)

    def find(self, target: str, *, by_name: bool = False) -> str | None:
        """The page that ``[[target]]`` leads to; None where there is none.

        ``by_name``: where nothing else is called so, by the name of its file.
        """
        by_path, key = path_key(target), title_key(target)
        if by_path and (found := self._at(by_path)):
            return found
        return self._titles.get(key) or (self._names.get(key) if by_name else None)
