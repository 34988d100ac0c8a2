"""Those who wrote a change together, as its message names them in its last lines."""

import re

from wiki.translation import gettext as _
from wiki.translation import ngettext

_CREDIT = re.compile(r"^Co-authored-by:[ \t]*([^<\n]{1,200}?)[ \t]*(?:<[^\n]*)?$", re.M | re.I)


def others_in(message: str) -> list[str]:
    """The names of the others; ``message`` is one that a Reader gave, with what may be shown."""
    return list(dict.fromkeys(name for name in _CREDIT.findall(message) if name))


def with_others(author: str, message: str) -> str:
    """``Awa``, ``Awa and Marc``, ``Awa and 2 others``."""
    others = [name for name in others_in(message) if name != author]
    if not others:
        return author
    if len(others) == 1:
        return _("{one} and {other}").format(one=author, other=others[0])
    return ngettext("{who} and {count} other", "{who} and {count} others", len(others)).format(
        who=author, count=len(others)
    )
