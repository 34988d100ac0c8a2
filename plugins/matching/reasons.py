"""Why something fits, in the reader's words: what both say, what the thesaurus says, where, when.

Worked out from the two texts alone when they are shown; nothing of the measure that chose them is
told, and no order but that of the list.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wiki.api.meaning import content_stems, telling_words
from wiki.api.paths import slug
from wiki.api.translation import gettext, ngettext

from .skills.competence import words_for
from .texts import Text
from .thesaurus import Key, Related, Thesaurus, terms_in
from .trades import known_trades

#: words of each kind that are told
_SHARED, _RELATED = 3, 2


@dataclass(frozen=True)
class Reasons:
    """Why two texts fit: ``shared`` words as the second writes them; ``related`` pairs of terms."""

    shared: tuple[str, ...] = ()
    related: tuple[tuple[str, str, str], ...] = ()
    places: tuple[str, ...] = ()
    requests: int | None = None
    near: tuple[str, ...] = ()
    #: what a person can do for it: skills as their page lists them, or else its summary
    skills: tuple[str, ...] = ()
    summary: str = ""

    def words(self) -> tuple[str, ...]:
        """The reasons in sentences of the reader's language."""
        return tuple(self._words())

    def _words(self) -> Iterator[str]:
        if self.skills:
            yield ngettext("skill: {words}", "skills: {words}", len(self.skills)).format(
                words=_quoted(self.skills)
            )
        elif self.summary:
            yield gettext("about themselves: {words}").format(words=_quoted([self.summary]))
        if self.shared:
            both = gettext("you both say {words}")
            yield both.format(words=_quoted(self.shared))
        for said, other, how in self.related:
            yield _RELATIONS[how]().format(said=said, other=other)
        if not (self.shared or self.related or self.skills or self.summary):
            if self.near:
                close = gettext("the two texts speak of near things: “{one}”, “{other}”")
                yield close.format(one=self.near[0], other=self.near[1])
            else:
                yield gettext("the two texts speak of near things")
        if self.places:
            yield gettext("both in {place}").format(place=", ".join(self.places))
        if self.requests:
            yield ngettext(
                "available once a month", "available {count} times a month", self.requests
            ).format(count=self.requests)


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(gettext("“{word}”").format(word=word) for word in words)


_RELATIONS = {
    "equal": lambda: gettext("“{said}” and “{other}” are the same thing"),
    "narrower": lambda: gettext("“{other}” is a kind of “{said}”"),
    "wider": lambda: gettext("“{said}” is a kind of “{other}”"),
}


def reasons_for(need: Text, offer: Text, thesaurus: Thesaurus, skill: str = "") -> Reasons:
    """Why ``offer`` fits ``need``; a person by what they can do of ``skill``, by its name."""
    if skill:
        listed, told = words_for(offer, skill, known_trades())
        return Reasons(
            skills=listed[:_SHARED],
            summary=offer.title if told else "",
            places=_places(need, offer),
            requests=offer.availability or None,
        )
    asked, given = telling_words(need.said), telling_words(offer.said)
    common = [stem for stem in asked if stem in given]
    heads = [set(content_stems(text.heading)) for text in (need, offer)]
    common.sort(key=lambda stem: (not any(stem in head for head in heads), stem))
    # A single word says something where both are about it.
    if len(common) == 1 and not all(common[0] in head for head in heads):
        common = []
    related = tuple(_related(need, offer, thesaurus, set(common)))[:_RELATED]
    keywords = (_first(need), _first(offer))
    return Reasons(
        shared=tuple(given[stem] for stem in common[:_SHARED]),
        related=related,
        places=_places(need, offer),
        requests=offer.availability or None,
        near=keywords if all(keywords) else (),
    )


def _related(
    need: Text, offer: Text, thesaurus: Thesaurus, shared: set[str]
) -> Iterator[tuple[str, str, str]]:
    asked, given = content_stems(need.said), content_stems(offer.said)
    known = thesaurus.related
    there = set(terms_in(given, known))
    mine = list(terms_in(asked, known))
    spoken = {key: _as_said(key, known) for key in (*mine, *there)}
    told: set[frozenset[Key]] = set()
    for key in mine:
        if shared & set(key):
            continue
        for other in sorted(known[key], key=lambda one: -one.worth):
            pair = frozenset((key, other.key))
            if other.key in there and not shared & set(other.key) and pair not in told:
                told.add(pair)
                yield spoken[key], other.term, other.how


def _as_said(key: Key, known: Mapping[Key, Sequence[Related]]) -> str:
    """The term of a key as the thesaurus writes it: whoever leads back to it has it."""
    for other in known[key]:
        for back in known.get(other.key, ()):
            if back.key == key:
                return back.term
    return " ".join(key)


def _places(need: Text, offer: Text) -> tuple[str, ...]:
    common = need.territories & offer.territories
    if not common:
        return ()
    return tuple(place for place in need.places if slug(place) in common)


def _first(text: Text) -> str:
    """A few words that stand for a text: its first keyword, or how it begins."""
    if text.keywords:
        return text.keywords[0]
    words = text.title.split()
    return " ".join(words[:6]) + ("…" if len(words) > 6 else "")
