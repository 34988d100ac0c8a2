"""Whether what somebody typed into a search field is a question rather than words (pure)."""

import re

from wiki.api.meaning import fold

from .kinds import Kind, read_question

_FEWEST = 2
_BEFORE = r"(?:(?:a|de|d'|pour|avec|chez|dans|depuis|par|sur|en|vers|jusqu'a|et) ?)?"
_ASKS = re.compile(
    rf"^(?:{_BEFORE}(?:qui|que|quoi|qu'|quel(?:le)?s?|lequel|laquelle|lesquel(?:le)?s|comment|combien"
    r"|pourquoi|quand|est-ce)\b"
    r"|ou (?:est|sont|en|se|puis|peut|trouver|vont|va)\b"
    r"|(?:what|which|who|whose|when|where|why|how)\b)"
    r"|\b(?:est-ce que?|qu'est-ce)\b|-t-(?:il|elle|on)s?\b|\?\s*$"
)


def is_question(text: str) -> bool:
    """Whether ``text`` asks for more than pages that have its words."""
    asked = read_question(text)
    if len(asked.text.split()) < _FEWEST or not asked.stems:
        return False
    if asked.kind is not Kind.PASSAGES or asked.want is not None:
        return True
    return bool(_ASKS.search(fold(asked.text).replace("’", "'")))
