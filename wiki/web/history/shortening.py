"""Words of a page that a sentence repeats, no longer than a line."""

LONGEST = 80


def short(words: str, most: int = LONGEST) -> str:
    """``words`` on one line, cut with … where they are longer."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[:most].rstrip()}…"
