"""Whether HTML stands in normal form: what any parser reads as the very tree that is written there.

A reader of another making than the two cleaners: it builds no tree and repairs nothing, it only
says yes or no, in one walk. No is always safe to say; yes promises three things:

- every tag, attribute and value is one that the table keeps as it is (``allow_list.py``), and a
  text is text: no bare ``<``, ``>`` or ``&``, no comment, no character that parsers change;
- each element is closed where it was opened, and stands where nothing is implied, closed early or
  moved out: the rules of HTML by which a parser would do any of that are met by none of it;
- so a cleaner that knows the same table writes it back as it is, letter for letter.

What may stand where is stricter here than in HTML, on purpose: the fewer rules, the easier they are
to believe. ``tests/rendering/test_normal.py`` holds the promise against three parsers.
"""

import re
from functools import lru_cache
from html import unescape

from wiki.rendering.allow_list import ALLOWED, kept

#: the places where something can stand, by what may stand in them
_FLOW, _WORDS, _ITEMS, _TERMS, _TABLE, _ROWS, _CELLS = range(7)

_INLINE = frozenset(
    {
        *("a", "abbr", "b", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q"),
        *("s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var"),
    }
)
#: what parsers remember as open and open again elsewhere, or close where it is opened twice
_FORMATTING = frozenset({"a", "b", "code", "em", "i", "s", "small", "strong", "u"})
_VOID = {"br": {_FLOW, _WORDS}, "img": {_FLOW, _WORDS}, "input": {_FLOW, _WORDS}, "hr": {_FLOW}}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BOXES = ("article", "blockquote", "details", "div", "figcaption", "figure", "section")

#: element → places where it may stand, and the place that is inside it
_MODEL: dict[str, tuple[frozenset[int], int]] = {
    **{name: (frozenset({_FLOW, _WORDS}), _WORDS) for name in _INLINE},
    **{name: (frozenset({_FLOW}), _WORDS) for name in ("p", "pre", "summary", *_HEADINGS)},
    **{name: (frozenset({_FLOW}), _FLOW) for name in _BOXES},
    **{name: (frozenset({_FLOW}), _ITEMS) for name in ("ul", "ol")},
    "li": (frozenset({_ITEMS}), _FLOW),
    "dl": (frozenset({_FLOW}), _TERMS),
    "dt": (frozenset({_TERMS}), _FLOW),
    "dd": (frozenset({_TERMS}), _FLOW),
    "table": (frozenset({_FLOW}), _TABLE),
    "caption": (frozenset({_TABLE}), _WORDS),
    **{name: (frozenset({_TABLE}), _ROWS) for name in ("thead", "tbody", "tfoot")},
    "tr": (frozenset({_ROWS}), _CELLS),
    "td": (frozenset({_CELLS}), _FLOW),
    "th": (frozenset({_CELLS}), _FLOW),
}
_WITH_TEXT = frozenset({_FLOW, _WORDS})

#: these are written without a value; all others have one, be it ""
_FLAGS = frozenset({("details", "open"), ("input", "checked"), ("input", "disabled")})
#: addresses that no reader stumbles over; what of others is kept is for cleaners to say
_ADDRESS = re.compile(
    r"(?:(?!https?:)|https?://(?:[a-z0-9]++(?:-[a-z0-9]++)*+\.)*[a-z][a-z0-9]*+(?::\d{1,4})?(?=[/?#]|$))"
    r"[^\[\]`\s]*+",
    re.IGNORECASE,
)
#: deeper than any page is; some browsers flatten what is 512 deep
_DEPTH = 100
#: longer tags are judged each time, so that what is remembered stays small
_REMEMBERED_LENGTH = 300

_TAG = re.compile(r'[a-z][a-z0-9]*+(?: [a-z]++(?:-[a-z]++)*+(?:="[^"]*+")?+)*+')
_ATTRIBUTE = re.compile(r' ([a-z-]++)(="([^"]*+)")?+')
#: outside of what is text to every parser: controls, what is no character, the form in which the
#: gate hides entities, what is dropped where a text begins with it, a space that is written as an
#: entity, and any other ``&``
_STRANGE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\xa0\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U0010fff0-\U0010ffff]"
    "|^\ufeff|&(?!(?:amp|lt|gt|quot|nbsp);)"
)


def is_normal(html: str) -> bool:
    """Whether ``html`` stands in normal form, see above; costs its length once."""
    if _STRANGE.search(html):
        return False
    _text, *parts = html.split("<")
    # With one ``>`` for each ``<``, and one behind each, there is none elsewhere.
    if html.count(">") != len(parts):
        return False
    return _stands(parts)


def _stands(parts: list[str]) -> bool:
    """Whether elements are opened where they may stand and closed in turn; a part is what follows
    a ``<``."""
    opened: list[str] = []
    places = [_FLOW]
    for part in parts:
        tag, end, text = part.partition(">")
        if not end:
            return False
        if tag[:1] == "/":
            if not opened or opened.pop() != tag[1:]:
                return False
            places.pop()
        elif not _opens(tag, opened, places):
            return False
        if text:
            if places[-1] not in _WITH_TEXT and text.strip(" \n"):
                return False
            if text[0] == "\n" and tag[:3] == "pre" and opened[-1] == "pre":
                # Parsers drop it.
                return False
    return not opened


def _opens(tag: str, opened: list[str], places: list[int]) -> bool:
    """Whether ``tag`` may stand in the last of ``places``; opens it, if it is closed later."""
    name = _judged(tag) if len(tag) <= _REMEMBERED_LENGTH else _judge(tag)
    if name in _VOID:
        return places[-1] in _VOID[name]
    if name not in _MODEL or len(opened) >= _DEPTH:
        return False
    stands_in, inside = _MODEL[name]
    if places[-1] not in stands_in or (name in _FORMATTING and name in opened):
        return False
    opened.append(name)
    places.append(inside)
    return True


def _judge(tag: str) -> str:
    """The name of the element that ``tag`` opens, such as ``p class="lead"``; "" if anything in it
    is not as the table keeps it."""
    if not _TAG.fullmatch(tag):
        return ""
    name = tag.partition(" ")[0]
    attributes = _ATTRIBUTE.findall(tag)
    values = {one: value for one, _quoted, value in attributes}
    if name not in ALLOWED or len(values) != len(attributes):
        return ""
    if name == "input" and not (values.get("type") == "checkbox" and "disabled" in values):
        return ""
    if any(((name, one) in _FLAGS) == bool(quoted) for one, quoted, _value in attributes):
        return ""
    return name if all(_as_kept(name, *one) for one in values.items()) else ""


_judged = lru_cache(maxsize=4096)(_judge)


def _as_kept(tag: str, name: str, value: str) -> bool:
    """Whether the table keeps all of a value, and other readers of addresses do so too."""
    plain = unescape(value)
    if name in ("href", "src") and not _ADDRESS.fullmatch(plain):
        return False
    return kept(tag, name, plain) == plain
