"""Titles that go on as one types."""

from collections.abc import Iterator
from itertools import islice

from wiki.projections.analysis import plain_words
from wiki.projections.searching.index.schema import NAME, TITLE, roots_field
from wiki.projections.searching.index.snapshot import Snapshot
from wiki.projections.searching.index.view import View
from wiki.projections.searching.question import LONGEST, MOST_WORDS
from wiki.projections.searching.results import Suggestion

_LOOKED_AT = 300


def completions(
    snapshot: Snapshot, typed: str, audience: frozenset[str], limit: int, kind: str = ""
) -> Iterator[Suggestion]:
    """Pages whose titles begin with what was typed, then those that have its words in any order.

    The last word may be unfinished. Shorter titles come first; with a ``kind``, only its pages.
    """
    words = plain_words(typed[:LONGEST])[:MOST_WORDS]
    if not words:
        return
    view = View(snapshot, audience)

    def beginning(start: str) -> dict[int, int]:
        """Visible documents with a term that begins so, and how much longer the term is."""
        found: dict[int, int] = {}
        for rest, postings in islice(view.begun(roots_field, start), _LOOKED_AT):
            for document in postings.documents.tolist():
                if not kind or snapshot.kinds[document] == kind:
                    found.setdefault(document, len(rest))
        return found

    first = beginning(TITLE + "".join(words)[:200])
    paths = snapshot.paths
    order = sorted(first, key=lambda document: (first[document], paths[document]))
    if len(order) < limit:
        others = beginning(NAME + words[-1])
        for word in words[:-1]:
            kept = set(view.documents(roots_field, NAME + word).tolist())
            others = {document: rest for document, rest in others.items() if document in kept}
        order += sorted(
            others.keys() - first.keys(), key=lambda document: (others[document], paths[document])
        )
    cards = snapshot.cards(order[:limit])
    for document in order[:limit]:
        card = cards[document]
        yield Suggestion(card.path, card.title, snapshot.kinds[document])
