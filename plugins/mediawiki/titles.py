"""Titles of a site elsewhere: their namespaces, and where each page and file stands here (pure)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from wiki.api.imports import Places
from wiki.api.imports.dialects import Target
from wiki.api.paths import file_url, slug

from .wikitext.nodes import Nodes

MAIN, TALK, USER, FILE, TEMPLATE, CATEGORY, MODULE = 0, 1, 2, 6, 10, 14, 828
_MEDIA, _SPECIAL, _SOFTWARE = -2, -1, 8
#: what the software is told in pages: of no use here
LEFT_OUT = frozenset({_SOFTWARE, TEMPLATE, MODULE, 2300, 2302, 2600, 710, 486})
#: names that every site reads, and those of some languages, beside its own
_NAMES: Mapping[str, int] = {
    "media": _MEDIA,
    "special": _SPECIAL,
    "talk": TALK,
    "user": USER,
    "user talk": 3,
    "project": 4,
    "project talk": 5,
    "file": FILE,
    "image": FILE,
    "file talk": 7,
    "image talk": 7,
    "mediawiki": _SOFTWARE,
    "template": TEMPLATE,
    "help": 12,
    "category": CATEGORY,
    "module": MODULE,
    "média": _MEDIA,
    "spécial": _SPECIAL,
    "discussion": TALK,
    "utilisateur": USER,
    "utilisatrice": USER,
    "discussion utilisateur": 3,
    "discussion utilisatrice": 3,
    "fichier": FILE,
    "modèle": TEMPLATE,
    "aide": 12,
    "catégorie": CATEGORY,
    "datei": FILE,
    "bild": FILE,
    "vorlage": TEMPLATE,
    "kategorie": CATEGORY,
    "benutzer": USER,
    "archivo": FILE,
    "categoría": CATEGORY,
}
#: sites that a new MediaWiki knows by a word
_ELSEWHERE: Mapping[str, str] = {
    **dict.fromkeys(("w", "wikipedia", "wikipédia"), "https://{language}.wikipedia.org/wiki/"),
    **dict.fromkeys(("wikt", "wiktionary"), "https://{language}.wiktionary.org/wiki/"),
    **dict.fromkeys(("s", "wikisource"), "https://{language}.wikisource.org/wiki/"),
    **dict.fromkeys(("b", "wikibooks"), "https://{language}.wikibooks.org/wiki/"),
    **dict.fromkeys(("v", "wikiversity"), "https://{language}.wikiversity.org/wiki/"),
    **dict.fromkeys(("voy", "wikivoyage"), "https://{language}.wikivoyage.org/wiki/"),
    **dict.fromkeys(("c", "commons"), "https://commons.wikimedia.org/wiki/"),
    **dict.fromkeys(("d", "wikidata"), "https://www.wikidata.org/wiki/"),
    **dict.fromkeys(("m", "meta", "metawikimedia"), "https://meta.wikimedia.org/wiki/"),
    **dict.fromkeys(("mw", "mediawikiwiki"), "https://www.mediawiki.org/wiki/"),
    "doi": "https://doi.org/",
    "rfc": "https://datatracker.ietf.org/doc/html/rfc",
    "google": "https://www.google.com/search?q=",
}
_LANGUAGES = frozenset(
    [
        "fr",
        "en",
        "de",
        "es",
        "it",
        "pt",
        "nl",
        "eo",
        "oc",
        "br",
        "ca",
        "eu",
        "pl",
        "sv",
        "da",
        "no",
        "fi",
        "cs",
        "ru",
        "uk",
        "ar",
        "zh",
        "ja",
        "ko",
    ]
)


@dataclass
class Known:
    """A page of the site: its namespace, its number there, where it leads if it says nothing."""

    namespace: int
    id: int
    redirect: str | None
    path: str = ""
    #: the number of its newest state
    last: str = ""


class Titles:
    """All titles of one site; ``settle`` gives each its place, then links can be followed."""

    def __init__(self, name: str, base: str, namespaces: Mapping[int, str], places: Places) -> None:
        self.name = name
        self._places = places
        self._own = dict(namespaces)
        self._numbers = dict(_NAMES) | {
            one.lower(): number for number, one in namespaces.items() if one
        }
        self.pages: dict[str, Known] = {}
        self.files: dict[str, str] = {}
        self._templates: dict[str, Nodes] = {}
        self.language = next(
            (part for part in re.split(r"[/.]+", base)[1:2] if part in _LANGUAGES), "fr"
        )
        self.home = self.full(unquote(base.rpartition("/")[2]).rpartition("title=")[2] or "")

    # Titles

    def parted(self, title: str) -> tuple[int, str]:
        """The namespace of a title and what it is called there."""
        title = " ".join(title.replace("_", " ").split()).lstrip(":").strip()
        space, colon, name = title.partition(":")
        number = self._numbers.get(space.strip().lower(), MAIN) if colon else MAIN
        name = name.strip() if number else title
        return number, name[:1].upper() + name[1:]

    def full(self, title: str) -> str:
        """A title as the site itself writes it."""
        number, name = self.parted(title)
        return self.titled(number, name) if name else ""

    def titled(self, number: int, name: str) -> str:
        """The full title of ``name`` in a namespace."""
        return f"{self.space(number)}:{name}" if number else name

    def space(self, number: int) -> str:
        """What a namespace is called."""
        own = self._own.get(number)
        return own or next((word.capitalize() for word, one in _NAMES.items() if one == number), "")

    # Places

    def add(self, title: str, namespace: int, id: str, redirect: str | None) -> Known | None:
        """Notes a page; None where its title is there already."""
        name = self.full(title)
        known = self.pages.get(name)
        if known is not None:
            return known if known.id == _identity(id) else None
        known = self.pages[name] = Known(namespace, _identity(id), redirect)
        return known

    def settle(self) -> None:
        """Gives all pages their places: equal exports, equal places."""
        order = sorted(self.pages.items(), key=lambda one: (one[0].count("/"), one[1].id, one[0]))
        for wanted in (False, True):  # those that say something come before those that lead to them
            for title, known in order:
                if known.namespace % 2 == 0 and bool(known.redirect) is wanted:
                    self._settle(title, known)
        for title, known in order:
            if known.namespace % 2 and known.namespace > 0:
                self._settle_discussion(title, known)

    def _settle(self, title: str, known: Known) -> None:
        number, name = self.parted(title)
        if number in LEFT_OUT or number < 0:
            return
        if title == self.home and self._places.into and self._places.take(self._places.into):
            known.path = self._places.into
            return
        above, slash, last = name.rpartition("/")
        parent = self.pages.get(self.titled(number, above)) if slash else None
        if parent is not None and parent.path and last:
            known.path = self._places.page(last, parent.path)
        else:
            known.path = self._places.page(name, self._below(number))

    def _settle_discussion(self, title: str, known: Known) -> None:
        number, name = self.parted(title)
        subject = self.pages.get(self.titled(number - 1, name))
        if subject is not None and subject.path:
            known.path = self._places.page(self.space(TALK), subject.path)
        elif number - 1 not in LEFT_OUT:
            known.path = self._places.page(name, self._below(number))

    def _below(self, number: int) -> str:
        """The place below which the pages of a namespace lie; "" where that is all of it."""
        if not number:
            return ""
        name = slug(self.space(number)) or f"ns-{number}"
        return f"{self._places.into}/{name}".lstrip("/")

    def file_place(self, name: str) -> str:
        """Where the file called ``name`` lies, or would."""
        name = self.parted(f"File:{name}")[1]
        if name not in self.files:
            stem, _dot, extension = name.rpartition(".")
            return f"{self._below(FILE)}/{slug(stem) or 'file'}.{slug(extension)}"
        return self.files[name]

    def add_file(self, name: str) -> str:
        """Gives a file its place."""
        name = self.parted(f"File:{name}")[1]
        if name not in self.files:
            self.files[name] = self._places.file(name, self._below(FILE))
        return self.files[name]

    # What texts are read against

    def add_template(self, title: str, body: Nodes) -> None:
        """Notes what a template puts into pages."""
        self._templates[self.full(title)] = body

    def template(self, name: str) -> Nodes | None:
        """See Site."""
        number, bare = self.parted(name)
        if number == MAIN and not name.lstrip().startswith(":"):
            number = TEMPLATE
        title = self.titled(number, bare)
        for _step in range(5):
            known = self.pages.get(title)
            if known is None or not known.redirect:
                break
            title = self.full(known.redirect)
        return self._templates.get(title)

    def target(self, title: str, page: str) -> Target:
        """See Site."""
        direct = title.startswith(":")
        bare = title.lstrip(": ")
        if bare.startswith(("/", "../")):
            bare = _beside(bare, page)
        number, name = self.parted(bare)
        if number == _MEDIA or (number == FILE and not direct):
            there = self.parted(f"File:{name}")[1] in self.files
            return Target("file", file_url(self.file_place(name)), name, there)
        if number == CATEGORY and not direct:
            return Target("category", name, name)
        if number < 0 or number in LEFT_OUT:
            return Target("nowhere", "", bare)
        path = self._path(self.titled(number, name))
        if path:
            return Target("page", path, bare)
        if number == MAIN and (web := self._elsewhere(bare, direct)):
            return web
        if number == FILE:
            return Target("file", file_url(self.file_place(name)), name)
        return Target("page", self._would_be(number, name), bare)

    def _path(self, title: str) -> str:
        """Where a page stands, or the one that it leads to."""
        for _step in range(10):
            known = self.pages.get(title)
            if known is None:
                return ""
            if not known.redirect:
                return known.path
            title = self.full(known.redirect)
        return ""

    def _would_be(self, number: int, name: str) -> str:
        """The place that a page would have that is not there."""
        below = self._below(number) or self._places.into
        parts = [slug(name)[:80] or "page"]
        if number % 2 and (subject := self._path(self.titled(number - 1, name))):
            below, parts = subject, [slug(self.space(TALK))]
        return "/".join(part for part in (below, *parts) if part)

    def _elsewhere(self, title: str, direct: bool) -> Target | None:
        """Where a title of another site is, which begins with the word for that."""
        prefix, _colon, rest = (part.strip() for part in title.partition(":"))
        prefix, language = prefix.lower(), self.language
        if not rest:
            return None
        if prefix in _ELSEWHERE:
            inner, _colon, more = (part.strip() for part in rest.partition(":"))
            if more and inner.lower() in _LANGUAGES:
                language, rest = inner.lower(), more
            to = _ELSEWHERE[prefix].format(language=language)
            return Target("web", to + quote(rest.replace(" ", "_"), safe="/:#()',"), rest)
        if prefix not in _LANGUAGES:
            return None
        if not direct:
            return Target("language", prefix, rest)
        to = f"https://{prefix}.wikipedia.org/wiki/{quote(rest.replace(' ', '_'))}"
        return Target("web", to, rest)


def _beside(title: str, page: str) -> str:
    """A title that is said from ``page``: ``/below``, ``../beside``."""
    if title.startswith("/"):
        return f"{page}/{title.strip('/')}"
    parts = page.split("/")
    while title.startswith("../"):
        title, parts = title[3:], parts[:-1]
    return "/".join(part for part in (*parts, title.strip("/")) if part) or page


def _identity(id: str) -> int:
    return int(id) if id.isascii() and id.isdigit() and len(id) < 18 else 0
