"""The pages and files of a site, where each stands here, and what a link means there (pure)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from wiki.api.imports import Places
from wiki.api.imports.dialects import Target
from wiki.api.paths import file_url, slug

from .ids import absolute, clean_id
from .settings import Settings

#: the folder of files that lie in no namespace
ROOT_FILES = "media"
_WEB = re.compile(r"(?:https?|ftps?|mailto|tel|geo|callto):", re.I)
_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,100}@[\w-]{1,100}(?:\.[\w-]{1,60}){1,8}")
_SHORTCUT = re.compile(r"([\w.-]{1,40})>(.*)", re.S)
_PLACEHOLDER = re.compile(r"\{(URL|NAME|SCHEME|HOST|PORT|PATH|QUERY)\}")
_STEPS = 10


@dataclass
class Names:
    """Each page and file of a site with its place here; ``redirects`` are pages that lead on."""

    settings: Settings
    places: Places
    pages: dict[str, str] = field(default_factory=dict)
    spaces: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    #: pages whose namespace has another page of its own
    doubled: list[str] = field(default_factory=list)
    _alike: dict[str, str] = field(default_factory=dict)

    def settle(self, pages: Iterable[str], files: Iterable[str]) -> None:
        """Gives each page and file its place; equal input, equal places."""
        ids = sorted(pages)
        known = set(ids)
        names = sorted(files)
        above = {id.rpartition(":")[0] for id in (*ids, *names)}
        spaces = {":".join(one.split(":")[:length]) for one in above for length in range(1, 40)}
        self.spaces[""] = self.places.into
        for space in sorted(spaces - {""}, key=lambda one: (one.count(":"), one)):
            over, _colon, last = space.rpartition(":")
            self.spaces[space] = self.places.page(last, self.spaces[over])
        for space, path in self.spaces.items():
            own = self._own_page(space, known)
            if own is not None and path:
                self.pages[own] = path
        for id in ids:
            if id not in self.pages:
                over, _colon, last = id.rpartition(":")
                if id in self.spaces:
                    self.doubled.append(id)
                self.pages[id] = self.places.page(last, self.spaces[over])
        for id in names:
            over, _colon, last = id.rpartition(":")
            self.files[id] = self.places.file(last, self.file_space(over))
        for id in ids:
            self._alike.setdefault(_loose(id), id)

    def file_space(self, space: str) -> str:
        """The page that the files of a namespace lie beside."""
        into = self.places.into
        return self.spaces[space] if space else f"{into}/{ROOT_FILES}" if into else ROOT_FILES

    def _own_page(self, space: str, known: set[str]) -> str | None:
        """The first page of a namespace, as DokuWiki finds it."""
        start = self.settings.start
        if not space:
            return start if start in known else None
        ones = (f"{space}:{start}", f"{space}:{space.rpartition(':')[2]}", space)
        return next((one for one in ones if one in known), None)

    # What texts are read against

    @property
    def links_by_capitals(self) -> bool:
        """See Site of ``syntax``."""
        return self.settings.says("camelcase")

    def link(self, raw: str, page: str) -> Target:
        """See Site of ``syntax``."""
        if found := _SHORTCUT.fullmatch(raw):
            return self._elsewhere(found[1].lower(), found[2].strip(), page)
        if _WEB.match(raw):
            to = quote(raw, safe="/:?#[]@!$&'()*+,;=%~")
            return Target("web", to, raw.removeprefix("mailto:"))
        if _MAIL.fullmatch(raw):
            return Target("web", f"mailto:{raw}", raw)
        if raw.startswith("\\\\") or "://" in raw:
            return Target("nowhere", "", raw)
        name, _hash, anchor = raw.partition("#")
        name = name.partition("?")[0].strip()
        anchor = " ".join(anchor.replace("_", " ").split())
        if not name:
            return Target("page", "", anchor or raw, anchor=anchor)
        id = self.find(name, page)
        words = anchor or self._words(name, id)
        path = self.pages.get(id, "")
        for _step in range(_STEPS):
            if id not in self.redirects:
                break
            id = self.find(self.redirects[id], id)
            path = self.pages.get(id, "")
        return Target("page", path or self.address_of(id), words, anchor=anchor)

    def medium(self, raw: str, page: str) -> Target:
        """See Site of ``syntax``."""
        if re.match(r"(?:https?|ftp)://", raw, re.I):
            name = urlsplit(raw).path.rpartition("/")[2] if "]" not in raw else ""
            return Target("web", raw, name or raw)
        if found := _SHORTCUT.fullmatch(raw):
            return self._elsewhere(found[1].lower(), found[2].strip(), page)
        raw = raw.partition("#")[0].strip()
        said = absolute(raw, page, slashes=self.settings.says("useslash"))
        for id in self._ids(said):
            if id in self.files:
                return Target("file", file_url(self.files[id]), id.rpartition(":")[2])
        over, _colon, last = clean_id(said).rpartition(":")
        stem, dot, ending = last.rpartition(".") if "." in last else (last, "", "")
        below = self.file_space(over) if over in self.spaces else self.address_of(f"{over}:x")[:-2]
        name = f"{slug(stem) or 'file'}{dot}{slug(ending)}"
        return Target("file", file_url(f"{below}/{name}"), last or raw, there=False)

    def find(self, raw: str, page: str) -> str:
        """The id of the page that ``raw`` means in ``page``, also of one that is not there."""
        said = absolute(raw, page, slashes=self.settings.says("useslash"))
        space = said.endswith(":")
        ids = list(self._ids(said.rstrip(":")))
        for id in ids:
            for one in self._candidates(id, space=space):
                if one in self.pages or one in self.redirects:
                    return one
        for id in ids:
            if (found := self._alike.get(_loose(id))) is not None and not space:
                return found
        return f"{ids[0]}:{self.settings.start}".lstrip(":") if space else ids[0]

    def _candidates(self, id: str, *, space: bool) -> Iterable[str]:
        if not space:
            yield id
            if self.settings.says("autoplural"):
                yield id[:-1] if id.endswith("s") else f"{id}s"
            return
        yield f"{id}:{self.settings.start}".lstrip(":")
        yield f"{id}:{id.rpartition(':')[2]}"
        yield id

    def _ids(self, said: str) -> Iterable[str]:
        """What DokuWiki makes of a name: without accents, or where the site keeps them, with."""
        slashes = self.settings.says("useslash")
        keeps = self.settings.values.get("deaccent") == "0"
        for accents in (keeps, not keeps):
            yield clean_id(said, accents=accents, slashes=slashes)

    def _words(self, raw: str, id: str) -> str:
        if self.settings.says("useheading") and self.titles.get(id):
            return self.titles[id]
        said = raw.rstrip(":").rpartition(":")[2].lstrip(".~").strip()
        return said or id.rpartition(":")[2] or raw

    def address_of(self, id: str) -> str:
        """The place that a page would have that is not there."""
        over, _colon, last = id.rpartition(":")
        parts = [slug(one)[:80] or "page" for one in over.split(":") if one]
        below = self.spaces.get(over) or "/".join(filter(None, [self.places.into, *parts]))
        return "/".join(part for part in (below, slug(last)[:80] or "page") if part)

    def _elsewhere(self, word: str, name: str, page: str) -> Target:
        """Where a name of another site is, which begins with the word for that."""
        form = self.settings.shortcuts.get(word)
        if form is None:
            return Target("nowhere", "", name)
        if form.startswith(":"):
            return self.link(_PLACEHOLDER.sub(lambda _one: name, form), page)
        name, sign, section = name.partition("#")
        if _PLACEHOLDER.search(form) is None:
            form += "{URL}"
        to = _PLACEHOLDER.sub(lambda one: _PARTS[one[1]](name), form)
        if not _WEB.match(to):
            return Target("nowhere", "", name)
        return Target("web", quote(f"{to}{sign}{section}", safe="/:?#[]@!$&'()*+,;=%~"), name)


_PARTS: Mapping[str, Callable[[str], str]] = {
    "URL": lambda name: quote(name, safe=""),
    "NAME": lambda name: quote(name.replace(" ", "_"), safe="/:#?&=%()',;@!$*+"),
    "SCHEME": lambda name: _split(name)[0],
    "HOST": lambda name: _split(name)[1],
    "PORT": lambda name: "443" if _split(name)[0] == "https" else "80",
    "PATH": lambda name: _split(name)[2],
    "QUERY": lambda name: _split(name)[3],
}


def _split(name: str) -> tuple[str, str, str, str]:
    try:
        found = urlsplit(name)
    except ValueError:
        return "", "", "", ""
    return found.scheme, found.netloc, found.path, found.query


def _loose(id: str) -> str:
    """What two ids share that differ in accents and signs alone."""
    return ":".join(slug(part) or part for part in id.split(":"))
