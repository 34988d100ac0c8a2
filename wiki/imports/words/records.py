"""What the head of a page says of a record of another program: title, themes, fields (pure)."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from babel.dates import get_month_names

from wiki.pages.head.changes import edit_head
from wiki.pages.words import slug

_TYPES = (
    ("project", ("projet", "project")),
    ("person", ("personne", "person", "biographie", "membre", "member", "people")),
    (
        "organisation",
        ("organisation", "organization", "entreprise", "association", "structure", "company"),
    ),
    ("event", ("evenement", "event", "rencontre", "atelier", "conference")),
)
#: our key for a field, by the slug of its name
_KEYS: Mapping[str, str] = {
    **dict.fromkeys(
        ("territoire", "territory", "region", "localisation", "departement", "location"),
        "territory",
    ),
    **dict.fromkeys(
        ("resume", "summary", "description-courte", "sous-titre", "accroche"), "summary"
    ),
    **dict.fromkeys(("themes", "theme", "thematique", "thematiques", "domaine"), "themes"),
    **dict.fromkeys(("competences", "skills", "expertise"), "skills"),
}
_DATES: Mapping[str, str] = {
    **dict.fromkeys(("date", "debut", "date-de-debut", "start", "starts"), "starts"),
    **dict.fromkeys(("fin", "date-de-fin", "end", "ends"), "ends"),
}
_LISTS = frozenset({"themes", "skills"})
#: words of ``historique`` blocks
_STATE_WORDS = frozenset(
    {
        *("idee", "concept", "prototype", "pilote", "marche", "en-pause", "arrete", "transmis"),
        *("idea", "pilot", "market", "paused", "stopped", "transferred"),
    }
)
_STATES = ("statut", "status", "etat", "state", "stade", "maturite", "phase")
_TITLES = ("nom", "name", "titre", "title")
#: keys with which a head says who reads and edits, or what the page is: no box of elsewhere does
_OURS = frozenset(
    {
        "team",
        "readers",
        "visibility",
        "editors",
        "aliases",
        "type",
        "title",
        "source",
        "lang",
        "dialect",
        "presented",
        "programme",
        "roles",
    }
)
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_SLASHED = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
_WRITTEN = re.compile(r"\b(\d{1,2})(?:er|st|nd|rd|th)?-([a-z]{3,9})-(\d{4})\b")


def headed(
    body: str,
    title: str,
    categories: Sequence[str],
    box: Mapping[str, str],
    day: str,
    *,
    closed: bool = False,
) -> str:
    """``body`` below its head: ``box`` are fields by their names, "" is what kind of thing it is.

    ``day`` is that of the state, from which the state of a project counts.

    ``closed``: administrators alone edited it there, and do here.
    """
    values: dict[str, object] = {"title": title[:200]}
    kind = _type(box.get("", ""))
    if kind:
        # There everybody could edit it; here its team alone would, and it has none yet.
        values |= {"type": kind, "editors": "members"}
    if closed:
        values["editors"] = "team"
    themes = list(categories)
    state = ""
    for name, value in box.items():
        key = slug(name)
        if not name or not key or not value or key in _TITLES:
            continue
        if key in _STATES and kind == "project" and slug(value) in _STATE_WORDS:
            state = slug(value)
        elif kind == "event" and key in _DATES and (date := iso_date(value)):
            values[_DATES[key]] = date
        elif kind == "event" and key in ("lieu", "place", "ville"):
            values["place"] = value
        elif _KEYS.get(key) == "themes":
            themes += _parts(value)
        elif key in _KEYS and _KEYS[key] not in values:
            values[_KEYS[key]] = _parts(value) if _KEYS[key] in _LISTS else value
        else:
            values.setdefault(_own_key(name), _bounded(value))
    if themes:
        values["themes"] = list(dict.fromkeys(_theme(one) for one in themes if _theme(one)))[:50]
    if state:
        date = next(
            (
                found
                for name, value in box.items()
                if slug(name) in _DATES and (found := iso_date(value))
            ),
            day,
        )
        body = f"{body}\n\n::: historique\n- {date} {state}\n\n:::".lstrip("\n") if date else body
    text = _written(
        tuple(
            (key, tuple(value) if isinstance(value, list) else value)
            for key, value in values.items()
        )
    )
    return f"{text}\n{body.strip()}\n" if body.strip() else text


@lru_cache(maxsize=256)
def _written(values: tuple[tuple[str, object], ...]) -> str:
    """A head; the states of a page have the same again and again."""
    return edit_head(
        "", {key: list(value) if isinstance(value, tuple) else value for key, value in values}
    )


def iso_date(words: str) -> str:
    """The day that ``words`` say, as 2026-03-12; "" where they say none that is sure."""
    if found := _ISO.search(words):
        year, month, day = (int(part) for part in found.groups())
    elif found := _SLASHED.search(words):
        day, month, year = (int(part) for part in found.groups())
    elif found := _WRITTEN.search(slug(words)):
        if found[2] not in _months():
            return ""
        day, month, year = int(found[1]), _months()[found[2]], int(found[3])
    else:
        return ""
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else ""


@cache
def _months() -> dict[str, int]:
    """The months by their names in both languages, folded."""
    names = (get_month_names("wide", locale=lang) for lang in ("en", "fr"))
    return {slug(word): at for months in names for at, word in months.items()}


def _type(box: str) -> str:
    words = set(slug(box).split("-"))
    return next((kind for kind, names in _TYPES if words & set(names)), "")


def _parts(value: str) -> list[str]:
    return [part for part in (one.strip() for one in re.split(r"[,;•]", value)) if part]


def _theme(words: str) -> str:
    return " ".join(words.split()).replace(",", " ")[:100].lstrip("#").strip()


def _own_key(name: str) -> str:
    """A field's name as a key: its words, and never one of ours."""
    key = " ".join(re.sub(r"[^\w -]", " ", name).split())[:60] or "champ"
    return f"infobox-{key}" if slug(key) in _OURS else key


def _bounded(value: str) -> str:
    return value if len(value) <= 2_000 else value[:1_999] + "…"
