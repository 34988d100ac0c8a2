"""Words that stand in a row."""

from collections.abc import Sequence
from itertools import pairwise

from wiki.projections.analysis import Word, is_stop_word
from wiki.projections.searching.index.postings import Numbers
from wiki.projections.searching.index.schema import words_field
from wiki.projections.searching.index.view import View


def with_phrase(view: View, phrase: Sequence[Word]) -> Numbers:
    """The documents where the words of ``phrase`` stand as far apart as in it.

    Stop words are not looked for: bodies do not keep them, only their room.
    """
    told = [word for word in phrase if not is_stop_word(word.form)] or list(phrase)
    if len(told) == 1:
        return view.documents(words_field, told[0].form)
    gaps = [after.place - before.place for before, after in pairwise(told)]
    return view.in_a_row([word.form for word in told], gaps)
