"""An entry of Bazar as the text of a page: its head, its chapters, what it needs and offers (pure).

::

    head        title, summary, dates, place, themes, territory, links of people and organisations
    text        its picture, its description, a chapter for each other long text
    facts       short fields, each with its label; files
    blocks      needs, offers, the stage of a project
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from wiki.api.imports.dialects import Losses, Target
from wiki.api.imports.markdown import address, escaped, identity_of
from wiki.api.imports.vocabulary import ENGLISH_STAGES, STAGES
from wiki.api.pages import edit_head
from wiki.api.paths import slug
from wiki.api.translation import gettext as _
from wiki.api.translation import written_language

from ..encodings import mend
from ..syntax.links import holds_mail, is_picture
from .fields import personal, role_of
from .forms import ENTRIES, Field, Form
from .kinds import ITEMS, PAGE
from .values import (
    Entry,
    day_in_words,
    keys_of,
    labels_of,
    moment_of,
    place_on_map,
    text_of,
    web_of,
)

_BLOCKS = {
    "need": ("besoins", "needs", "Besoins", "Needs", "b"),
    "offer": ("offres", "offers", "Offres", "Offers", "o"),
}
_LINES = {"needs": "need", "offers": "offer"}
_HISTORY = (("historique", "Historique"), ("history", "History"))
_ONE_LINE, _SUMMARY = 300, 400
#: fields of a few words, in which an address is all there is to read
_SHORT = frozenset(("texte", "lien_internet", "calc"))


class Around(Protocol):
    """What an entry is read against."""

    @property
    def lists(self) -> Mapping[str, Mapping[str, str]]:
        """The lists of the site, by their names."""

    def entry(self, tag: str) -> Target | None:
        """The page of another entry."""

    def stored(self, name: str) -> Target:
        """A file, by the name that it has in the folder."""

    def long_text(self, text: str, form: str, losses: Losses) -> str:
        """A long text as Markdown; ``form`` is how it is written."""


@dataclass
class _Page:
    head: dict[str, Any] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    chapters: list[tuple[str, str]] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    items: dict[str, list[str]] = field(default_factory=dict)
    street: list[str] = field(default_factory=list)
    postcode: str = ""
    town: str = ""
    stage: tuple[str, str] = ("", "")


def left_out(form: Form, kind: str, *, published: bool) -> list[tuple[str, str]]:
    """The fields of a form that stay behind, each with why, in words."""
    found = []
    for one in form.fields:
        if personal(one, kind):
            if not published:
                found.append((_("How to reach somebody: it is left out"), one.label))
        elif one.hidden and role_of(one, kind) != "-":
            found.append((_("A field that was for some readers: it is left out"), one.label))
    return found


def title_of(entry: Entry, kind: str) -> str:
    """What an entry is called; people by their first names first."""
    said = mend(str(entry.get("bf_titre") or ""))
    first, last = (
        " ".join(mend(str(entry.get(name) or "")).split()) for name in ("bf_prenom", "bf_nom")
    )
    if kind == "person" and first and last:
        said = f"{first} {last}"
    title = " ".join(said.split()) or " ".join(str(entry.get("id_fiche") or "").split())
    while len(title.encode()) > 200:
        title = title[:-5] + "…"
    return title


def entry_text(
    entry: Entry,
    form: Form,
    kind: str,
    around: Around,
    losses: Losses,
    day: str,
    *,
    published: bool,
    editors: str = "",
) -> str:
    """The page of an entry of ``form``, which becomes a ``kind``; ``day`` is that of its state.

    ``published``: how people are reached is in the page too; ``editors`` is what its head says.
    """
    page = _Page()
    if kind not in (PAGE, *ITEMS):
        page.head["type"] = kind
    page.head["title"] = title_of(entry, kind)
    for one in form.fields:
        if not _is_shown(one, entry, kind, losses, published=published):
            continue
        _take(page, one, entry, kind, around, losses)
    _settle_place(page, kind)
    if editors and page.head.get("type"):
        page.head["editors"] = editors
    if entry.get("bf_date_fin_evenement_data"):
        losses.add(_("An event that repeats: its own dates alone"), page.head["title"])
    return _written(page, entry, kind, day)


def _is_shown(one: Field, entry: Entry, kind: str, losses: Losses, *, published: bool) -> bool:
    if not text_of(entry, one) and one.kind not in ("map", "carte_google"):
        return False
    if one.kind in _SHORT and not published and holds_mail(text_of(entry, one)):
        losses.add(_("How to reach somebody: it is left out"), one.label)
        return False
    return published if personal(one, kind) else not one.hidden


def _take(page: _Page, one: Field, entry: Entry, kind: str, around: Around, losses: Losses) -> None:
    """Puts a field to where it belongs."""
    role, text = role_of(one, kind), text_of(entry, one)
    if role in ("title", "first", "last", "-"):
        return
    if role == "file":
        _take_file(page, one, text, around, losses)
    elif role in ("text", "chapter"):
        said = around.long_text(text, one.form, losses)
        if not said:
            return
        if role == "text" and not page.texts:
            page.texts.append(said)
        else:
            page.chapters.append((one.label, said))
    elif role == "map":
        if where := place_on_map(entry, one):
            page.head["geolocation"] = where
    elif one.kind in ENTRIES:
        _take_links(page, one, text, role, around)
    else:
        _take_words(page, one, role, labels_of(entry, one, around.lists), text)


def _take_file(page: _Page, one: Field, text: str, around: Around, losses: Losses) -> None:
    target = around.stored(text)
    if not target.there:
        losses.add(_("A file that is not in the export"), text)
    elif is_picture(target.to):
        page.pictures.append(f"![{escaped(page.head['title'])}]({address(target.to)})")
    else:
        page.facts.append((one.label, f"[{escaped(target.words)}]({address(target.to)})"))


def _take_links(page: _Page, one: Field, text: str, role: str, around: Around) -> None:
    """Other entries that this one names: of a team and its organisation in the head."""
    found = [(key, around.entry(key)) for key in keys_of(text)]
    links = [f"[[{target.to}]]" for _key, target in found if target is not None]
    if role in ("team", "organisation") and links:
        page.head[role] = [*page.head.get(role, ()), *links]
    elif links:
        page.facts.append((one.label, ", ".join(links)))


def _take_words(page: _Page, one: Field, role: str, labels: list[str], text: str) -> None:
    line = " ".join(text.split())
    if role in ("themes", "skills"):
        ends = (label.rpartition(" › ")[2] for label in labels)
        words = [" ".join(end.lstrip("#").replace(",", " ").split())[:100] for end in ends]
        page.head[role] = list(dict.fromkeys([*page.head.get(role, ()), *words]))[:50]
    elif role in ("starts", "ends", "begun", "before") and (moment := moment_of(text)):
        page.head[role] = moment
    elif role == "website" and (web := web_of(text)) and role not in page.head:
        page.head[role] = web
    elif role == "street":
        page.street.append(line)
    elif role == "postcode":
        page.postcode = line[:20]
    elif role == "town":
        page.town = line[:100]
    elif role == "state" and (stage := STAGES.get(slug(labels[0]))):
        page.stage = (stage if written_language() != "en" else ENGLISH_STAGES[stage], labels[0])
    elif role in _LINES:
        page.items[_LINES[role]] = [
            told for told in text.split("\n") if any(map(str.isalnum, told))
        ]
    elif role == "summary" and len(line) <= _SUMMARY and role not in page.head:
        page.head[role] = line
    elif role in ("territory", "organisation", "acronym", "siret", "place", "mail", "phone"):
        said = ", ".join(labels) if role != "organisation" else line
        page.head[role] = [*page.head.get(role, ()), said] if role == "organisation" else said[:200]
    else:
        _take_fact(page, one, labels, text)


def _take_fact(page: _Page, one: Field, labels: list[str], text: str) -> None:
    if moment := moment_of(text) if one.kind == "jour" or one.kind.startswith("listedate") else "":
        page.facts.append((one.label, day_in_words(moment)))
    elif web := web_of(text) if one.kind == "lien_internet" else "":
        page.facts.append((one.label, f"<{address(web)}>"))
    elif "\n" in text or len(text) > _ONE_LINE:
        page.chapters.append((one.label, escaped(text).replace("\n", "\\\n")))
    else:
        said = ", ".join(labels) if one.kind != "texte" else " ".join(text.split())
        page.facts.append((one.label, escaped(said)))


def _settle_place(page: _Page, kind: str) -> None:
    """A town is the territory where nothing else is; an address where an event takes place."""
    town = f"{page.postcode} {page.town}".strip()
    address_ = ", ".join(dict.fromkeys(filter(None, (*page.street, town))))
    if page.town:
        page.head.setdefault("territory", page.town)
    if kind == "event" and address_:
        page.head.setdefault("place", address_[:200])
    elif address_ and address_ != page.town:
        page.facts.append((_("Address"), escaped(address_)))


def _written(page: _Page, entry: Entry, kind: str, day: str) -> str:
    english = written_language() == "en"
    parts = [*page.pictures[:1], *page.texts]
    parts += [f"## {escaped(label)}\n\n{said}" for label, said in page.chapters]
    if page.pictures[1:]:
        parts.append("\n\n".join(page.pictures[1:]))
    if page.facts:
        parts.append(
            "\n".join(f"- **{escaped(label)}**\u00a0: {said}" for label, said in page.facts)
        )
    id = str(entry.get("id_fiche") or page.head["title"])
    if kind in ITEMS:
        parts.append(_block(kind, [_item(page, kind, id)]))
    for name, lines in page.items.items():
        letter, title = _BLOCKS[name][4], _BLOCKS[name][2 + english]
        told = [
            f"- [ ] {' '.join(line.strip(' -*•').split())} {{#{identity_of(letter, id, line)}}}"
            for line in lines
        ]
        parts.append(f"## {title}\n\n{_block(name, told)}")
    begun = str(page.head.pop("begun", ""))[:10]
    if page.stage[0] and (begun or day):
        name, title = _HISTORY[english]
        line = f"- {begun or day} {page.stage[0]} — {page.stage[1]}"
        parts.append(f"## {title}\n\n::: {name}\n{line}\n\n:::")
    page.head.pop("before", None)
    body = "\n\n".join(filter(None, parts))
    return edit_head(f"\n{body}\n" if body else "", page.head)


def _block(kind: str, lines: list[str]) -> str:
    name = _BLOCKS[kind][written_language() == "en"]
    return f"::: {name}\n" + "\n".join(lines) + "\n\n:::"


def _item(page: _Page, kind: str, id: str) -> str:
    """A need or an offer that has a page of its own: its title, themes, place and day."""
    parts = [" ".join(page.head["title"].replace("{#", "{ #").split())]
    themes = (slug(one) for one in page.head.get("themes", ()))
    parts += [f"#{one}" for one in themes if one][:10]
    if territory := str(page.head.get("territory", "")).replace('"', " ").replace("@", " ").strip():
        parts.append(f'@"{" ".join(territory.split())[:60]}"')
    if before := page.head.get("before"):
        parts.append(f"{'before' if written_language() == 'en' else 'avant'}:{before[:10]}")
    return f"- [ ] {' '.join(parts)} {{#{identity_of(_BLOCKS[kind][4], id)}}}"
