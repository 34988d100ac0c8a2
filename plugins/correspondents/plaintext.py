"""What people typed, as Markdown that shows exactly these words and does nothing else."""

import re

_MARKS = re.compile(r"([\\`*_\[\]<>|~{}#^$&!@])")
#: what begins a list, a heading underlined, a rule, a block of ours
_FIRST = re.compile(r"^([-+=:])")
_NUMBER = re.compile(r"^(\d{1,9})([.)])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")


_MAIL = re.compile(
    r"(?:<|mailto:){0,9}[^\s<>()\[\]\"',;:|]{1,200}@[^\s<>()\[\]\"',;:|]{1,250}>?",
    re.IGNORECASE,
)
_LEFT_OUT = "[…]"


def holds_address(text: str) -> bool:
    """Whether a mail address stands in it."""
    return _MAIL.search(text) is not None


def without_addresses(text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` with a sign for each mail address in it, and these, each once.

    What becomes a page is kept for ever in git, and copied: they have their place in private rows.
    """
    found = [one[0].strip("<>.!?*_").removeprefix("mailto:") for one in _MAIL.finditer(text)]
    return _MAIL.sub(_LEFT_OUT, text), tuple(dict.fromkeys(found))


def markdown_of(text: str) -> str:
    """``text`` line by line with its marks escaped; blank lines part paragraphs."""
    lines = [_line(line) for line in _CONTROLS.sub("", text.replace("\r\n", "\n")).split("\n")]
    joined = "\n".join(f"{line}  " if line else "" for line in lines)
    return re.sub(r"  (?=\n\n|\n?\Z)", "", re.sub(r"\n{3,}", "\n\n", joined)).strip()


def _line(line: str) -> str:
    # Marks of dates and places such as ``avant:`` count in lists alone, and this makes none.
    line = _MARKS.sub(r"\\\1", line.strip())
    return _NUMBER.sub(r"\1\\\2", _FIRST.sub(r"\\\1", line))
