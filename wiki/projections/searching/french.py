"""A light French stemmer for words whose accents are folded already.

After the light stemmer of J. Savoy (*Light stemming approaches for the French, Portuguese, German
and Hungarian languages*, SAC 2006): plurals, feminines and the commonest endings of nouns and
adjectives; verbs are left alone. Snowball's French stemmer leans on accents (``é`` and ``e`` are
told apart in most of its rules), so that without them it cuts ``bâtiment`` to ``bat`` and keeps the
plural in ``velos``.
"""

#: ending, shortest word that it is cut from, what takes its place; the first that fits is applied
_ENDINGS = (
    ("issement", 10, "ir"),
    ("issant", 9, "ir"),
    ("ivement", 9, "if"),
    ("ement", 9, "e"),
    ("ficatrice", 12, "fier"),
    ("ficateur", 11, "fier"),
    ("ication", 10, "iquer"),
    ("catrice", 10, "quer"),
    ("cateur", 9, "quer"),
    ("isatrice", 11, "iser"),
    ("isateur", 10, "iser"),
    ("isation", 10, "iser"),
    ("atrice", 10, "er"),
    ("ateur", 9, "er"),
    ("ation", 10, "er"),
    ("ition", 10, "er"),
    ("trice", 7, "teur"),
    ("teuse", 8, "teur"),
    ("euse", 6, "eur"),
    ("onnelle", 10, "on"),
    ("onnel", 8, "on"),
    ("elle", 7, "el"),
    ("enne", 6, "en"),
    ("iere", 7, "ier"),
    ("ere", 7, "er"),
    ("ive", 6, "if"),
)


def stem(word: str) -> str:
    """The stem of a folded French ``word``."""
    word = _singular(word)
    for ending, shortest, instead in _ENDINGS:
        if len(word) >= shortest and word.endswith(ending):
            word = word[: -len(ending)] + instead
            break
    return _bare(word)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("aux") and not word.endswith("eaux"):
        # travaux: travail; chevaux: cheval. Both become -al, see _bare.
        return word[:-2] + "l"
    if len(word) > 3 and word[-1] in "sx":
        return word[:-1]
    return word


def _bare(word: str) -> str:
    """Without the final letters that gender, participles and infinitives add."""
    if len(word) > 5 and word.endswith("ail"):
        word = word[:-2] + "l"
    if len(word) > 5 and word.endswith("ie"):
        return word[:-1]
    if len(word) > 4 and word.endswith("er"):
        word = word[:-1]
    word = word[:4] + word[4:].rstrip("e")
    if len(word) > 4 and word[-1] == word[-2]:
        word = word[:-1]
    return word
