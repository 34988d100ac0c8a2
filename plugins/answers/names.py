"""Names in a question: pages that it calls by their title, and names that stand nowhere."""

import re

from wiki.api.meaning import fold

from .projection import Seen
from .words import plain_words

#: words of a title that a question is asked for
_LONGEST = 8
#: letters of a title in one word
_ENOUGH = 3
_WORD = re.compile(r"[^\W_]\w*")
#: what stands before the first word of a sentence
_BEGINS = '.!?:…«"“('


def named_pages(seen: Seen, question: str) -> list[int]:
    """The pages of ``seen`` whose title stands in the question, the longest titles first."""
    words = plain_words(question)
    capitals = {fold(one) for one in proper_names(question)}
    titles = seen.titles
    found: list[int] = []
    taken = [False] * len(words)
    for size in range(min(_LONGEST, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            name = tuple(words[start : start + size])
            pages = titles.get(name, ())
            if not pages or any(taken[start : start + size]):
                continue
            # A title in one word may be any word.
            if size == 1 and (len(name[0]) < _ENOUGH or name[0] not in capitals):
                continue
            taken[start : start + size] = [True] * size
            found += pages
    return found


def proper_names(question: str) -> list[str]:
    """The words that are written as names are, as written, those that begin a sentence left out."""
    found = []
    for match in _WORD.finditer(question):
        word = match[0]
        inner = any(letter.isupper() for letter in word[1:])
        before = question[: match.start()].rstrip()
        begins = not before or before[-1] in _BEGINS
        if len(word) > 1 and (inner or (word[0].isupper() and not begins)):
            found.append(word)
    return found
