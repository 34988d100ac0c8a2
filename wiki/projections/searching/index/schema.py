"""What Whoosh keeps of each entry: words with weights worked out before it is asked.

The score of a word in an entry does not depend on the question, so that it is worked out once, by
BM25F (S. Robertson, H. Zaragoza: *The Probabilistic Relevance Framework*, 2009, 3.6): the counts of
the word in title, summary, body …, each over the length of its field and times the field's weight,
are added, then saturated. Means of the lengths are constants of ours: measured ones would make each
entry depend on all others. A search then multiplies by the rarity of the word, and adds.
"""

from array import array
from typing import Any, NamedTuple, cast

from whoosh.analysis.tokenizers import IDTokenizer
from whoosh.fields import STORED, FieldType, Schema
from whoosh.formats import Existence

#: what may be read by everyone, by members, by fewer. Each has fields of its own, so that the
#: vocabulary and the rarity of words that a reader meets come only from what the reader may know.
LEVELS = ("public", "members", "restricted")

#: kind of the entry that holds the commit which the index reflects
MARKER = "-marker"

#: the places of a word that stands only beyond those that are kept; no place is one byte long
NOWHERE = b"\0"


class Posting(NamedTuple):
    """One term of an entry, its weight (0 to 1) and the places where it stands."""

    term: str
    weight: float
    places: tuple[int, ...] = ()


class Weighted(FieldType):
    """A field whose postings are given to the writer ready made (``store.Writing``)."""

    def __init__(self) -> None:
        super().__init__(Existence(), cast(Any, IDTokenizer()))


def encode(places: tuple[int, ...]) -> bytes:
    """``places`` as bytes; see ``decode``."""
    return array("H", places).tobytes() or NOWHERE


def decode(value: bytes) -> "array[int]":
    """The places that ``Places`` encoded."""
    return array("H", b"" if value == NOWHERE else value)


def words_field(level: str) -> str:
    """The field of the exact forms at ``level``."""
    return f"{level}_words"


def roots_field(level: str) -> str:
    """The field of everything else at ``level``; the first letter of a term says what it is."""
    return f"{level}_roots"


#: first letters of the terms of ``roots_field``
FRENCH_STEM, ENGLISH_STEM, NAME, JOINED, TITLE, SYNONYM = "f", "e", "n", "j", "t", "s"
STEMS = {"fr": FRENCH_STEM, "en": ENGLISH_STEM}


def make_schema() -> Schema:
    """The fields of the index.

    ``card`` is what a result shows: see ``entries.Card``. ``path`` is the page's, also for the
    items on it.
    """
    fields: dict[str, FieldType] = {
        name: STORED() for name in ("path", "group", "kind", "space", "card")
    }
    for level in LEVELS:
        fields[words_field(level)] = Weighted()
        fields[roots_field(level)] = Weighted()
    return Schema(**fields)
