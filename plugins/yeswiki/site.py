"""The site as it was, and where each of its pages and files stands here: links can be followed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from wiki.api.imports import Places
from wiki.api.imports.dialects import Target
from wiki.api.meaning import fold
from wiki.api.paths import file_url, slug

from .bazar.forms import Form
from .bazar.kinds import KINDS, PAGE
from .records import Records
from .uploads import Upload, Uploads
from .wordlists import wordlist

#: pages for the software alone: what they hold are its own forms, menus and styles
LEFT_OUT = frozenset(
    fold(name)
    for name in wordlist(
        "BazaR PageCss PageTitre PageRapideHaut PageLogin PageHeader ParametresUtilisateur"
        " MotDePassePerdu GererConfig GererDroits GererDroitsActions GererDroitsHandlers"
        " GererMisesAJour GererSauvegardes GererSite GererThemes GererUtilisateurs LookWiki"
        " RechercheTexte DerniersChangementsRSS DerniersChangements DerniersCommentaires"
        " TableauDeBord TableauDeBordDeCeWiki WikiAdmin MesContenus AidE ReglesDeFormatage"
    )
)
_TAG = re.compile(r"(?P<tag>[\w.-]{1,200})(?:/(?P<handler>[\w-]{1,60}))?(?:[?&#].*)?", re.S)
_ASKED = re.compile(
    r"(?:[\w./-]{0,200}(?:wakka|index)\.php)?/?\?(?:wiki=)?(?P<rest>[^&=\s]{1,300})(?:&.*)?"
)
_FILES = re.compile(r"(?:\./)?(?:[\w/-]{0,200}/)?files/(?P<name>[^/?#]{1,300})")
_PARTS = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z]{2})|(?<=[^\W_])(?=[A-Z][^\W\dA-Z_])|[_.-]+")
_LIST_BLOCKS = {
    "project": "projets",
    "person": "personnes",
    "organisation": "organisations",
    "event": "événements",
}
_MOST_LISTED = 100


def words_of(tag: str) -> str:
    """The words of a name such as ``LesBesoinsDuReseau``."""
    parts = [part for part in _PARTS.split(tag) if part]
    kept = [
        part if at == 0 or (part.isupper() and len(part) > 1) else part[:1].lower() + part[1:]
        for at, part in enumerate(parts)
    ]
    words = " ".join(kept)
    # One word is made a name by a capital at its end: “FramasofT”.
    return words[:-1] + words[-1:].lower() if words[-2:-1].islower() else words


@dataclass(frozen=True)
class EntryPage:
    """An entry as the site showed it last: its form, and its title."""

    form: str
    title: str


class OldSite:
    """See ``syntax.surroundings.Site``, and ``bazar.entries.Around``."""

    def __init__(
        self,
        records: Records,
        places: Places,
        forms: Mapping[str, tuple[Form, str]],
        uploads: Uploads,
        base: str = "",
    ) -> None:
        self.records, self.forms, self.uploads = records, forms, uploads
        self.lists: dict[str, dict[str, str]] = {}
        self.paths: dict[str, str] = {}
        self.folders: dict[str, str] = {}
        self.entries: dict[str, EntryPage] = {}
        self.accounts: dict[str, str] = {}
        self.files: dict[str, str] = {}
        self._places = places
        parts = urlsplit(base.partition("?")[0].replace("wakka.php", ""))
        self._base = f"{parts.netloc}{parts.path}".rstrip("/")

    # Places

    def settle(self, tags: Iterable[str], home: str = "") -> None:
        """Gives each page its place: equal exports, equal places."""
        order = sorted(set(tags), key=fold)
        if home and (known := self.records.find(home)) and known.tag in order:
            order.remove(known.tag)
            if self._places.into and self._places.take(self._places.into):
                self.paths[fold(known.tag)] = self._places.into
            else:
                order.insert(0, known.tag)
        for tag in order:
            entry = self.entries.get(fold(tag))
            below = self.folder(entry.form) if entry is not None else ""
            self.paths[fold(tag)] = self._places.page(words_of(tag), below)

    def folder(self, form: str) -> str:
        """The place below which the entries of a form stand."""
        known, kind = self.forms.get(form, (None, PAGE))
        place = KINDS[kind][1] if kind in KINDS else ""
        if place:
            return "/".join(part for part in (self._places.into, place) if part)
        if form not in self.folders:
            label = known.label if known is not None and slug(known.label) else f"bazar-{form}"
            self.folders[form] = self._places.page(label)
        return self.folders[form]

    def path(self, tag: str) -> str:
        """Where a page stands; "" where it did not come."""
        return self.paths.get(fold(tag), "")

    def file_place(self, upload: Upload, page: str) -> str:
        """Where a file lies: beside the page that it is of, else beside the one that shows it."""
        if upload.stored not in self.files:
            beside = self.path(upload.tag) or self.path(page)
            name = re.sub(r"^(?:image|fichier)?(?:bf_|fichier)\w*?_(?=.)", "", upload.name)
            if not beside:
                beside = "/".join(part for part in (self._places.into, "fichiers") if part)
            self.files[upload.stored] = self._places.file(name or upload.name, beside)
        return self.files[upload.stored]

    def person(self, account: str) -> str:
        """The page of who has that account."""
        return self.accounts.get(account, "")

    # What texts are read against

    def target(self, link: str) -> Target:
        """See Site."""
        bare = self._own(link)
        if bare is None:
            if link.lower().startswith(("http://", "https://", "ftp://")):
                return Target("web", link, link)
            return Target("nowhere", "", link)
        if found := _FILES.fullmatch(unquote(bare)):
            return self.stored(found["name"])
        asked = _ASKED.fullmatch(bare)
        said = unquote(asked["rest"] if asked else bare)
        found = _TAG.fullmatch(said)
        if found is None:
            return Target("nowhere", "", link)
        if path := self.path(found["tag"]):
            return Target("page", path, found["tag"])
        if self.records.find(found["tag"]) is not None or fold(found["tag"]) in LEFT_OUT:
            return Target("nowhere", "", found["tag"])
        name = slug(words_of(found["tag"]))[:80]
        if not name:
            return Target("nowhere", "", link)
        would = "/".join(part for part in (self._places.into, name) if part)
        return Target("page", would, words_of(found["tag"]), there=False)

    def _own(self, link: str) -> str | None:
        """What a link says within the site; None for one that leads elsewhere."""
        if "://" not in link[:20]:
            return (
                None if link.startswith(("mailto:", "tel:", "javascript:", "data:", "//")) else link
            )
        try:
            parts = urlsplit(link)
        except ValueError:
            return None
        there = f"{parts.netloc}{parts.path}"
        if not self._base or not (there.rstrip("/") + "/").startswith(f"{self._base}/"):
            return None
        rest = there[len(self._base) :].lstrip("/")
        return f"{rest}?{parts.query}" if parts.query else rest or None

    def is_page(self, tag: str) -> bool:
        """See Site."""
        return fold(tag) in self.paths

    def file(self, name: str, page: str) -> Target:
        """See Site."""
        return self._shown(self.uploads.attached(name, page), name, page)

    def stored(self, name: str) -> Target:
        """See Around."""
        name = unquote(name.rpartition("/")[2])
        return self._shown(self.uploads.stored(name), name, "")

    def _shown(self, upload: Upload | None, name: str, page: str) -> Target:
        if upload is None:
            return Target("file", "", name.rpartition("/")[2], there=False)
        return Target("file", file_url(self.file_place(upload, page)), upload.name)

    def entry(self, tag: str) -> Target | None:
        """See Around."""
        path = self.path(tag)
        return Target("page", path, tag) if path else None

    def listing(self, form: str, parameters: Mapping[str, str]) -> str | None:
        """See Site."""
        ids = [one.strip() for one in form.split(",") if one.strip()]
        shown: dict[str, None] = {}
        for id in ids:
            if id not in self.forms:
                return None
            kind = self.forms[id][1]
            folder = self.folder(id)
            if kind == "-":
                return None
            if kind not in _LIST_BLOCKS:
                if not KINDS[kind][1]:
                    shown[f"[[{folder}]]"] = None
                else:
                    block = {"need": "besoins", "offer": "offres"}[kind]
                    shown[f"::: {block} limit:{_MOST_LISTED}\n\n:::"] = None
                continue
            limit = parameters.get("nb", "")
            count = min(int(limit), _MOST_LISTED) if limit.isdecimal() and int(limit[:6]) else 50
            query = f"{_LIST_BLOCKS[kind]} sous:{folder} limit:{count}"
            if kind == "event" and parameters.get("agenda") == "futur":
                query += " à-venir"
            shown[f"::: {query}\n\n:::"] = None
        return "\n\n".join(shown) or None
