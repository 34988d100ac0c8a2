"""Words of a question that no passage has, as they may have been meant."""

from collections.abc import Sequence

from wiki.api.meaning import distance

from .projection import Seen, Shelf

#: a word of so many letters may have one wrong, or two
_ONE, _TWO = 4, 7
#: words that one may be meant as
_MEANT = 3


def known_stems(shelf: Shelf, seen: Seen, stems: Sequence[str]) -> tuple[list[str], list[str]]:
    """The stems that passages have which are seen, misspelt ones put right; and the others."""
    known, unknown = [], []
    for stem, having in zip(stems, shelf.having(stems), strict=True):
        if len(seen.rows_of(having.numbers)[0]):
            known.append(stem)
        elif meant := _meant(shelf, seen, stem):
            known += meant
        else:
            unknown.append(stem)
    return list(dict.fromkeys(known)), unknown


def _meant(shelf: Shelf, seen: Seen, stem: str) -> list[str]:
    most = 2 if len(stem) >= _TWO else 1 if len(stem) >= _ONE else 0
    if not most or stem.isdigit():
        return []
    letters = set(stem)
    near = []
    # The first letter is seldom wrong.
    for other in shelf.stems(stem[0]):
        if (
            abs(len(other) - len(stem)) <= most
            and len(letters ^ set(other)) <= 2 * most
            and (away := distance(stem, other, most)) <= most
        ):
            near.append((away, other))
    near.sort()
    words = [other for _away, other in near]
    found = [
        (away, word)
        for (away, word), having in zip(near, shelf.having(words), strict=True)
        if len(seen.rows_of(having.numbers)[0])
    ]
    return [word for away, word in found if away == found[0][0]][:_MEANT]
