"""From a question to its answer: ranked, filtered and counted, a window of it shown."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import nlargest, nsmallest

from wiki.projections.searching.correction import corrected, missing
from wiki.projections.searching.extracts import Marker, extract
from wiki.projections.searching.facets import Fact, Facts, filtered
from wiki.projections.searching.question import Question, read_question
from wiki.projections.searching.ranking import Ranking
from wiki.projections.searching.results import Hit, SearchRequest, SearchResults
from wiki.projections.searching.slots import Slot
from wiki.projections.searching.snapshot import Snapshot

#: what a match below its root page counts for a space
_BELOW = 0.7


def answer(snapshot: Snapshot, request: SearchRequest, facts: Facts | None) -> SearchResults:
    """The results of ``request``, none where nothing is looked for; raises Damaged."""
    question = read_question(request.query, request.filters)
    if question.empty:
        return SearchResults()
    ranked = Ranking(snapshot, question, request.audience).rank(as_typed=request.as_typed)
    scores = ranked.scores
    if request.by_space:
        scores = _by_space(snapshot, scores, request.audience)
    chosen = filtered(
        scores,
        snapshot.groups,
        _facts(snapshot, scores, request, facts),
        question.filters,
        question.refused,
    )
    start, size = max(0, request.offset), max(0, request.limit)
    first = _first(start + size, chosen.documents, snapshot.paths, scores, request.ranks)
    window: Iterable[int] = first[start:]
    if request.of_a_kind:
        window = _of_a_kind(window, snapshot.kinds, request.of_a_kind)
    marker = _marker(question, ranked.slots) if request.extracts else None
    return SearchResults(
        total=len(chosen.documents),
        hits=tuple(_hit(snapshot, document, scores[document], marker) for document in window),
        facets=chosen.facets,
        suggestion=corrected(snapshot, question, ranked.slots),
        missing=missing(question, ranked.slots),
        also=tuple(words for slot in ranked.slots for words in slot.also),
    )


def _first(
    size: int,
    documents: Collection[int],
    paths: Sequence[str],
    scores: Mapping[int, float],
    ranks: Mapping[str, int] | None,
) -> list[int]:
    """So many of ``documents`` in their order: the best first, or by the ranks of their pages."""
    if ranks is None:
        if 0 < size < len(documents):
            # Scores alone are compared many times as fast; equal ones are told apart below.
            least = nlargest(size, map(scores.__getitem__, documents))[-1]
            documents = [document for document in documents if scores[document] >= least]
        return nsmallest(size, documents, key=lambda one: (-scores[one], paths[one], one))
    last = len(ranks)
    return nsmallest(
        size,
        documents,
        key=lambda one: (ranks.get(paths[one], last), -scores[one], paths[one], one),
    )


def _of_a_kind(documents: Iterable[int], kinds: Sequence[str], most: int) -> Iterator[int]:
    """The first ``most`` documents of each kind."""
    taken: Counter[str] = Counter()
    for document in documents:
        taken[kinds[document]] += 1
        if taken[kinds[document]] <= most:
            yield document


def _by_space(
    snapshot: Snapshot, scores: Mapping[int, float], audience: frozenset[str]
) -> dict[int, float]:
    """The best score in each space, at its root page; pages in no space are left out."""
    visible, roots, spaces = snapshot.visible(audience), snapshot.roots, snapshot.spaces
    best: dict[int, float] = {}
    for document, score in scores.items():
        root = roots.get(spaces[document])
        if root is None or not visible[root]:
            continue
        if document != root:
            score *= _BELOW
        if score >= best.get(root, 0.0):
            best[root] = score
    return best


def _facts(
    snapshot: Snapshot, scores: Mapping[int, float], request: SearchRequest, facts: Facts | None
) -> Mapping[str, Sequence[Fact]]:
    if facts is None:
        return {}
    spaces = set(map(snapshot.spaces.__getitem__, scores))
    spaces.discard("")
    return facts.of_spaces(spaces, request.audience, request.today)


def _marker(question: Question, slots: Sequence[Slot]) -> Marker:
    return Marker([(slot.word.form, *slot.stand_ins) for slot in slots], question.last)


def _hit(snapshot: Snapshot, document: int, score: float, marker: Marker | None) -> Hit:
    card = snapshot.card(document)
    return Hit(
        card.path,
        card.anchor,
        card.title,
        snapshot.kinds[document],
        score,
        extract(card, marker) if marker else "",
    )
