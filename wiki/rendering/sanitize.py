"""THE GATE: everything that stands in a page passes here last, plugin output included.

First nh3, which is maintained and fast and leaves nothing on which the second is slow; then bleach,
which the client asked for: two parsers of different making, one table (``allowed.py``). Both read
HTML as browsers do, drop what the table does not name and write what is left in one normal form,
which every parser reads alike.
"""

import re
import threading
from functools import reduce
from html import unescape

import nh3
from bleach.sanitizer import Cleaner

from wiki.rendering.allowed import ALLOWED, DROPPED_WHOLE, SCHEMES, kept

_nh3 = nh3.Cleaner(
    tags=set(ALLOWED),
    attributes={tag: set(attributes) for tag, attributes in ALLOWED.items()},
    attribute_filter=kept,
    clean_content_tags=set(DROPPED_WHOLE),
    # Otherwise a box without a type would be a field to type in.
    set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},
    url_schemes=set(SCHEMES),
    link_rel=None,
)
#: a bleach cleaner keeps the state of its parser, so each thread has its own
_threads = threading.local()
#: parsers drop the first line end of a ``pre``, so a second pass would drop one more
_PRE_LINES = re.compile(r"(<pre(?: [^>]*)?>)\n+")
#: bleach takes 8 µs for each entity, so those that nh3 writes pass it as characters that no text
#: has: they come out as the same entities, inert wherever they stand
_ENTITIES = (
    ("&amp;", "\U0010fff0"),
    ("&lt;", "\U0010fff1"),
    ("&gt;", "\U0010fff2"),
    ("&quot;", "\U0010fff3"),
    ("&nbsp;", "\U0010fff4"),
)
_NEVER_TEXT = re.compile("[\x00\U0010fff0-\U0010fff4]")


def clean(html: str) -> str:
    """``html`` with nothing left but what the table allows, well-formed: ``clean(clean(x))`` is
    ``clean(x)``, and what stands around the result keeps its shape."""
    hidden = reduce(lambda text, pair: text.replace(*pair), _ENTITIES, balance(html))
    cleaned = _bleach().clean(hidden)
    shown = reduce(lambda text, pair: text.replace(pair[1], pair[0]), _ENTITIES, cleaned)
    return _PRE_LINES.sub(r"\1", shown)


def balance(html: str) -> str:
    """The first half alone: for a part, so that an open or a stray tag in it stays its own affair.

    The whole still passes ``clean``.
    """
    return _PRE_LINES.sub(r"\1", _nh3.clean(_NEVER_TEXT.sub("", html)))


def _bleach() -> Cleaner:
    cleaner = getattr(_threads, "cleaner", None)
    if cleaner is None:
        cleaner = _threads.cleaner = Cleaner(
            tags=set(ALLOWED),
            attributes=_unchanged,
            protocols=set(SCHEMES),
            strip=True,
            strip_comments=True,
        )
    return cleaner


def _unchanged(tag: str, name: str, value: str) -> bool:
    """Whether the table keeps all of a value; what it would only shorten, nh3 has shortened."""
    plain = unescape(reduce(lambda text, pair: text.replace(pair[1], pair[0]), _ENTITIES, value))
    return kept(tag, name, plain) == plain
