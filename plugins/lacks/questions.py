"""What two people mean by one question: the words of it that say something, in any form (pure)."""

import re
from typing import NamedTuple

from wiki.api.meaning import content_stems, fold

#: what is longer is asked by nobody else
LONGEST, _WORDS = 200, 8
_SHORTEST, _ACRONYM = 3, 5
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
#: addresses, numbers that call or name someone, and what only the search understands
_NOT_COUNTED = re.compile(r"[@:]|//|\d(?:[ .\-/]?\d){4}|(?:^|\s)-\w")


class Question(NamedTuple):
    """``key`` is the same for all who ask the same, ``words`` is how one of them writes it.

    Of the words those alone that have a stem in the key: all who share the key have typed them,
    in some form.
    """

    key: str
    words: str


def question_of(typed: str) -> Question | None:
    """The question that was typed; None where it is not one that others ask."""
    if len(typed) > LONGEST or _NOT_COUNTED.search(typed):
        return None
    words: list[str] = []
    stems: set[str] = set()
    for word in _WORD.findall(typed.replace("’", " ").replace("'", " ")):
        if found := content_stems(word):
            words.append(word if word.isupper() and len(word) <= _ACRONYM else word.lower())
            stems.update(found)
    if not 0 < len(stems) <= _WORDS or sum(map(len, map(fold, words))) < _SHORTEST:
        return None
    return Question(" ".join(sorted(stems)), " ".join(dict.fromkeys(words)))
