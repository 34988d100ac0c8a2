"""What the thesaurus, or a page that explains an acronym, says that words stand for.

Who types a word wants that word first. Where a document has what was typed, a document that has
other words for it alone scores less than any of those, and narrower terms are left out.
"""

from collections.abc import Sequence

from wiki.projections.analysis import is_stop_word
from wiki.projections.searching.index.slots import Slot
from wiki.projections.searching.index.view import View
from wiki.projections.searching.synonyms import LONGEST_TERM, is_narrower, key_of

#: what other words count at most, of the least that a document scores for the words typed; less
#: than what a page below its space's root counts for the space
BESIDE = 0.6


def stand_in(view: View, typed: Sequence[str], slots: Sequence[Slot]) -> None:
    """Raises the scores of ``slots`` in the documents that say it in other words."""
    told = [slot for slot in slots if typed[slot.word.place] == slot.word.form]
    for size in range(1, LONGEST_TERM + 1):
        for start in range(len(told) - size + 1):
            together = told[start : start + size]
            key = key_of([slot.word.form for slot in together])
            if instead := view.synonyms(key):
                _take(view, together, instead)


def _take(view: View, together: Sequence[Slot], instead: dict[str, float]) -> None:
    # The thesaurus has all its words, which makes none of them known.
    own = ~view.snapshot.last
    for slot in together:
        own &= slot.own > 0
    known = own.any()
    limits = [float(slot.own[own].min()) if known else None for slot in together]
    for words, worth in instead.items():
        if known and is_narrower(worth):
            continue
        forms = words.split()
        found = view.all_words(forms)
        if not found:
            continue
        together[0].also.append(words)
        share = view.rarity(len(found)) / len(together)
        most = float(found.weights.max())
        for slot, limit in zip(together, limits, strict=True):
            factor = share * worth
            if limit is not None:
                factor = min(factor, limit * BESIDE / most)
            slot.stand(found, factor)
            slot.mass = slot.mass or share * worth
            slot.stand_ins.update(form for form in forms if not is_stop_word(form))
