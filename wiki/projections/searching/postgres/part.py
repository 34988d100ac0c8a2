"""What is among the postings, as questions read it: a part of a snapshot.

What several words are to be asked for is read by one statement (``expect``), and kept.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from wiki.projections.searching.index.columns import Columns, Words
from wiki.projections.searching.index.entries import Card
from wiki.projections.searching.index.part import Damaged
from wiki.projections.searching.index.postings import Kept, Postings
from wiki.projections.searching.index.schema import SYNONYM
from wiki.projections.searching.postgres.connection import Connections
from wiki.projections.searching.postgres.layout import TRIGRAMS_SCHEMA, Layout
from wiki.projections.searching.postgres.rows import PREFIXES, card_of, quoted
from wiki.projections.searching.spelling import Lexicon, Near, distance

_POSTINGS = """
    SELECT term, documents, weights FROM {}.posting_%(build)d
    WHERE term = ANY(%%s) ORDER BY term, first
"""
_TERMS = """
    SELECT DISTINCT term FROM {}.posting_%(build)d
    WHERE term > %%s AND term < %%s ORDER BY term LIMIT %%s
"""
_CARDS = "SELECT id, card FROM {}.page_%(build)d WHERE id = ANY(%%s)"
_IN_A_ROW = """
    SELECT id FROM {}.page_%(build)d
    WHERE words @@ %%s::tsquery AND level = %%s AND id < %%s
"""
_NEAR = """
    SELECT DISTINCT substr(term, 3) FROM {}.posting_%(build)d
    WHERE substr(term, 2, 1) = 'w' AND substr(term, 1, 1) = %%s
    AND length(term) BETWEEN %%s AND %%s
"""
_ALIKE = ' AND substr(term, 3) OPERATOR("%(schema)s".%%%%) %%s'
_LAST = "\U0010ffff"
#: beginnings whose terms are remembered
_REMEMBERED = 500
_ALL = 10**9


class RowPart(Columns):
    """Documents below ``size``, of one build. Nothing of it changes; Damaged where it is gone."""

    def __init__(
        self,
        connections: Connections,
        build: int,
        size: int,
        words: Mapping[str, Words],
        kept: Kept,
    ) -> None:
        super().__init__(size, words.__getitem__)
        self._connections = connections
        self._layout = Layout(connections.schema)
        self._build = build
        self._kept = kept
        self._name = f"{build}:{size}"
        self._begun: dict[tuple[str, str, int], list[str]] = {}
        self._synonyms: dict[str, Mapping[str, list[str]]] = {}

    def _rows(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        if not self.size:
            return []
        return self._connections.read(self._layout.text(statement, self._build), values)

    def expect(self, terms: Collection[tuple[str, str]]) -> None:
        """See Columns."""
        asked = [one for one in terms if (self._name, *one) not in self._kept.held]
        if asked:
            for (field, term), found in self._fetch(asked).items():
                self._kept.put((self._name, field, term), found)

    def postings(self, field: str, term: str) -> Postings | None:
        """See Part."""
        asked = (field, term)
        return self._kept.get((self._name, *asked), lambda: self._fetch([asked])[asked])

    def _fetch(self, asked: Collection[tuple[str, str]]) -> dict[tuple[str, str], Postings | None]:
        import numpy as np

        found: dict[tuple[str, str], Postings | None] = dict.fromkeys(asked)
        names = {PREFIXES[field] + term: (field, term) for field, term in asked}
        pieces: dict[str, list[tuple[bytes, bytes]]] = {}
        for term, documents, weights in self._rows(_POSTINGS, (list(names),)):
            pieces.setdefault(term, []).append((documents, weights))
        for term, told in pieces.items():
            numbers = np.frombuffer(b"".join(one for one, _other in told), "<i4")
            weights = np.frombuffer(b"".join(other for _one, other in told), "<f4")
            if len(numbers) != len(weights):
                raise Damaged(f"postings of another number: {term}")
            # What was put there since is not of this part.
            mine = int(np.searchsorted(numbers, self.size))
            if mine:
                found[names[term]] = Postings(numbers[:mine], weights[:mine])
        return found

    def in_a_row(self, field: str, terms: Sequence[str], gaps: Sequence[int]) -> list[int]:
        """See Columns. PostgreSQL has the places."""
        first, *others = map(quoted, terms)
        phrase = "".join(f" <{gap}> {one}" for gap, one in zip(gaps, others, strict=True))
        asked = (first + phrase, int(PREFIXES[field][0]), self.size)
        return [number for (number,) in self._rows(_IN_A_ROW, asked)]

    def terms(self, field: str, prefix: str, limit: int) -> list[str]:
        """See Part."""
        key = (field, prefix, limit)
        if (found := self._begun.get(key)) is None:
            start = PREFIXES[field] + prefix
            rows = self._rows(_TERMS, (start, start + _LAST, limit))
            if len(self._begun) >= _REMEMBERED:
                self._begun.clear()
            found = self._begun[key] = [term[len(start) :] for (term,) in rows]
        return found

    def vocabulary(self, field: str) -> Lexicon:
        """See Columns."""
        return Spelling(self._near, int(PREFIXES[field][0]))

    def _near(self, level: int, form: str, most: int) -> list[tuple[str]]:
        """The words of about that length, only those with its trigrams if these are there."""
        if not self.size:
            return []
        size, layout = len(form), self._layout
        asked = [str(level), max(size - most, 3) + 2, size + most + 2]

        def near(cursor: Any) -> list[tuple[str]]:
            found = cursor.execute(TRIGRAMS_SCHEMA).fetchone()
            if found is None:
                return cursor.execute(layout.text(_NEAR, self._build), asked).fetchall()  # type: ignore[no-any-return]
            # Each wrong letter, or two that are swapped, change four of its trigrams at most.
            least = max(size + 1 - 4 * most, 1) / (size + 1 + 4 * most)
            cursor.execute(f"SET LOCAL pg_trgm.similarity_threshold = {least - 0.001:.3f}")
            alike = layout.text(_NEAR + _ALIKE, self._build, schema=found[0])
            return cursor.execute(alike, [*asked, form]).fetchall()  # type: ignore[no-any-return]

        return self._connections.ask(near)

    def synonyms(self, field: str) -> Mapping[str, Sequence[str]]:
        """See Part."""
        if field not in self._synonyms:
            found: dict[str, list[str]] = {}
            for term in self.terms(field, SYNONYM, _ALL):
                key, _, words = term.partition("=")
                found.setdefault(key, []).append(words)
            self._synonyms[field] = found
        return self._synonyms[field]

    def card(self, document: int) -> Card:
        """See Columns."""
        return self.cards([document])[document]

    def cards(self, documents: Collection[int]) -> dict[int, Card]:
        """See Columns."""
        found = {number: card_of(text) for number, text in self._rows(_CARDS, (list(documents),))}
        if len(found) != len(set(documents)):
            raise Damaged("documents without rows")
        return found


class Spelling:
    """See ``spelling.Lexicon``: the words of one level, which PostgreSQL looks for."""

    def __init__(self, near: Callable[[int, str, int], list[tuple[str]]], level: int) -> None:
        self._near, self._level = near, level

    def near(self, form: str, most: int) -> Iterator[Near]:
        """See Lexicon."""
        for (word,) in self._near(self._level, form, most):
            if not word.isdigit() and (away := distance(form, word, most)) <= most:
                yield Near(word, away)
