"""What is near a text, as one reader may see it: by words, by meaning, and why."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from math import log
from typing import cast

from wiki.api.meaning import Fit, Vectors, encoders, telling_words, text_digest
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, system_reader
from wiki.api.sisters import ask_sisters
from wiki.api.tables import depends_on, invalidate_pages
from wiki.api.translation import gettext

from .projection import Kept, Place, Seen, Shelf, unpacked
from .texts import BEGINNING, KINDS, asked_of, shared, shared_themes, weighed

TASK = "near"
#: the topic of what has been read by meaning
_VECTORS = "near vectors"
#: cosine below which two texts have nothing to do with each other
_FAR = 0.30
#: the same for few telling words: whatever they are, some short title is a little like them
_FAR_FROM_FEW, _FEW = 0.40, 4
#: likewise, for those that share one rarer word, or none
_FAR_FROM_ONE, _FAR_FROM_NONE = 0.35, 0.50
#: digits of a cosine
_DIGITS = 4
_log = logging.getLogger(__name__)


def shelf_of(instance: Instance) -> Shelf:
    """The texts, brought up to date."""
    return cast(Shelf, instance.projections["near"])


def shelf_for(reader: Reader) -> Shelf:
    """Likewise, for questions that name the reader's audience."""
    return cast(Shelf, reader.projection("near"))


def store_of(instance: Instance) -> Vectors | None:
    """The vectors of the quickest encoder that the setting allows; None where it has none."""
    found = [one for one in encoders(instance.settings.encoder) if one.quick]
    return instance.vectors.at("near", found[0]) if found else None


def read_new(instance: Instance) -> None:
    """The task: reads what is new, and lets go of what is gone."""
    store = store_of(instance)
    if store is None:
        return
    packed = {**shelf_of(instance).packed(), **_packed_at_sisters(instance)}
    missing = store.missing(packed)
    store.add({digest: unpacked(said) for digest, said in missing.items()})
    store.compact(packed.keys())
    if missing:
        invalidate_pages(instance, _VECTORS)


def _packed_at_sisters(instance: Instance) -> Mapping[bytes, bytes]:
    nothing: Mapping[bytes, bytes] = {}
    reader = system_reader(instance, "near")
    return ask_sisters(reader, lambda theirs: shelf_for(theirs).packed(), nothing)


def by_meaning(
    instance: Instance, asked: str, among: Sequence[Seen], limit: int
) -> list[tuple[Place, float]]:
    """Those ``among`` that mean most what ``asked`` does, with their cosines, the best first."""
    store = store_of(instance) if asked and among else None
    if store is None:
        return []
    import numpy as np

    depends_on(_VECTORS)
    rows = store.of([one.digest for one in among])
    # Who asks about a text that they see need not have it read again; a hidden one is not known.
    digest = text_digest(asked)
    own = next((at for at, one in enumerate(among) if one.digest == digest), None)
    known = own is not None and rows[own].any()
    try:
        vector = rows[own] if known else store.encoder.encode([asked])[0]
    except OSError as error:
        _log.warning("compared by words alone: %s", error)
        return []
    # Further digits differ from processor to processor, and would order equals.
    cosines = np.round(rows @ vector, _DIGITS)
    best = np.argsort(-cosines, kind="stable")[:limit]
    least = _FAR if len(telling_words(asked)) >= _FEW else _FAR_FROM_FEW
    return [(among[at].place, float(cosines[at])) for at in best if cosines[at] >= least]


#: of each way of looking
_LOOKED_AT = 60
#: how much a place further down counts less (G. Cormack et al., Reciprocal Rank Fusion, 2009)
_SLOWLY = 10
_BY_WORDS, _BY_MEANING = 1.0, 1.0
#: words that are looked for, the rarest
_WORDS = 40
#: a word in common says something by itself where so few texts, or so small a part, have it
_FEW_TEXTS, _RARE = 8, 0.05
#: words and themes that are told
_TOLD = 4


def near_text(text: str, reader: Reader, types: Sequence[str], limit: int) -> list[Fit]:
    """See the service ``near``."""
    asked = asked_of(text[: 8 * BEGINNING])
    said = telling_words(asked)
    if not said or limit <= 0:
        return []
    shelf = shelf_for(reader)
    among = shelf.seen(reader.audience, tuple(types) or KINDS)
    scores: defaultdict[Place, float] = defaultdict(float)
    meant = by_meaning(reader.instance, asked, among, _LOOKED_AT)
    worded, usual = by_words(shelf, asked, among, _LOOKED_AT)
    for weight, found in ((_BY_WORDS, worded), (_BY_MEANING, meant)):
        for rank, (place, _score) in enumerate(found):
            scores[place] += weight / (_SLOWLY + rank)
    best = sorted(scores, key=lambda place: (-scores[place], place))
    texts, cosines = shelf.of(best, reader.audience), dict(meant)
    fits = []
    for place in best:
        one, cosine = texts.get(place), cosines.get(place, 0.0)
        if one is not None and _is_near(said, one, usual, cosine):
            score = max(cosine, shared(asked, one.text.said))
            fits.append(Fit(*place, tuple(_reasons(said, one, usual)), score))
            if len(fits) >= limit:
                break
    return fits


def _is_near(said: dict[str, str], kept: Kept, usual: Collection[str], cosine: float) -> bool:
    """Whether what two texts share is a reason: a word or two that anyone may say are none.

    ``usual`` are words that many texts have; ``cosine`` is 0 where no encoder finds them near.
    """
    common = said.keys() & telling_words(kept.text.said).keys()
    rare = common - set(usual)
    themes = shared_themes(list(said), kept.text.themes)
    if len(rare) > 1 or len(common) == len(said) or shared_themes(list(rare), themes):
        return True
    least = _FAR if len(common) > 1 or themes else _FAR_FROM_ONE if rare else _FAR_FROM_NONE
    return cosine >= least


def by_words(
    shelf: Shelf, asked: str, among: Sequence[Seen], limit: int
) -> tuple[list[tuple[Place, float]], frozenset[str]]:
    """Those ``among``, who come by number, that share most of the rarer words of ``asked``.

    The best first; then the words that many have. Rarity is that among what is seen, so that what
    is hidden shows in no order.
    """
    if not among:
        return [], frozenset()
    import numpy as np

    numbers = np.fromiter((one.number for one in among), np.uint64, len(among))
    words = weighed(asked)
    found, usual, few = [], set(), max(_FEW_TEXTS, _RARE * len(among))
    for (stem, weight), having in zip(words.items(), shelf.having(words), strict=True):
        held = np.asarray(having.numbers)
        at = np.minimum(np.searchsorted(numbers, held), len(among) - 1)
        seen = numbers[at] == held
        if often := int(np.count_nonzero(seen)):
            rarity = log(1 + (len(among) - often + 0.5) / (often + 0.5))
            found.append((rarity, weight, at[seen], np.asarray(having.weights)[seen]))
        if often > few:
            usual.add(stem)
    found.sort(key=lambda one: -one[0])
    scores = np.zeros(len(among))
    met = np.zeros(len(among), np.int64)
    for rarity, weight, rows, weights in found[:_WORDS]:
        scores[rows] += rarity * rarity * weight * weights
        met[rows] += 2 if len(rows) <= few else 1
    good = np.flatnonzero(met > 1)
    best = good[np.argsort(-scores[good], kind="stable")[:limit]]
    return [(among[row].place, float(scores[row])) for row in best], frozenset(usual)


def _reasons(said: dict[str, str], kept: Kept, usual: Collection[str]) -> Iterator[str]:
    """Why, in the reader's words, of the two texts alone."""
    themes = shared_themes(list(said), kept.text.themes)[:_TOLD]
    if themes:
        yield gettext("about {themes}").format(themes=", ".join(themes))
    others = telling_words(kept.text.said)
    about = {stem for theme in themes for stem in telling_words(theme)}
    common = [stem for stem in said if stem in others and stem not in about]
    common = [stem for stem in common if stem not in usual] or common
    if common:
        told = list(dict.fromkeys(others[stem] for stem in common))[:_TOLD]
        words = ", ".join(gettext("“{word}”").format(word=word) for word in told)
        yield gettext("both speak of {words}").format(words=words)
    elif not themes:
        yield gettext("says much the same in other words")
