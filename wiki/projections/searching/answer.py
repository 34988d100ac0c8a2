"""From a question to its answer: ranked, filtered and counted, a window of it shown."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import nsmallest
from html import escape
from itertools import compress

import numpy as np

from wiki.projections.searching.correction import corrected, missing
from wiki.projections.searching.extracts import Marker, extract, marked_title
from wiki.projections.searching.facet_counts import filtered
from wiki.projections.searching.facets import Facts, Said
from wiki.projections.searching.index.entries import PAGE, Card
from wiki.projections.searching.index.postings import Numbers, Weights
from wiki.projections.searching.index.slots import Slot
from wiki.projections.searching.index.snapshot import Snapshot
from wiki.projections.searching.question import Question, read_question
from wiki.projections.searching.ranking import Ranked, Ranking
from wiki.projections.searching.results import Hit, SearchRequest, SearchResults

#: what a match below its root page counts for a space
_BELOW = 0.7
#: spaces that are named where facts of theirs are asked for
_FEW = 1_000


def answer(snapshot: Snapshot, request: SearchRequest, facts: Facts | None) -> SearchResults:
    """The results of ``request``, none where nothing is looked for; raises Damaged."""
    question = read_question(request.query, request.filters)
    if question.empty:
        return SearchResults()
    ranked = Ranking(snapshot, question, request.audience).rank(as_typed=request.as_typed)
    if request.by_space:
        ranked = _by_space(snapshot, ranked, request.audience)
    documents, scores = ranked.documents, ranked.scores
    said = _said(snapshot, documents, request, facts)
    chosen = filtered(documents, snapshot, said, question.filters, question.refused)
    start, size = max(0, request.offset), max(0, request.limit)
    first = _first(start + size, chosen.documents, snapshot.paths, scores, request.ranks)
    window: Iterable[int] = first[start:]
    if request.of_a_kind:
        window = _of_a_kind(window, snapshot.kinds, request.of_a_kind)
    window = list(window)
    marker = _marker(question, ranked.slots) if request.extracts else None
    cards = snapshot.cards(window)
    return SearchResults(
        total=len(chosen.documents),
        hits=tuple(_hit(snapshot, cards[one], one, float(scores[one]), marker) for one in window),
        facets=chosen.facets,
        suggestion=corrected(snapshot, question, ranked.slots),
        missing=missing(question, ranked.slots),
        also=tuple(words for slot in ranked.slots for words in slot.also),
    )


def _first(
    size: int,
    documents: Numbers,
    paths: Sequence[str],
    scores: Weights,
    ranks: Mapping[str, int] | None,
) -> list[int]:
    """So many of ``documents`` in their order: the best first, or by the ranks of their pages."""
    if ranks is None:
        if 0 < size < len(documents):
            # Scores alone are compared many times as fast; equal ones are told apart below.
            found = scores[documents]
            documents = documents[found >= np.partition(found, -size)[-size]]
        return nsmallest(size, documents.tolist(), key=lambda one: (-scores[one], paths[one], one))
    last = len(ranks)
    return nsmallest(
        size,
        documents.tolist(),
        key=lambda one: (ranks.get(paths[one], last), -scores[one], paths[one], one),
    )


def _of_a_kind(documents: Iterable[int], kinds: Sequence[str], most: int) -> Iterator[int]:
    """The first ``most`` documents of each kind; twice as many pages, which are shown in two."""
    taken: Counter[str] = Counter()
    for document in documents:
        kind = kinds[document]
        taken[kind] += 1
        if taken[kind] <= (2 * most if kind == PAGE else most):
            yield document


def _by_space(snapshot: Snapshot, ranked: Ranked, audience: frozenset[str]) -> Ranked:
    """The best score in each space, at its root page; pages in no space are left out."""
    documents = ranked.documents[snapshot.roots[ranked.documents] >= 0]
    roots = snapshot.roots[documents]
    scores = ranked.scores[documents]
    scores[documents != roots] *= _BELOW
    best = np.zeros(snapshot.size)
    np.maximum.at(best, roots, scores)
    found = np.unique(roots)
    return replace(ranked, documents=found[snapshot.visible(audience)[found]], scores=best)


def _said(
    snapshot: Snapshot, documents: Numbers, request: SearchRequest, facts: Facts | None
) -> Said:
    """What the spaces of ``documents`` say, and perhaps others."""
    if facts is None:
        return Said({})
    values, places, _known = snapshot.space_column
    found = np.bincount(places[documents], minlength=len(values))
    spaces: Collection[str] = values
    # Where they are many, all are as good, and telling which takes longer than the counting.
    if np.count_nonzero(found) <= _FEW:
        spaces = {space for space in compress(values, found) if space}
    return facts.of_spaces(spaces, len(values), request.audience, request.today)


def _marker(question: Question, slots: Sequence[Slot]) -> Marker:
    return Marker([(slot.word.form, *slot.stand_ins) for slot in slots], question.last)


def _hit(snapshot: Snapshot, card: Card, document: int, score: float, marker: Marker | None) -> Hit:
    return Hit(
        card.path,
        card.anchor,
        card.title,
        snapshot.kinds[document],
        score,
        extract(card, marker) if marker else "",
        marked_title(card, marker) if marker else escape(card.title),
    )
