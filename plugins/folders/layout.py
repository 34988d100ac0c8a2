"""Where each file of a folder goes, and which file a link means (pure)."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from posixpath import normpath
from urllib.parse import quote, unquote

from wiki.api.imports import Places
from wiki.api.imports.foreign import MARKDOWN, OWN

from .kinds import is_page, notion_id, pages_among, shelf, title_of


class Layout:
    """The pages' addresses by the names of their files, and files by what links call them."""

    def __init__(
        self, names: Collection[str], places: Places, attached: Collection[str] = ()
    ) -> None:
        self.names = sorted(names)
        self._texts = {name for name in pages_among(names) if name not in attached}
        self.pages: dict[str, str] = {}
        #: the address that belongs to each folder
        self.folders: dict[str, str] = {"": places.into}
        self._places = places
        #: the page that is a folder's own
        self._own: dict[str, str] = {}
        self._called: dict[str, list[str]] = defaultdict(list)
        self._ids: dict[str, str] = {}
        self._known = {_key(name): name for name in self.names}
        self._loose: dict[str, str] = {}
        for name in self.names:
            self._loose.setdefault(_loose(name), name)
        below = self._below = defaultdict[str, list[str]](list)
        folders: dict[str, set[str]] = defaultdict(set)
        for name in self.names:
            above, _slash, _last = name.rpartition("/")
            below[above].append(name)
            while above:
                over = above.rpartition("/")[0]
                folders[over].add(above)
                above = over
        start = self._start = _common(below, folders)
        self.folders[start] = places.into
        self._open_start(start, below[start])
        waiting = [start]
        while waiting:
            folder = waiting.pop()
            self._place_folder(folder, below[folder])
            for one in sorted(folders[folder]):
                self._open_folder(one, below[folder], below[one])
                waiting.append(one)
        for name in self.names:
            self._note_names(name)

    def call(self, word: str, name: str) -> None:
        """Notes another word that links call the page ``name`` by."""
        self._called[_key(word)].append(name)

    def find(self, target: str, source: str) -> str | None:
        """The file that a link of the file ``source`` means; None where there is none."""
        target = unquote(target).strip().replace("\\", "/")
        own = source.rpartition(".")[0]
        for ending in ("", *MARKDOWN):
            # What is attached to a page of An Otter Wiki lies in a folder of its name.
            for start in (source.rpartition("/")[0], own, self._start, ""):
                name = normpath(f"{start}/{target}{ending}".strip("/"))
                if (found := self._known.get(_key(name)) or self._own.get(_key(name))) is not None:
                    return found
        for start in (source.rpartition("/")[0], self._start):
            name = normpath(f"{start}/{target}".strip("/"))
            if (found := self._loose.get(_loose(name))) is not None and name != ".":
                return found
        return self._ids.get(notion_id(re.sub(r"\.(?:md|html|csv)$", "", target)))

    def find_alone(self, target: str) -> str | None:
        """The only file of that name: an address on somebody's disk says no more."""
        ones = set(self._called.get(_key(unquote(target).rpartition("/")[2]), ()))
        return ones.pop() if len(ones) == 1 else None

    def beside(self, name: str) -> str:
        """The address beside which a file goes that no page shows."""
        folder = name.rpartition("/")[0]
        return self.folders.get(shelf(folder) or folder, "")

    def rows(self, name: str) -> list[tuple[str, str]]:
        """The pages in the folder of a database: titles, and rooted addresses in the folder."""
        folder = name.rpartition(".")[0]
        names = (one for one in self._below[folder] if one in self.pages)
        return [(title_of(one), f"/{quote(one)}") for one in names]

    def find_called(self, word: str, source: str) -> str | None:
        """What ``[[word]]`` means: by its place, else by its name alone, the nearest first."""
        if (found := self.find(word, source)) is not None:
            return found
        near = source.rpartition("/")[0]
        ones = self._called.get(_key(word.rpartition("/")[2]), ())
        return min(
            ones, key=lambda one: (not one.startswith(near), one.count("/"), one), default=None
        )

    def _place_folder(self, folder: str, names: list[str]) -> None:
        for name in names:
            if name in self._texts and name not in self.pages:
                self.pages[name] = self._places.page(title_of(name), self.folders[folder])

    def _open_start(self, folder: str, within: list[str]) -> None:
        """The page of the space that all goes into, where the folder has one."""
        own = next(
            (name for name in within if name in self._texts and _is_own(title_of(name), "")), None
        )
        if own is not None and self._places.into and self._places.take(self._places.into):
            self.pages[own] = self._places.into

    def _open_folder(self, folder: str, beside: list[str], within: list[str]) -> None:
        """An address for a folder: that of the page of its name, or of its own page."""
        last = folder.rpartition("/")[2]
        pages = [name for name in beside if name in self.pages]
        same = [name for name in pages if name.rpartition("/")[2].rpartition(".")[0] == last]
        same = same or [name for name in pages if title_of(name) == title_of(last)]
        if len(same) == 1:
            self.folders[folder] = self.pages[same[0]]
            self._own[_key(folder)] = same[0]
            return
        above = self.folders[folder.rpartition("/")[0]] if "/" in folder else self.folders[""]
        self.folders[folder] = self._places.page(title_of(last), above)
        own = next(
            (name for name in within if name in self._texts and _is_own(title_of(name), last)), None
        )
        if own is not None:
            self.pages[own] = self.folders[folder]
            self._own[_key(folder)] = own

    def _note_names(self, name: str) -> None:
        last = name.rpartition("/")[2]
        self._called[_key(last)].append(name)
        if name in self._texts:
            stem = last.rpartition(".")[0]
            self._called[_key(stem)].append(name)
            if id := notion_id(stem):
                self._ids.setdefault(id, name)
                self._called[_key(title_of(name))].append(name)


def _is_own(title: str, folder: str) -> bool:
    return title.lower() in OWN or title == title_of(folder)


def _common(below: dict[str, list[str]], folders: dict[str, set[str]]) -> str:
    """The folder that all else is in: an archive often begins with one."""
    start = ""
    while not below[start] and len(folders[start]) == 1:
        (start,) = folders[start]
    return start


def _loose(name: str) -> str:
    """A name without its ending, where blanks, hyphens and underlines are the same."""
    stem = name.rpartition(".")[0] if is_page(name) else name
    return re.sub(r"[ _-]+", " ", _key(stem))


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
