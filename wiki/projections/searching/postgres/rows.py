"""Entries as rows, and back."""

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from wiki.projections.searching.index.entries import Card, Entry
from wiki.projections.searching.index.schema import LEVELS, Posting, roots_field, words_field
from wiki.projections.searching.postgres.layout import level_of

#: the last place that PostgreSQL keeps of a word in a text
_LAST_PLACE = 16_383
#: bytes that the places of one text take at most; it refuses a megabyte
_MOST_BYTES = 900_000
#: by field, what its terms begin with
PREFIXES = {
    field_of(level): f"{number}{letter}"
    for number, level in enumerate(LEVELS)
    for letter, field_of in (("w", words_field), ("r", roots_field))
}
COLUMNS = "id, change, path, kind, space, readers, level, card, terms, words"


def row_of(entry: Entry, number: int, change: int, *, packed: bool) -> tuple[Any, ...]:
    """The values of ``COLUMNS``; JSON in ASCII, which has no character that a text may not have."""
    terms = None if packed else json.dumps([entry.words, entry.roots], separators=(",", ":"))
    return (
        *(number, change, entry.card.path, entry.kind, entry.space or "", entry.group),
        *(level_of(entry.group), json.dumps(entry.card), terms, _vector(entry.words)),
    )


def card_of(text: str) -> Card:
    """What a result shows."""
    return Card(*json.loads(text))


def entry_of(row: Sequence[Any]) -> Entry:
    """The entry of ``kind, readers, space, card, terms``."""
    kind, group, space, card, terms = row
    words, roots = json.loads(terms)
    return Entry(
        kind,
        group,
        space or None,
        card_of(card),
        [Posting(term, weight, tuple(places)) for term, weight, places in words],
        [Posting(term, weight, tuple(places)) for term, weight, places in roots],
    )


def terms_of(entry: Entry) -> Iterable[tuple[str, float]]:
    """The terms of ``search_posting`` with their weights."""
    level = LEVELS[level_of(entry.group)]
    words, roots = PREFIXES[words_field(level)], PREFIXES[roots_field(level)]
    return chain(
        ((words + term, weight) for term, weight, _places in entry.words),
        ((roots + term, weight) for term, weight, _places in entry.roots),
    )


def quoted(form: str) -> str:
    """A word as texts of ``tsvector`` and ``tsquery`` have it."""
    return "'" + form.replace("\\", "\\\\").replace("'", "''") + "'"


def _vector(words: Iterable[Posting]) -> str:
    """The places of the words, as the text of a ``tsvector``."""
    pieces: list[str] = []
    left = _MOST_BYTES
    for form, _weight, places in words:
        # It counts from 1, and puts what lies beyond its last place there.
        said = [str(place + 1) for place in places[:256] if place + 1 < _LAST_PLACE]
        left -= 4 * len(form) + 2 * len(said) + 8
        if said and left > 0:
            pieces.append(f"{quoted(form)}:{','.join(said)}")
    return " ".join(pieces)
