"""The thesaurus page as notions: equal terms, and what is wider or narrower than what (pure).

The grammar is the content format's: one list item a notion, terms joined by `` = ``, narrower
notions nested below it; lines of plain ``a, b, c`` are notions too.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from wiki.api.meaning import content_stems

Key = tuple[str, ...]

#: how surely a term stands for another: an equal one, a narrower one for what is wider
EQUAL, NARROWER = 0.6, 0.3
#: words of the longest term that is looked for
LONGEST = 4
_MOST_NOTIONS, _MOST_TERMS, _MOST_CHARACTERS = 10_000, 40, 120
_ITEM = re.compile(r"([ \t]*)[-*+][ \t]+(.+)")
_LIST = re.compile(r"[^\s#:,][^,.:;!?]*(?:,[^,.:;!?]+)+")


@dataclass(frozen=True)
class Notion:
    """Terms that mean the same, as written, and the place of the wider notion, if there is one."""

    terms: tuple[str, ...]
    wider: int | None = None


@dataclass(frozen=True)
class Related:
    """Another term for the one said: ``how`` is equal, narrower or wider, as that term is."""

    term: str
    key: Key
    worth: float
    how: str


@dataclass(frozen=True)
class Thesaurus:
    """Notions, and what each term leads to; ``related`` is empty for one that it does not know."""

    notions: Sequence[Notion] = ()
    related: Mapping[Key, tuple[Related, ...]] = field(default_factory=dict)


@lru_cache(maxsize=4)
def read_thesaurus(text: str) -> Thesaurus:
    """The notions of a page; what is no notion is passed over. Never raises.

    Kept for the next who asks: stems of hundreds of notions are most of what a panel takes.
    """
    notions = list(_notions(text))
    found: defaultdict[Key, dict[Key, Related]] = defaultdict(dict)

    def relate(said: str, instead: str, worth: float, how: str) -> None:
        key, other = key_of(said), key_of(instead)
        if not key or not other or key == other:
            return
        # A term may stand in several notions, even in a circle: the surest relation counts alone.
        known = found[key].get(other)
        if known is None or known.worth < worth:
            found[key][other] = Related(instead, other, worth, how)

    for notion in notions:
        for said in notion.terms:
            for other in notion.terms:
                relate(said, other, EQUAL, "equal")
        if notion.wider is not None:
            for wide in notions[notion.wider].terms:
                for narrow in notion.terms:
                    relate(wide, narrow, NARROWER, "narrower")
                    relate(narrow, wide, 0.0, "wider")
    return Thesaurus(notions, {key: tuple(others.values()) for key, others in found.items()})


def key_of(term: str) -> Key:
    """What a term is looked up by: the stems of its words."""
    return tuple(content_stems(term))


def terms_in(stems: Sequence[str], known: Mapping[Key, object]) -> Iterator[Key]:
    """The known terms that stand in a text, each once."""
    seen: set[Key] = set()
    for start in range(len(stems)):
        for size in range(1, LONGEST + 1):
            key = tuple(stems[start : start + size])
            if len(key) == size and key in known and key not in seen:
                seen.add(key)
                yield key


def _notions(text: str) -> Iterator[Notion]:
    above: list[tuple[int, int]] = []
    count = 0
    for line in text.splitlines():
        if count >= _MOST_NOTIONS:
            return
        if (item := _ITEM.match(line)) is not None:
            indent, terms = len(item[1].expandtabs(4)), _terms(item[2], "=")
            while above and above[-1][0] >= indent:
                above.pop()
            wider = above[-1][1] if above else None
            above.append((indent, count))
        elif _LIST.fullmatch(line.strip()):
            above, wider, terms = [], None, _terms(line, ",")
        else:
            above = [] if line.strip() else above
            continue
        yield Notion(terms, wider)
        count += 1


def _terms(line: str, mark: str) -> tuple[str, ...]:
    terms = map(str.strip, line.split(mark))
    return tuple(term for term in terms if 0 < len(term) <= _MOST_CHARACTERS)[:_MOST_TERMS]
