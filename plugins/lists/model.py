"""What a list block asks for: its words read into a selection of the catalogue (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from wiki.api.meaning import fold
from wiki.api.pages import FactKey, Problem
from wiki.api.pages.items import read_query
from wiki.api.paths import action_url, read_number, slug
from wiki.api.reading.rows import Selection, select
from wiki.api.translation import lazy, written_language

#: type of page → names of its block, French first
BLOCKS: dict[str, tuple[str, ...]] = {
    "project": ("projets", "projects"),
    "person": ("personnes", "people"),
    "event": ("evenements", "events"),
    "dossier": ("dossiers",),
    "organisation": ("organisations",),
}
KIND_BY_BLOCK = {name: kind for kind, names in BLOCKS.items() for name in names}

LIMIT = 20
MOST = 100

#: what the catalogue keeps of what pages say of themselves → its names, French and English
_FACTS = {
    "theme": ("thème", "theme"),
    "territory": ("territoire", "territory"),
    "presented": ("présenté", "presented"),
    "skill": ("compétence", "skill"),
    "role": ("rôle", "role"),
    "kind": ("genre", "kind"),
    "place": ("lieu", "place"),
    "starts": ("début", "starts"),
    "team": ("équipe", "team"),
}
_OWN = {
    "sort": ("tri", "sort"),
    "limit": ("limite", "limit"),
    "below": ("sous", "below"),
    "upcoming": ("à-venir", "upcoming"),
    "past": ("passés", "past"),
    "others": ("autres", "others"),
}
_BY_NAME = {fold(name): key for key, names in (_FACTS | _OWN).items() for name in names}
#: read too, but not told of
_BY_NAME["themes"] = "theme"

_SORTS = {
    "updated": "updated",
    "recents": "updated",
    "created": "created",
    "nouveaux": "created",
    "title": "title",
    "titre": "title",
}
_BAD_SORT = "“{value}” is no order: use updated, created, title, or a key such as starts."
_BAD_LIMIT = "“{value}” is not a number from 1 to 100."

#: type of page → what narrows its catalogue, beside the keys of plugins where it says nothing
FACETS = {
    "person": ("skill", "role", "territory", "theme"),
    "event": ("kind", "territory", "theme"),
    "organisation": ("territory",),
}

LABELS = {
    "project": lazy("Projects"),
    "person": lazy("People"),
    "event": lazy("Events"),
    "dossier": lazy("Dossiers"),
    "organisation": lazy("Organisations"),
}


@dataclass(frozen=True)
class Wanted:
    """What a list asks for; ``nothing`` where that is not understood for sure.

    ``others``: without those that the page names by itself.
    """

    selection: Selection
    sort: str
    limit: int
    nothing: bool
    problems: tuple[Problem, ...]
    others: bool = False


def read_wanted(
    kind: str, args: str, keys: Iterable[FactKey], today: date, line: int = 0
) -> Wanted:
    """What ``args`` ask for, of pages of type ``kind``; ``keys`` are those of plugins.

    The flags ``upcoming`` and ``past`` compare when pages start with ``today``.
    """
    known = {key.key: key for key in keys}
    names = dict(_BY_NAME)
    for key in known.values():
        names |= dict.fromkeys(key.names, key.key)
    query = read_query(args, names, line, _told(known.values()))
    problems = list(query.problems)
    values = {key: words for key, words in query.values.items() if key not in _OWN}
    sort = _sort(query.value("sort", "title" if kind == "person" else "updated"), names)
    if sort is None:
        problems.append(Problem(line, "bad-sort", _BAD_SORT, {"value": query.value("sort")}))
    limit = _limit(query.value("limit", str(LIMIT)))
    ranges = {key: _between(ends, known.get(key)) for key, ends in query.ranges.items()}
    if "upcoming" in query.flags:
        ranges["starts"] = (today.isoformat(), "")
    elif "past" in query.flags:
        ranges["starts"] = ("", (today - timedelta(days=1)).isoformat())
    if limit is None:
        problems.append(Problem(line, "bad-limit", _BAD_LIMIT, {"value": query.value("limit")}))
    return Wanted(
        select(
            types=(kind,),
            values={key: _canonical(words, known.get(key)) for key, words in values.items()},
            ranges=ranges,
            flags=query.flags - {"upcoming", "past", "others"},
            below=query.value("below", "index"),
        ),
        sort or "title",
        limit or LIMIT,
        query.nothing or sort is None or limit is None,
        tuple(problems),
        "others" in query.flags,
    )


def catalogue_url(kind: str, selection: Selection, keys: Iterable[FactKey]) -> str:
    """The catalogue of ``kind``, narrowed as the list is, as far as it can be."""
    narrowing = facet_keys(kind, keys)
    chosen = {key: list(slugs) for key, slugs in selection.values if key in narrowing}
    url = action_url({"person": "people"}.get(kind, f"{kind}s"))
    return f"{url}?{urlencode(chosen, doseq=True)}" if chosen else url


def facet_keys(kind: str, keys: Iterable[FactKey]) -> tuple[str, ...]:
    """What narrows the catalogue of ``kind``; ``keys`` are those of plugins."""
    own = [key.key for key in keys if key.facet]
    return FACETS.get(kind, ("theme", "territory", *own))


def _told(keys: Iterable[FactKey]) -> list[str]:
    """The names of everything that can be asked for, in the reader's language."""
    pairs = [*_FACTS.values(), *_OWN.values(), *(key.names for key in keys if key.names)]
    return [
        names[0] if written_language() == "fr" else names[min(1, len(names) - 1)] for names in pairs
    ]


def _between(ends: tuple[str, str], key: FactKey | None) -> tuple[str, str]:
    low, high = _canonical(ends, key)
    return low, high


def _canonical(words: Iterable[str], key: FactKey | None) -> list[str]:
    aliases: Mapping[str, str] = key.aliases if key else {}
    return [aliases.get(slug(word), word) for word in words]


def _sort(word: str, names: Mapping[str, str]) -> str | None:
    bare = word.removeprefix("-")
    if (order := _SORTS.get(slug(bare))) is not None:
        return order
    key = names.get(slug(bare))
    if key is None or key in _OWN:
        return None
    return f"-{key}" if word.startswith("-") else key


def _limit(word: str) -> int | None:
    number = read_number(word) or 0
    return number if 1 <= number <= MOST else None
