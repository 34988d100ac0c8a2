"""HTML that is nearly in normal form: trees of what pages hold, with now and then a fault in them.

What belongs where is written out anew here, and loosely: what ``normal.py`` believes of HTML is
tried on trees that it did not think of.
"""

from collections.abc import Iterator
from itertools import product
from random import Random

_WORDS = (
    *("a", "abbr", "b", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s"),
    *("samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "br", "img", "input"),
)
_BLOCKS = (
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "hr", "article", "section"),
    *("div", "details", "summary", "figure", "figcaption", "ul", "ol", "dl", "table"),
)
_PARTS = ("li", "dt", "dd", "caption", "thead", "tbody", "tfoot", "tr", "td", "th")
_STRANGERS = ("script", "svg", "math", "select", "option", "form", "col", "x", "font", "template")
_ELEMENTS = (*_WORDS, *_BLOCKS, *_PARTS)
_WITHIN = {
    **dict.fromkeys(("ul", "ol"), ("li",)),
    "dl": ("dt", "dd"),
    "table": ("caption", "thead", "tbody", "tfoot"),
    **dict.fromkeys(("thead", "tbody", "tfoot"), ("tr",)),
    "tr": ("td", "th"),
    **dict.fromkeys((*_WORDS, "p", "pre", "h1", "h2", "h3", "h4", "h5", "h6"), _WORDS),
}
#: these hold no words of their own
_BARE = frozenset({"ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "tr"})
_NOWHERE = frozenset[str]()
_VOID = frozenset({"br", "img", "input", "hr"})
_ATTRIBUTES = {
    "class": ("row", "k", "row card", "block-x", "menu", "row  card", "row ", "language-c++"),
    "id": ("h-a", "fn-1", "b-7k2qx9ma", "cookie", "h-&amp;"),
    "lang": ("fr", "x y"),
    "title": ("a", "", "&lt;p&gt;", "&quot;", "&amp;lt;", "a\nb", "é\xa0", "&nbsp;", " open="),
    "aria-label": ("a &amp; b", "&amp;#58;", "\x01", "type="),
    "href": (
        *(
            "/a",
            "#h-a",
            "https://e.org/?a=1&amp;b=2",
            "mailto:a@b.c",
            "geo:48.1,-1.6",
            "",
            "?a=b:c",
        ),
        *(
            "javascript:1",
            "javascript&amp;colon;1",
            "data:,x",
            "//e.org/[",
            "http://[",
            "/a`b",
            "a b",
        ),
        *("/\\e", " /a", "/é", "java\tscript:1", "&amp;#106;avascript:1"),
    ),
    "src": ("/a.png", "geo:1", "https://e.org/a", "javascript:1"),
    "srcset": ("/a.png?width=480 480w", "//e.org 1w"),
    "alt": ("", "a"),
    "rel": ("nofollow noopener", "opener"),
    "start": ("3", "x"),
    "colspan": ("2", "-1"),
    "datetime": ("2026-09-12", "demain"),
    "onclick": ("x",),
    "style": ("color:red",),
    "tabindex": ("0", "1"),
}
_OF = {
    "a": ("href", "title", "rel", "href", "href"),
    "img": ("src", "alt", "srcset", "title"),
    "ol": ("start",),
    "td": ("colspan",),
    "time": ("datetime",),
    "abbr": ("title",),
    "span": ("class", "title", "aria-label"),
    "pre": ("tabindex", "aria-label"),
}
_TEXTS = (
    *("a", "mot", " ", "\n", "\n\n", "é", "😀", "'", '"', "a=b", "-->", "]]>", "/", "\t"),
    *(
        "&amp;",
        "&lt;",
        "&gt;",
        "&nbsp;",
        "&quot;",
        "&amp;lt;script&amp;gt;",
        "&#60;",
        "&",
        "&copy;",
    ),
    *(">", "\r", "\x0b", "\0", "\x85", "\xa0", "\ufeff", "\U0010fff1", "\u2028"),
)
_SOUND_TEXTS = 14 + 6
_FAULTS = (
    *("<", ">", "&", '"', " ", "/", "\n", "<!--", "<p>", "</p>", "<li>", "</a>", "<a>", "<table>"),
    *("</div>", "<b>", "</b>", "<td>", "<br/>", "<svg>", "<!x>", '="', "=", "A", "\ufeff"),
)


#: what must stand around a part of something
_AROUND = {
    "li": ("ul",),
    **dict.fromkeys(("dt", "dd"), ("dl",)),
    **dict.fromkeys(("caption", "thead", "tbody", "tfoot"), ("table",)),
    "tr": ("table", "tbody"),
    **dict.fromkeys(("td", "th"), ("table", "tbody", "tr")),
}


def chains() -> Iterator[str]:
    """Each element in each other: without words, with some where they belong, some all over."""
    for outer, inner in product(_ELEMENTS, _ELEMENTS):
        if outer not in _VOID:
            names = (*_AROUND.get(outer, ()), outer, inner)
            yield from (_chain(names, ""), _chain(names, "mot"), _chain(names, "mot", _NOWHERE))


def _chain(names: tuple[str, ...], words: str, bare: frozenset[str] = _BARE) -> str:
    within = ""
    for name, around in zip(reversed(names), (*reversed(names[:-1]), "div"), strict=True):
        tag = '<input type="checkbox" disabled>' if name == "input" else f"<{name}>"
        beside = "" if around in bare else words
        end = "" if name in _VOID else f"{within}</{name}>"
        within = f"{beside}{tag}{end}{beside}"
    return within


def html(random: Random) -> str:
    """A few elements; in one of three texts a letter or a tag more or less than should be."""
    text = "".join(_node(random, "div", 0) for _ in range(random.randint(1, 3)))
    if random.random() < 1 / 3:
        at = random.randint(0, len(text))
        fault = random.choice(_FAULTS) if random.random() < 0.7 else ""
        text = text[:at] + fault + text[at + random.randint(0, 1 if fault else 5) :]
    return text


def _node(random: Random, inside: str, depth: int) -> str:
    if random.random() < 0.3:
        return _text(random, inside)
    odd = random.random()
    belongs = _WITHIN.get(inside, _WORDS + _BLOCKS)
    name = random.choice(_STRANGERS if odd < 0.01 else _ELEMENTS if odd < 0.15 else belongs)
    opened = f"<{name}{_attributes(random, name)}>"
    if name in _VOID:
        return opened
    within = range(random.choice((0, 1, 1, 2, 3)) if depth < 6 else 0)
    return f"{opened}{''.join(_node(random, name, depth + 1) for _ in within)}</{name}>"


def _text(random: Random, inside: str) -> str:
    if inside in _BARE and random.random() < 0.9:
        return random.choice(("", "\n", " "))
    sound = random.random() < 0.96
    return random.choice(_TEXTS[:_SOUND_TEXTS] if sound else _TEXTS)


def _attributes(random: Random, name: str) -> str:
    parts = []
    if name == "input" and random.random() < 0.9:
        parts.append(' type="checkbox" disabled' + random.choice(("", " checked", ' checked=""')))
    if name == "details" and random.random() < 0.5:
        parts.append(random.choice((" open", " open", ' open=""', ' open="open"')))
    for _ in range(random.choice((0, 0, 1, 2))):
        pool = _OF.get(name, ("class", "id", "lang")) if random.random() < 0.95 else _ATTRIBUTES
        key = random.choice(tuple(pool))
        values = _ATTRIBUTES[key]
        value = values[0] if random.random() < 0.6 else random.choice(values)
        parts.append(f' {key}="{value}"')
    return "".join(parts)
