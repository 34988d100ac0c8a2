"""What a map is asked to show: pages of one type, narrowed, from an address or from a block."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

from flask import request

from wiki.api.meaning import fold
from wiki.api.pages import FactKey, Problem
from wiki.api.pages.items import read_query
from wiki.api.paths import action_url, slug
from wiki.api.reading import Reader
from wiki.api.reading.rows import Selection, select
from wiki.api.translation import lazy, written_language
from wiki.api.web.listings import chosen_values, list_facet_keys

#: types of pages that are somewhere → what they are called, in the order of the choices
LABELS = {
    "project": lazy("Projects"),
    "person": lazy("People"),
    "event": lazy("Events"),
    "organisation": lazy("Organisations"),
    "dossier": lazy("Dossiers"),
}
_TYPES = {
    **{kind: kind for kind in LABELS},
    "projets": "project",
    "projects": "project",
    "projet": "project",
    "personnes": "person",
    "personne": "person",
    "people": "person",
    "evenements": "event",
    "evenement": "event",
    "events": "event",
    "organisations": "organisation",
    "dossiers": "dossier",
}
_THEME = ("thème", "theme")
_TYPE = ("type", "type")
_BAD_TYPE = "“{value}” is on no map: write projects, people, events, organisations or dossiers."
#: addresses that are longer are refused by some; the most frequent names stand first
_MOST_NAMES = 20
#: values of one key, as lists have it
_MOST = 20


@dataclass(frozen=True)
class Asked:
    """Pages of type ``kind`` that have one of the ``values`` of each key."""

    kind: str = "project"
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    @property
    def selection(self) -> Selection:
        """For the catalogue."""
        return select(types=(self.kind,), values=self.values)

    def within(self, slugs: Iterable[str]) -> Selection:
        """For the catalogue: those of them in the places called so."""
        values = {**self.values, "territory": tuple(slugs)[:_MOST_NAMES]}
        return select(types=(self.kind,), values=values)

    def url(self, action: str, region: str = "") -> str:
        """The address of ``action`` that asks for the same; ``region`` is chosen on it."""
        kind = () if self.kind == "project" else (self.kind,)
        chosen = (region,) if region else ()
        return _address(action, {"type": kind, "region": chosen, **self.values})

    def listed(self, slugs: Iterable[str] = ()) -> str:
        """Where these pages are listed, those in the places called so."""
        places = tuple(slugs)[:_MOST_NAMES]
        return _address("search", {"type": (self.kind,), "territory": places, **self.values})


def _address(action: str, lists: Mapping[str, Iterable[str]]) -> str:
    pairs = [(key, value) for key, values in sorted(lists.items()) for value in values]
    return action_url(action) + (f"?{urlencode(pairs)}" if pairs else "")


def keys_of(reader: Reader) -> list[str]:
    """What a map can be narrowed by."""
    return [key for key in list_facet_keys(reader) if key not in ("type", "territory", "presented")]


def asked_here(reader: Reader) -> Asked:
    """What the address asks for; whatever it says else is not heard."""
    return _asked(reader, request.args.get("type", ""), chosen_values)


def asked_at(reader: Reader, query: str) -> Asked:
    """What another address asks for, by its ``query``, such as that of a picture in a page."""
    said = parse_qs(query)
    return _asked(reader, said.get("type", [""])[0], lambda key: tuple(said.get(key, ()))[:_MOST])


def _asked(reader: Reader, kind: str, chosen: Callable[[str], tuple[str, ...]]) -> Asked:
    values = {key: found for key in keys_of(reader) if (found := chosen(key))}
    return Asked(kind if kind in LABELS else "project", values)


def read_asked(
    args: str, keys: Iterable[FactKey], line: int = 0
) -> tuple[Asked | None, list[Problem]]:
    """What the words of a block ask for, None where that is not clear; and what is wrong (pure)."""
    known = {key.key: key for key in keys if key.facet}
    pairs = {"theme": (*_THEME, "themes"), "type": _TYPE}
    pairs |= {key.key: key.names for key in known.values()}
    names = {fold(name): key for key, said in pairs.items() for name in said}
    told = [
        said[0] if written_language() == "fr" else said[min(1, len(said) - 1)]
        for said in pairs.values()
        if said
    ]
    query = read_query(args, names, line, told)
    problems = list(query.problems)
    word = query.value("type", "project")
    kind = _TYPES.get(slug(word))
    if kind is None:
        problems.append(Problem(line, "bad-type", _BAD_TYPE, {"value": word}))
    if kind is None or query.nothing or query.ranges or query.flags:
        return None, problems
    values = {
        key: tuple(slug(_canonical(word, known.get(key))) for word in words)
        for key, words in query.values.items()
        if key != "type"
    }
    return Asked(kind, values), problems


def _canonical(word: str, key: FactKey | None) -> str:
    return key.aliases.get(slug(word), word) if key else word
