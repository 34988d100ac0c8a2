"""What may stand in the body of a page: one table, which both halves of the gate are driven by.

A value check takes the value of one attribute, entities resolved, and gives what is kept of it or
None. No plugin widens the table: what is interactive lives on a page or in an aside of its own, or
is added by a script that finds a class.

Three rules keep the body and the frame of the site apart, and the frame's templates leave these
names to it: a class is one of the pieces that pages are made of (``_PIECES``), a word of
highlighted code, or begins with ``block-`` (plugins' own) or ``language-``; an id begins with a
prefix of ``_ID``, so it is never the name of a script's variable (DOM clobbering) nor of a part of
the frame; ``name``, ``style``, ``target``, ``data-…``, ``hx-…`` and ``on…`` do not exist.
"""

import re
from collections.abc import Callable, Mapping

Check = Callable[[str], str | None]

SCHEMES = frozenset({"http", "https", "mailto", "tel", "geo"})
_IMAGE_SCHEMES = frozenset({"http", "https"})

#: elements whose content goes with them: it is code, or read by other rules than those of text
DROPPED_WHOLE = frozenset(
    {
        *("embed", "iframe", "math", "noembed", "noframes", "noscript", "object", "plaintext"),
        *("script", "select", "style", "svg", "template", "textarea", "title", "xmp"),
    }
)

#: what ``templates/_ui.html`` and the pipeline make, as the style sheets call it
_PIECES = frozenset(
    {
        *("external", "missing", "edit-section", "problem", "footnote", "footnotes", "table"),
        *("left", "center", "right", "task", "highlight", "sr-only", "quiet", "count", "more"),
        *("needs", "offers", "rows", "row", "need", "offer", "what", "meta", "word", "keywords"),
        "item-tools",
        *("is-open", "is-met", "is-withdrawn", "is-sleeping", "is-need", "is-offer"),
        *("badge", "button", "soft", "outline", "small", "empty", "lead", "timeline", "turn"),
        *("cards", "card", "person", "project", "event", "space-facts", "actions"),
        *("is-planned", "dates", "day"),
        *("is-write", "is-review", "is-settled", "is-empty"),
    }
)
#: a class of Pygments is three characters at most, on a ``span``
_CODE_WORD = re.compile(r"[a-z][a-z0-9]{0,2}")
_CLASS = re.compile(r"block-[a-z0-9_-]{1,60}|language-[\w+#.-]{1,40}")
_ID = re.compile(r"(?:h|fn|fnref|block)-[\w.-]{1,300}|[a-z]{1,2}-[0-9a-z]{8}")
_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
_NUMBER = re.compile(r"-?\d{1,9}")
_LENGTH = re.compile(r"\d{1,5}")
_CANDIDATE = re.compile(r"(/[^\s,\\]*) \d{1,5}w")
_SIZES = re.compile(r"[a-z0-9 ().:,-]{1,100}")
_MOMENT = re.compile(r"[0-9T:.+Z PWDHMS-]{1,40}")
#: before the first of ``/ ? #``, a colon ends a scheme
_SCHEME = re.compile(r"([^/?#:]*):")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]")


def safe_url(url: str, schemes: frozenset[str] = SCHEMES) -> str | None:
    """``url`` if it is relative or its scheme is one of ``schemes``, else None.

    Stricter than browsers, who drop tabs, line ends and outer spaces, and read ``\\`` as ``/``: an
    address with any of them that matters is refused whole.
    """
    if _CONTROL.search(url) or "\\" in url or url != url.strip():
        return None
    found = _SCHEME.match(url)
    if found and found[1].lower() not in schemes:
        return None
    return url


def _any_text(value: str) -> str | None:
    return _CONTROL.sub(" ", value)


def _image_url(value: str) -> str | None:
    return safe_url(value, _IMAGE_SCHEMES)


def _source_set(value: str) -> str | None:
    """Sizes of one of our own images; other hosts and schemes cannot be said in it."""
    candidates = value.split(", ")
    if all(_CANDIDATE.fullmatch(one) and not one.startswith("//") for one in candidates):
        return value
    return None


def _classes(value: str) -> str | None:
    kept = [word for word in value.split() if word in _PIECES or _CLASS.fullmatch(word)]
    return " ".join(kept) or None


def _code_classes(value: str) -> str | None:
    kept = [word for word in value.split() if _CODE_WORD.fullmatch(word) or _classes(word)]
    return " ".join(kept) or None


def _relations(value: str) -> str | None:
    kept = [word for word in value.split() if word in {"nofollow", "noopener", "noreferrer"}]
    return " ".join(kept) or None


def _like(pattern: re.Pattern[str]) -> Check:
    return lambda value: value if pattern.fullmatch(value) else None


def _one_of(*values: str) -> Check:
    return lambda value: value if value in values else None


def _flag(value: str) -> str | None:
    return ""


_EVERYWHERE: dict[str, Check] = {
    "class": _classes,
    "id": _like(_ID),
    "lang": _like(_LANG),
    "dir": _one_of("ltr", "rtl", "auto"),
}
_PLAIN = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "blockquote", "hr", "br", "article"),
    *("ul", "dl", "dt", "dd", "figure", "figcaption", "summary"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr"),
    *("em", "strong", "b", "i", "u", "s", "del", "ins", "mark", "small", "sub", "sup", "q"),
    *("code", "kbd", "samp", "var", "cite", "dfn"),
}
_CELL: dict[str, Check] = {"colspan": _like(_LENGTH), "rowspan": _like(_LENGTH)}
_REGION: dict[str, Check] = {
    # What scrolls can be reached with the keyboard, and says what it is.
    "tabindex": _one_of("0"),
    "role": _one_of("region", "note", "group", "img"),
    "aria-label": _any_text,
}
_SPECIAL: dict[str, dict[str, Check]] = {
    "a": {
        "href": safe_url,
        "title": _any_text,
        "rel": _relations,
        "aria-label": _any_text,
    },
    "abbr": {"title": _any_text},
    "details": {"open": _flag},
    "div": _REGION,
    "img": {
        "src": _image_url,
        "srcset": _source_set,
        "sizes": _like(_SIZES),
        "alt": _any_text,
        "title": _any_text,
        "width": _like(_LENGTH),
        "height": _like(_LENGTH),
        "loading": _one_of("lazy", "eager"),
        "decoding": _one_of("async"),
    },
    # A task's box: the gate itself makes any other input this one.
    "input": {
        "type": _one_of("checkbox"),
        "disabled": _flag,
        "checked": _flag,
        "aria-label": _any_text,
    },
    "li": {"value": _like(_NUMBER)},
    "ol": {"start": _like(_NUMBER), "reversed": _flag},
    "pre": _REGION,
    "section": _REGION,
    "span": {
        "class": _code_classes,
        "title": _any_text,
        "role": _one_of("img"),
        "aria-label": _any_text,
    },
    "td": _CELL,
    "th": {**_CELL, "scope": _one_of("col", "row", "colgroup", "rowgroup")},
    "time": {"datetime": _like(_MOMENT), "title": _any_text},
}

#: tag → attribute → what is kept of its value
ALLOWED: Mapping[str, Mapping[str, Check]] = {
    tag: {
        name: check
        for name, check in {**_EVERYWHERE, **_SPECIAL.get(tag, {})}.items()
        # ``document.<id>`` finds images, which a script may ask for.
        if not (name == "id" and tag in {"img", "input", "a"})
    }
    for tag in {*_PLAIN, *_SPECIAL}
}


def kept(tag: str, name: str, value: str) -> str | None:
    """What the table keeps of the attribute ``name`` of a ``tag``; None: the attribute goes."""
    check = ALLOWED.get(tag, {}).get(name)
    return check(value) if check else None
