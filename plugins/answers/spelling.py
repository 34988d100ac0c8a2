"""Words of a question that no passage has, as they may have been meant."""

from collections.abc import Sequence

from wiki.api.meaning import distance

from .projection import Lookup

#: a word of so many letters may have one wrong, or two where it begins alike
_ONE, _TWO, _ALIKE = 5, 8, 3
#: words that one may be meant as
_MEANT = 3


def known_stems(words: Lookup, stems: Sequence[str]) -> tuple[list[str], list[str]]:
    """The stems that passages have which are seen, misspelt ones put right; and the others."""
    known, unknown = [], []
    for stem in stems:
        if words.has(stem):
            known.append(stem)
        elif meant := _meant(words, stem):
            known += meant
        else:
            unknown.append(stem)
    return list(dict.fromkeys(known)), unknown


def _meant(words: Lookup, stem: str) -> list[str]:
    most = 2 if len(stem) >= _TWO else 1 if len(stem) >= _ONE else 0
    if not most or stem.isdigit():
        return []
    letters = set(stem)
    near = []
    # The first letter is seldom wrong.
    for other in words.shelf.stems(stem[0]):
        if (
            abs(len(other) - len(stem)) <= most
            and len(letters ^ set(other)) <= 2 * most
            and (away := distance(stem, other, most)) <= most
            and (away < 2 or other[:_ALIKE] == stem[:_ALIKE])
        ):
            near.append((away, other))
    found = [(away, other) for away, other in sorted(near) if words.has(other)]
    return [other for away, other in found if away == found[0][0]][:_MEANT]
