"""Those who wrote a change together, as its message names them in its last lines."""

import re

from wiki.translation import gettext as _
from wiki.translation import ngettext

_CREDIT = re.compile(r"^Co-authored-by:[ \t]*([^<\n]{1,200}?)[ \t]*(?:<[^\n]*)?$", re.M | re.I)
_PROGRAM = re.compile(r"^(?:Saved|Proposed)-with:[ \t]*(\S[^\n]{0,199})$", re.M)


def program_in(message: str) -> str:
    """What wrote the change in its author's name, as they call it; "" where they did."""
    return apart_from_program(message)[1]


def apart_from_program(message: str) -> tuple[str, str]:
    """The message without the line that names a program, and its name as ``program_in`` has it."""
    # What somebody typed is one line, and has nothing before it.
    words, _, trailers = message.strip().rpartition("\n\n")
    found = _PROGRAM.search(trailers) if words else None
    if not found:
        return message, ""
    others = f"{trailers[: found.start()]}{trailers[found.end() :]}".strip()
    return f"{words}\n\n{others}".strip(), found[1].strip()


def others_in(message: str) -> list[str]:
    """The names of the others; ``message`` is one that a Reader gave, with what may be shown."""
    return list(dict.fromkeys(name for name in _CREDIT.findall(message) if name))


def hands(author: str, message: str) -> int:
    """How many people wrote the change: verbs agree with them."""
    return len({author, *others_in(message)})


def with_others(author: str, message: str) -> str:
    """``Awa``, ``Awa and Marc``, ``Awa, Marc and one other person``."""
    others = [name for name in others_in(message) if name != author]
    if not others:
        return author
    if len(others) == 1:
        return _("{one} and {other}").format(one=author, other=others[0])
    more = len(others) - 1
    return ngettext(
        "{one}, {other} and one other person", "{one}, {other} and {count} other people", more
    ).format(one=author, other=others[0], count=more)
