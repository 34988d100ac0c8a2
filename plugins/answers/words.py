"""Words as passages and questions share them: stems, of names in one word their parts too."""

import re
from functools import lru_cache

from wiki.api.meaning import content_stems, fold

#: where small letters turn to capitals, in names such as ``DossierFacile``
_TURN = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_RUN = re.compile(r"[^\W_]+")
_ASKING = """
combien comment pourquoi quand lequel laquelle lesquels lesquelles quoi qui existe existent connait
connaissez connaitre savoir sait savez dire dites peux peut pouvez trouve trouver cherche quelqu
quelque quelques chose choses truc trucs faire fait fais faut projet projets service services outil
outils wiki page pages devenu devenue devenus question est-ce
tell know find does anyone anything someone something project projects there
"""
#: words that say nothing in a question, beside those that never do
_ASKS = frozenset(_ASKING.split())


def stems_of(text: str) -> list[str]:
    """The telling stems of ``text`` in their order."""
    return [stem for run in text.split() for stem in _stems(run)]


def asked_stems(question: str) -> list[str]:
    """Likewise, of a question: what only asks is left out, unless nothing else is there."""
    return list(dict.fromkeys(stems_of(asked_words(question))))


def asked_words(question: str) -> str:
    """The telling words of a question as they are written, or all of it where it has none."""
    runs = (one for one in _RUN.findall(question) if fold(one) not in _ASKS and _stems(one))
    return " ".join(runs) or question


def plain_words(text: str) -> list[str]:
    """The words of ``text``, folded."""
    return [fold(word) for word in _RUN.findall(text)]


@lru_cache(maxsize=16_384)
def _stems(run: str) -> tuple[str, ...]:
    whole = content_stems(run)
    parts = [stem for one in _TURN.split(run) for stem in content_stems(one)]
    return tuple(whole) if parts == whole else (*whole, *parts)
