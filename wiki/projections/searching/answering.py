"""From a question to its answer: ranked, filtered and counted, a window of it shown."""

from collections.abc import Callable, Mapping, Sequence
from heapq import nsmallest

from wiki.projections.searching.correction import corrected
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
    window = nsmallest(
        max(0, request.offset) + max(0, request.limit),
        chosen.documents,
        key=_order(snapshot.paths, scores, request.ranks),
    )[max(0, request.offset) :]
    marker = _marker(question, ranked.slots) if request.extracts else None
    return SearchResults(
        total=len(chosen.documents),
        hits=tuple(_hit(snapshot, document, scores[document], marker) for document in window),
        facets=chosen.facets,
        suggestion=corrected(snapshot, question, ranked.slots),
        also=tuple(words for slot in ranked.slots for words in slot.also),
    )


def _order(
    paths: Sequence[str], scores: Mapping[int, float], ranks: Mapping[str, int] | None
) -> Callable[[int], tuple[object, ...]]:
    """What documents are put in order by: the best first, or by the ranks of their pages."""
    if ranks is None:
        return lambda document: (-scores[document], paths[document], document)
    last = len(ranks)
    return lambda document: (
        ranks.get(paths[document], last),
        -scores[document],
        paths[document],
        document,
    )


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
