"""Where the wiki does not say: rules about what is asked, and none about how near a passage is.

No score tells a question that is not answered from one that is. What does: a name that stands
nowhere on the pages that one may see, and a number, an amount or a day that is wanted of a page
which holds none.
"""

from collections.abc import Collection, Iterable, Sequence

from .evidence import holds
from .kinds import Question
from .names import proper_names
from .projection import Kept, Seen, Shelf
from .ranking import Found
from .words import stems_of

#: passages that may hold what is wanted, where no page is named
_FEW = 10
#: passages of named pages that are looked at
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
) -> bool:
    """Whether nothing that the reader may see answers."""
    if not found or _names_unknown(asked.text, unknown):
        return True
    if asked.want is None:
        return False
    rows = texts.rows_on(named)[:_OF_NAMED] if named else [one.row for one in found[:_FEW]]
    return not any(holds(asked, kept.passage.text) for kept in texts.of(rows))


def _names_unknown(question: str, unknown: Collection[str]) -> bool:
    """Whether a name in the question stands nowhere, nor anything that is spelt almost like it."""
    for name in proper_names(question):
        stems = stems_of(name)
        if stems and all(stem in unknown for stem in stems):
            return True
    return False
