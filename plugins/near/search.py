"""What is near a text, as one reader may see it: by words, by meaning, and why."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import log

from wiki.api.meaning import Fit
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from .projection import Kept, Place, Seen, Shelf
from .reading import by_meaning, shelf_for
from .texts import BEGINNING, KINDS, asked_of, shared_themes, telling, weighed

#: of each way of looking
_LOOKED_AT = 60
#: how much a place further down counts less (G. Cormack et al., Reciprocal Rank Fusion, 2009)
_SLOWLY = 10
_BY_WORDS, _BY_MEANING = 1.0, 1.0
#: words that are looked for, the rarest
_WORDS = 40
#: a single word in common says something where it is that rare
_RARE = 0.05
#: words and themes that are told
_TOLD = 4


def near_text(text: str, reader: Reader, types: Sequence[str], limit: int) -> list[Fit]:
    """See the service ``near``."""
    asked = asked_of(text[: 8 * BEGINNING])
    said = telling(asked)
    if not said or limit <= 0:
        return []
    shelf = shelf_for(reader)
    among = shelf.seen(reader.audience, tuple(types) or KINDS)
    scores: defaultdict[Place, float] = defaultdict(float)
    for weight, found in (
        (_BY_WORDS, by_words(shelf, asked, among, _LOOKED_AT)),
        (_BY_MEANING, by_meaning(reader.instance, asked, among, _LOOKED_AT)),
    ):
        for rank, (place, _score) in enumerate(found):
            scores[place] += weight / (_SLOWLY + rank)
    best = sorted(scores, key=lambda place: (-scores[place], place))
    texts = shelf.of(best, reader.audience)
    kept = [texts[place] for place in best if place in texts][:limit]
    return [Fit(one.path, one.text.identity, tuple(_reasons(said, one))) for one in kept]


def by_words(
    shelf: Shelf, asked: str, among: Sequence[Seen], limit: int
) -> list[tuple[Place, float]]:
    """Those ``among``, who come by number, that share most of the rarer words of ``asked``.

    The best first. Rarity is that among what is seen, so that what is hidden shows in no order.
    """
    if not among:
        return []
    import numpy as np

    numbers = np.fromiter((one.number for one in among), np.uint64, len(among))
    words = weighed(asked)
    found = []
    for weight, having in zip(words.values(), shelf.having(words), strict=True):
        held = np.asarray(having.numbers)
        at = np.minimum(np.searchsorted(numbers, held), len(among) - 1)
        seen = numbers[at] == held
        if often := int(np.count_nonzero(seen)):
            rarity = log(1 + (len(among) - often + 0.5) / (often + 0.5))
            found.append((rarity, weight, at[seen], np.asarray(having.weights)[seen]))
    found.sort(key=lambda one: -one[0])
    scores = np.zeros(len(among))
    shared = np.zeros(len(among), np.int64)
    for rarity, weight, rows, weights in found[:_WORDS]:
        scores[rows] += rarity * rarity * weight * weights
        shared[rows] += 2 if len(rows) <= 1 + _RARE * len(among) else 1
    good = np.flatnonzero(shared > 1)
    best = good[np.argsort(-scores[good], kind="stable")[:limit]]
    return [(among[row].place, float(scores[row])) for row in best]


def _reasons(said: dict[str, str], kept: Kept) -> Iterator[str]:
    """Why, in the reader's words, of the two texts alone."""
    themes = shared_themes(list(said), kept.text.themes)[:_TOLD]
    if themes:
        yield gettext("about {themes}").format(themes=", ".join(themes))
    others = telling(kept.text.said)
    about = {stem for theme in themes for stem in telling(theme)}
    shared = [others[stem] for stem in said if stem in others and stem not in about][:_TOLD]
    if shared:
        words = ", ".join(gettext("“{word}”").format(word=word) for word in shared)
        yield gettext("both speak of {words}").format(words=words)
    elif not themes:
        yield gettext("says much the same in other words")
