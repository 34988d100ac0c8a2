"""Words that stand in a row."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from wiki.projections.analysis import Word, is_stop_word
from wiki.projections.searching.index.postings import Numbers
from wiki.projections.searching.index.schema import decode, words_field
from wiki.projections.searching.index.view import View


def with_phrase(view: View, phrase: Sequence[Word]) -> Numbers:
    """The documents where the words of ``phrase`` stand as far apart as in it.

    Stop words are not looked for: bodies do not keep them, only their room.
    """
    told = [word for word in phrase if not is_stop_word(word.form)] or list(phrase)
    if len(told) == 1:
        return view.documents(words_field, told[0].form)
    places = [view.places(word.form) for word in told]
    common = set(places[0]).intersection(*places[1:])
    gaps = [after.place - before.place for before, after in pairwise(told)]
    return np.array(
        [
            document
            for document in common
            if _in_a_row([decode(found[document]) for found in places], gaps)
        ],
        np.intp,
    )


def _in_a_row(places: Sequence[Iterable[int]], gaps: Sequence[int]) -> bool:
    ends = set(places[0])
    for found, gap in zip(places[1:], gaps, strict=True):
        ends = {place + gap for place in ends} & set(found)
    return bool(ends)
