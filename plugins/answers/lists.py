"""Questions about the wiki's own lists: events, needs, offers, people, states, how many there are.

::

    question ─▶ what is listed ─▶ its other words: values of facts, or words of items
                                  └─ all of them are explained? ─▶ rows of the catalogue

Rows answer only where no word of the question is left over: what asks for more asks the texts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wiki.api.events import event_of_row
from wiki.api.meaning import fold
from wiki.api.moments import local_day
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow, find_items, select_items
from wiki.api.reading.rows import PageRow, count_facets, find_rows, get_row, get_rows, select
from wiki.api.translation import use_language

from .words import asked_stems, stems_of

#: rows that are told, items that are looked through, values of a fact that are known
LISTED, _MANY, _VALUES = 10, 5_000, 400
_CALLED = {
    "need": "besoin besoins need needs",
    "offer": "offre offres offer offers",
    "event": "soiree soirees evenement evenements rendez-vous rencontre rencontres event events",
    "person": "personne personnes gens membre membres competence competences people members",
    "organisation": "organisation organisations organisme organismes organizations",
    "project": "projet projets project projects",
}
_KINDS = {
    kind: re.compile(rf"\b(?:{'|'.join(words.split())})\b") for kind, words in _CALLED.items()
}
_BLOCKS = {"need": ("besoins", "needs"), "offer": ("offres", "offers")}
_ASKS = re.compile(
    r"^(?:quel(?:le)?s?|lesquel(?:le)?s|combien|quand|liste[rz]?|la liste|montre[rz]?|donne[rz]?"
    r"|qui\b|y a|tous les|toutes les|which|what|when|how many|list|who\b|is there|are there)"
)
#: who lacks something has a need of it; who can do it is a person
_LACKS = re.compile(
    r"\b(?:ont|a|aurai\w*) besoin\b|\b(?:re)?cherche(?:nt)?\b|\bneeds?\b|look\w* for"
)
_CAN = re.compile(
    r"^(?:qui|quelqu'un|est-ce que quelqu'un|who)\b.{0,12}?\b"
    r"(?:sait|savent|connai\w+|maitris\w+|knows?|can)\b|\bcompeten\w+\b"
)
_TEAM = re.compile(r"\b(?:equipe|membres|fait partie|font partie|team|members)\b")
_GONE = re.compile(r"\b(?:derniere?s?|passee?s?|last|past|previous)\b")
#: words of such questions that narrow nothing
_FILLER = """
combien quel quelle quels quelles qui quand etait etaient sera seront aura auront how what which who
prochain prochaine prochains prochaines dernier derniere derniers dernieres passe venir bientot lieu
date jour moment total nombre liste tous toutes wiki carrefour site ici existe existent actuellement
cours ouvert ouverts ouverte ouvertes sont recherche recherchent cherche cherchent besoin faire sait
savent connait connaissent connaisse maitrise maitrisent quelqu competence competences aide aider
theme territoire region etat stade equipe equipes inscrits inscrit presente presentes montre donne
next last upcoming open need know can many list there registered
"""
_SAID_OF_ALL = frozenset(stems_of(" ".join((_FILLER, *_CALLED.values()))))


@dataclass(frozen=True)
class Row:
    """One line: its page, the words that say why, the day of an event."""

    path: str
    title: str
    line: str
    day: date | None = None


@dataclass(frozen=True)
class Rows:
    """What a list holds: how many in all, and the first of them; ``counts``: that was asked."""

    total: int
    rows: tuple[Row, ...]
    counts: bool = False


def find_list(question: str, reader: Reader, named: Sequence[str]) -> Rows | None:
    """The rows that answer, none of them where the list is empty; None for another question.

    ``named``: the pages that the question calls by their title.
    """
    plain = fold(question).replace("’", "'").strip(" ?!.")
    if not _ASKS.search(plain):
        return None
    if len(named) == 1 and _TEAM.search(plain):
        return _team(reader, named[0])
    if (kind := _kind_of(plain)) is None:
        return None
    left = [one for one in asked_stems(question) if one not in _SAID_OF_ALL]
    counts = plain.startswith(("combien", "how many"))
    if kind in _BLOCKS:
        return _items(reader, kind, left, counts)
    if kind == "event":
        return _events(reader, left, gone=bool(_GONE.search(plain)), counts=counts)
    values = _values(reader, kind, left)
    if values is None:
        return None
    found = find_rows(reader, select((kind,), values), "title", LISTED)
    return Rows(found.total, tuple(_row(one) for one in found.rows), counts)


def _kind_of(plain: str) -> str | None:
    if _LACKS.search(plain) and re.search(r"\b(?:projets?|equipes?|projects?|teams?)\b", plain):
        return "need"
    if _CAN.search(plain):
        return "person"
    places = {kind: one.start() for kind, words in _KINDS.items() if (one := words.search(plain))}
    return min(places, key=lambda kind: places[kind], default=None)


def _items(reader: Reader, kind: str, left: Sequence[str], counts: bool) -> Rows:
    """The open needs or offers that have all words."""
    chosen = select_items(_BLOCKS[kind], states=("", " "))
    found = [one for one in find_items(reader, chosen, limit=_MANY).rows if _has(one, left)]
    rows = (Row(one.path, one.space_title or one.page_title, one.plain) for one in found[:LISTED])
    return Rows(len(found), tuple(rows), counts)


def _has(item: ItemRow, stems: Sequence[str]) -> bool:
    words = (item.plain, item.nested, *item.keywords, *item.places, item.space_title)
    return set(stems) <= set(stems_of(" ".join(words)))


def _events(reader: Reader, left: Sequence[str], *, gone: bool, counts: bool) -> Rows | None:
    """Those that come, the next one first, or that are over; of words that all stand in them."""
    today = reader.today
    span = ("", (today - timedelta(days=1)).isoformat()) if gone else (today.isoformat(), "")
    asked = select(("event",), ranges={"starts": span})
    listing = find_rows(reader, asked, "-starts" if gone else "starts", _MANY)
    zone, rows = reader.instance.settings.zone, []
    for one in listing.rows:
        event = event_of_row(reader, one)
        words = " ".join((one.title, one.summary, event.place, event.kind))
        if event.when and not event.cancelled and set(left) <= set(stems_of(words)):
            line = one.summary or event.place or one.title
            rows.append(Row(one.path, one.title, line, local_day(event.when.starts, zone)))
    return Rows(len(rows), tuple(rows[:LISTED]), counts) if rows or not left else None


def _values(reader: Reader, kind: str, left: Sequence[str]) -> dict[str, list[str]] | None:
    """The values of facts that the words name; None where a word is left over."""
    rest, values = list(left), dict[str, list[str]]()
    for key, value, words in _known(reader, kind):
        stems = stems_of(words)
        if stems and set(stems) <= set(rest):
            values.setdefault(key, []).append(value)
            rest = [one for one in rest if one not in stems]
    return None if rest else values


def _known(reader: Reader, kind: str) -> Iterator[tuple[str, str, str]]:
    """Facts, their values, and what these are called: the longest first."""
    found = []
    if (state := reader.instance.fact_keys.get("state")) is not None and kind == "project":
        called = {**{one: one for one in state.values}, **state.aliases}
        for language in ("fr", "en"):
            with use_language(language):
                called |= {str(words): value for value, words in (state.words or {}).items()}
        found += [("state", value, words.replace("-", " ")) for words, value in called.items()]
    keys = ("theme", "territory", "skill")
    for key, counted in count_facets(reader, keys, select((kind,)), _VALUES).items():
        found += [(key, one.slug, one.value) for one in counted]
    yield from sorted(found, key=lambda one: -len(stems_of(one[2])))


def _row(one: PageRow) -> Row:
    return Row(one.path, one.title, one.summary or one.title)


def _team(reader: Reader, path: str) -> Rows | None:
    """The people of the team of a page."""
    row = get_row(reader, path)
    people = get_rows(reader, row.facts.get("team", ())) if row is not None else {}
    return Rows(len(people), tuple(map(_row, people.values()))[:LISTED]) if people else None
