"""Words of a paragraph that a page is about: what one who writes may link, in one tap.

::

    paragraph ──▶ what is near it ──▶ whose title stands there, in whatever form ──▶ words to link
                                      read by all who read the page that is written

Nothing of the paragraph is kept.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from wiki.api.meaning import content_stems, fold
from wiki.api.reading import Reader, find_page, narrower_or_equal

from .search import near_text, shelf_for
from .texts import PAGE

#: what is read of a paragraph, what is looked at, what is offered
LONGEST, _LOOKED_AT, _OFFERED = 2_000, 30, 3
_TYPES = ("project", "person", "organisation", "event", "dossier", "carrefour", PAGE)
#: words between those of a title
_BETWEEN = 3
#: a title of one word is linked where it is this long; of three and more, this part is enough
_ALONE, _ENOUGH = 4, 0.6
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
#: links, code, addresses, marks, and what ends a sentence: no link goes across
_APART = re.compile(
    r"\[\[[^\[\]\n]{0,300}\]\]|!?\[[^\[\]\n]{0,300}\]\([^()\n]{0,500}\)|`[^`\n]{0,300}`"
    r"|\w{1,20}://\S+|\{[^{}\n]{0,100}\}|[#@]\S+|[.;:!?\n|]"
)
#: what follows in a title says more of the same
_SUBTITLE = re.compile(r"\s[–—-]\s|[:(]")


class Mention(NamedTuple):
    """``words``, which stand at ``at`` of the paragraph, and the page that they name."""

    at: int
    words: str
    path: str
    title: str


class _Token(NamedTuple):
    at: int
    end: int
    sentence: int
    folded: str
    stems: Collection[str]


class _Place(NamedTuple):
    """Where a title stands; ``whole``: all of it."""

    at: int
    end: int
    whole: bool


def find_mentions(text: str, path: str, reader: Reader) -> list[Mention]:
    """What of ``text``, a paragraph of the page at ``path``, may be linked.

    Those whose whole title stands there come first, and then the nearest.
    """
    text = text[:LONGEST]
    page = find_page(reader, path)
    # What is not there yet, or is not for the reader, is written for everyone.
    group = reader.access(path).group if page is not None else "public"
    tokens = list(_tokens(text))
    fits = near_text(text, reader, _TYPES, _LOOKED_AT)
    kept = shelf_for(reader).of([(one.path, "") for one in fits], reader.audience)
    places = [
        (place, kept_one.path, kept_one.text.title)
        for kept_one in kept.values()
        if kept_one.path != path and (place := _place(tokens, kept_one.text.title)) is not None
    ]
    found: list[Mention] = []
    for place, other, title in sorted(places, key=lambda one: not one[0].whole):
        if not _overlaps(place, found) and narrower_or_equal(group, reader.access(other).group):
            found.append(Mention(place.at, text[place.at : place.end], other, title))
    return found[:_OFFERED]


def _tokens(text: str) -> Iterator[_Token]:
    sentence, seen = 0, 0
    apart = [(one.start(), one.end()) for one in _APART.finditer(text)]
    for start, end in [*apart, (len(text), len(text))]:
        for word in _WORD.finditer(text, seen, start):
            stems = content_stems(word[0])
            yield _Token(word.start(), word.end(), sentence, fold(word[0]), stems)
        sentence, seen = sentence + 1, end


def _place(tokens: list[_Token], title: str) -> _Place | None:
    """Where the title, or what it begins with, stands most closely; None where it does not."""
    for words in dict.fromkeys((title, _SUBTITLE.split(title)[0])):
        stems = set(content_stems(words))
        if not stems:
            continue
        place = _word(tokens, words) if len(stems) == 1 else _closest(tokens, stems)
        if place is not None:
            return place
    return None


def _word(tokens: list[_Token], title: str) -> _Place | None:
    """The word that is the title: in another form it is mostly no name."""
    said = fold(title.strip())
    found = [one for one in tokens if one.folded == said and len(said) >= _ALONE]
    return _Place(found[0].at, found[0].end, whole=True) if found else None


def _closest(tokens: list[_Token], stems: set[str]) -> _Place | None:
    enough = len(stems) if len(stems) < _BETWEEN else max(2, round(_ENOUGH * len(stems)))
    best: tuple[int, int, int, int] | None = None
    for first, token in enumerate(tokens):
        if stems.isdisjoint(token.stems):
            continue
        met: set[str] = set()
        for last in range(first, min(len(tokens), first + len(stems) + _BETWEEN)):
            if tokens[last].sentence != token.sentence:
                break
            new = stems.intersection(tokens[last].stems) - met
            met |= new
            if new and len(met) >= enough:
                rank = (-len(met), last - first, token.at, tokens[last].end)
                best = rank if best is None else min(best, rank)
    return None if best is None else _Place(best[2], best[3], whole=-best[0] == len(stems))


def _overlaps(place: _Place, found: Iterable[Mention]) -> bool:
    return any(place.at < one.at + len(one.words) and one.at < place.end for one in found)
