"""The HTML of a page, as the gate gave it, with links that lead to files (pure).

What leads to what a folder of files does not have (forms, searches, who may edit) is words; what
one could only press is left out. Nothing is fetched from elsewhere: a picture of another site is a
link to it.
"""

import re
from collections.abc import Callable
from html import escape, unescape

from wiki.translation import gettext as _

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*+)((?:[^<>"]|"[^"]*")*+)>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)(?:="([^"]*)")?')
_VOID = frozenset({"br", "hr", "img", "input"})
#: what stands there to be pressed
_PRESSED = frozenset({"actions", "item-tools", "edit-section", "button"})
_FAR = ("http://", "https://", "mailto:", "tel:", "geo:", "//")

#: an address of the wiki → one in the site, or None where nothing is there
To = Callable[[str], str | None]


def as_files(html: str, to: To, day: Callable[[str], str]) -> str:
    """``html`` for the site; ``day`` says a moment that the page tells as of today."""
    out: list[str] = []
    #: how each open tag is closed
    closing: list[str] = []
    left_out: int | None = None
    at = 0
    for tag in _TAG.finditer(html):
        if left_out is None:
            out.append(html[at : tag.start()])
        at = tag.end()
        name = tag[2]
        if tag[1]:
            end = closing.pop() if closing else ""
            if left_out is not None and len(closing) == left_out:
                left_out = None
            elif left_out is None:
                out.append(end)
            continue
        if name in _VOID:
            if left_out is None:
                inside = any(one == "</a>" for one in closing)
                out.append(_picture(tag[3], to, inside) if name == "img" else tag[0])
            continue
        closing.append(f"</{name}>")
        if left_out is not None:
            continue
        values = _values(tag[3]) if name in ("a", "time") or "class=" in tag[3] else {}
        if _PRESSED & set(values.get("class", "").split()):
            left_out = len(closing) - 1
        elif name == "time" and values.get("title"):
            # “Today at nine” is true today only.
            out.append(escape(day(values.get("datetime", ""))))
            left_out = len(closing) - 1
        elif name == "a":
            begin = _link(values, to)
            closing[-1] = "</a>" if begin else ""
            out.append(begin)
        else:
            out.append(tag[0])
    if left_out is None:
        out.append(html[at:])
    return "".join(out)


def _values(attributes: str) -> dict[str, str]:
    return {name: unescape(value or "") for name, value in _ATTRIBUTE.findall(attributes)}


def _link(values: dict[str, str], to: To) -> str:
    url = values.get("href", "")
    far = url.startswith(_FAR)
    where = url if url.startswith("#") else to(url)
    if where is None and far:
        return f'<a class="external" rel="noopener noreferrer" href="{escape(url)}">'
    if not where:
        return ""
    title = f' title="{escape(values["title"])}"' if values.get("title") else ""
    label = f' aria-label="{escape(values["aria-label"])}"' if values.get("aria-label") else ""
    kind = ' class="footnote"' if "footnote" in values.get("class", "").split() else ""
    return f'<a{kind} href="{escape(where)}"{title}{label}>'


def _picture(attributes: str, to: To, inside: bool) -> str:
    values = _values(attributes)
    src, alt = values.get("src", ""), values.get("alt", "")
    if where := to(src):
        kept = "".join(
            f' {name}="{escape(values[name])}"'
            for name in ("title", "width", "height", "class")
            if values.get(name)
        )
        return f'<img src="{escape(where)}" alt="{escape(alt)}"{kept} loading="lazy">'
    words = escape(alt or _("Picture"))
    if src.startswith(("http://", "https://")) and not inside:
        return f'<a class="external" rel="noopener noreferrer" href="{escape(src)}">{words}</a>'
    return words if alt else ""
