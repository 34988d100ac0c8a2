"""Where the wiki does not say: rules about what is asked, and none about how near a passage is.

No score of a passage tells a question that is not answered from one that is (beside what the wiki
is not about, it does: ``elsewhere.py``). What does: a name that stands
nowhere on the pages that one may see, the noun of a project for something that nothing is near to,
and a number, an amount or a day that is wanted of a page which holds none.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial

from wiki.api.meaning import content_stems

from .evidence import holds
from .kinds import Question
from .names import proper_names
from .projection import Kept, Seen, Shelf
from .ranking import Found
from .words import stems_of

#: pages that may hold what is wanted, those of the best passages, where none is named
_FEW, _PAGES = 10, 5
#: passages of them that are looked at
_OF_NAMED = 400


class Texts:
    """The passages of ``seen`` by row, read as they are asked for."""

    def __init__(self, shelf: Shelf, seen: Seen, audience: Collection[str]) -> None:
        self._shelf, self._seen, self._audience = shelf, seen, audience
        self._kept: dict[int, Kept] = {}

    def of(self, rows: Iterable[int]) -> list[Kept]:
        """The passages of these rows, in their order."""
        rows = list(rows)
        numbers = {int(self._seen.numbers[row]): row for row in rows if row not in self._kept}
        for number, kept in self._shelf.of(list(numbers), self._audience).items():
            self._kept[numbers[number]] = kept
        return [self._kept[row] for row in rows if row in self._kept]

    def pages_of(self, rows: Iterable[int]) -> list[int]:
        """The pages of these rows, each once."""
        return list(dict.fromkeys(int(self._seen.page[row]) for row in rows))

    def rows_on(self, pages: Sequence[int]) -> list[int]:
        """The rows of all passages of these pages."""
        import numpy as np

        return [int(row) for row in np.flatnonzero(np.isin(self._seen.page, list(pages)))]


def is_silent(
    asked: Question,
    found: Sequence[Found],
    texts: Texts,
    named: Sequence[int],
    unknown: Collection[str],
    is_strange: Callable[..., bool],
) -> bool:
    """Whether nothing that the reader may see answers.

    ``is_strange``: whether nothing is near a word in meaning either, or none of these rows.
    """
    if not found or found[0].score <= 0 or _names_unknown(asked.text, unknown):
        return True
    if any(is_strange(one) for one in asked.subjects if is_unknown(one, unknown)):
        return True
    best = [one.row for one in found[:_FEW]]
    rows = texts.rows_on(named or texts.pages_of(best)[:_PAGES])[:_OF_NAMED]
    if len(named) <= 1:
        about = rows if named else _telling_of(asked, found, texts)
        if about is not None and _are_beside(
            asked, texts.of(about), partial(is_strange, rows=about)
        ):
            return True
    told = texts.of(rows)
    return not any(holds(asked, kept.passage) for kept in told)


def _telling_of(asked: Question, found: Sequence[Found], texts: Texts) -> list[int] | None:
    """The best passages that have a name of the question which is no page's; None without one.

    An acronym is seldom what is asked about.
    """
    names = [set(stems_of(one)) for one in proper_names(asked.text) if not one.isupper()]
    if not any(names):
        return None
    rows = [one.row for one in found]
    return [
        row
        for row, kept in zip(rows, texts.of(rows), strict=True)
        if any(not one.isdisjoint(stems_of(kept.passage.said)) for one in names)
    ]


def _are_beside(asked: Question, told: Sequence[Kept], is_strange: Callable[[str], bool]) -> bool:
    """Whether passages about what is named have none of the nouns of what is asked about it."""
    if not told:
        return True
    titles = {stem for _path, passage in told for stem in stems_of(passage.title)}
    said = {stem for kept in told for stem in stems_of(kept.passage.said)} - titles
    nouns = [one for one in asked.nouns if not titles.issuperset(stems_of(one))]
    names = {stem for one in proper_names(asked.text) for stem in stems_of(one)}
    nouns = [one for one in nouns if names.isdisjoint(stems_of(one))]
    missing = said.isdisjoint({stem for one in nouns for stem in stems_of(one)})
    return bool(nouns) and missing and all(map(is_strange, nouns))


def _names_unknown(question: str, unknown: Collection[str]) -> bool:
    """Whether a name in the question stands nowhere, nor anything that is spelt almost like it."""
    return any(is_unknown(name, unknown) for name in proper_names(question))


def is_unknown(word: str, unknown: Collection[str]) -> bool:
    """Whether the whole of ``word`` stands nowhere: parts of a name in one word are often words."""
    stems = content_stems(word)
    return bool(stems) and all(stem in unknown for stem in stems)
