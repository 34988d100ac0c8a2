"""Lists of words as they are read: apart by blanks."""


def wordlist(text: str) -> frozenset[str]:
    """The words of ``text``."""
    return frozenset(text.split())
