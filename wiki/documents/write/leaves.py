"""The HTML of a page as a chapter of a document: plain, whole, and leading out of itself rightly.

It reads what the gate gave, so there is no script, no style and no form in it. Pure: who may see a
picture and what a page is called in the document is asked of ``Around``.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

#: kept as they are, without attributes
_KEPT = frozenset(
    {
        *("p", "blockquote", "ul", "dl", "dt", "dd", "figure", "figcaption", "hr", "br", "caption"),
        *("table", "thead", "tbody", "tfoot", "tr", "em", "strong", "b", "i", "u", "s", "del"),
        *("ins", "mark", "sub", "sup", "q", "code", "pre"),
    }
)
_CALLED = {"kbd": "code", "samp": "code", "article": "div", "div": "div", "summary": "p"}
_VOID = frozenset({"br", "hr", "img", "input"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: what stands there for the screen alone
_OF_SCREENS = frozenset({"edit-section", "sr-only", "actions", "button"})

#: links that lead nowhere, or that are of no use but on a screen: their words stay
_WORDS = frozenset({"missing", "word"})
_LISTS = frozenset({"rows", "cards"})
#: how the places end in which lists are none
_NOTES, _STEPS = "<!--notes-->", "<!--steps-->"
_WORDS_END = ("</a>", "</strong>", "</em>")
#: a day above what was then: in one line with it
_DATED = re.compile(r"<li>\s*([^\s<>][^<>]{0,59}?)\s*<p>")
#: which way what is inside runs, for pandoc's Word and for its typst
_RUNS = '<div dir="{0}" data-typst:text:dir="{0}" data-typst:width="100%">'


@dataclass(frozen=True)
class Around:
    """What a chapter needs to know of what lies around it.

    ``prefix`` makes its anchors its own; ``level`` is that of its own title, 0 where it has none;
    ``least`` the lowest level of a heading in it. ``anchors``: path of a page → its anchor in the
    document. ``picture(src)`` gives the name of a picture, or None; ``site`` is put before
    addresses of the site. ``day(moment)`` is what stands for a moment that the page tells as of
    today.
    """

    prefix: str
    level: int
    least: int
    title: str
    site: str
    anchors: Mapping[str, str] = field(default_factory=dict)
    picture: Callable[[str], str | None] = lambda _src: None
    day: Callable[[str], str] = lambda moment: moment


def chapter(html: str, around: Around) -> str:
    """``html`` for pandoc's reader ``html+epub_html_exts``."""
    leaf = _Leaf(around)
    leaf.feed(html)
    leaf.close()
    made = "".join(leaf.out).replace(_NOTES, "").replace(_STEPS, "")
    return _DATED.sub(r"<li><p>\1 · ", made)


class _Leaf(HTMLParser):
    def __init__(self, around: Around) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._around = around
        #: how each open tag is closed
        self._open: list[tuple[str, str]] = []
        #: depth at which something left out began
        self._left_out: int | None = None
        #: where in ``out`` the first heading began, while it may still be the page's own title
        self._first: int | None = None
        self._headed = False
        #: that of the last heading
        self._level = around.level

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in _VOID:
            if self._left_out is None:
                self.out.append(self._void(tag, values))
            return
        depth = len(self._open)
        if self._left_out is None and self._goes(tag, values):
            self._left_out = depth
        elif self._left_out is None and tag == "time" and values.get("title"):
            # “Today at nine” is true today only, and a document is read for years.
            self.out.append(escape(self._around.day(values.get("datetime", ""))))
            self._left_out = depth
        begin, end = ("", "") if self._left_out is not None else self._directed(tag, values)
        self._open.append((tag, end))
        if tag == "h1" and not self._headed and self._left_out is None:
            self._first = len(self.out)
        self._headed = self._headed or tag in _HEADINGS
        self.out.append(begin)

    def handle_endtag(self, tag: str) -> None:
        if not any(name == tag for name, _end in self._open):
            return
        while self._open:
            name, end = self._open.pop()
            self.out.append(end)
            if self._left_out == len(self._open):
                self._left_out = None
            if name == tag:
                break
        if tag == "h1" and self._first is not None:
            self._drop_title(self._first)
            self._first = None

    def handle_data(self, data: str) -> None:
        if self._left_out is None:
            self.out.append(escape(data))

    def _drop_title(self, begin: int) -> None:
        """A first heading that says what the chapter is called already."""
        words = "".join(part for part in self.out[begin:] if not part.startswith("<"))
        if words.strip() == escape(self._around.title.strip()):
            del self.out[begin:]
            self._level = self._around.level

    def _goes(self, tag: str, values: Mapping[str, str]) -> bool:
        back = tag == "a" and values.get("href", "").startswith("#fnref")
        return back or bool(_OF_SCREENS & set(values.get("class", "").split()))

    def _void(self, tag: str, values: Mapping[str, str]) -> str:
        if tag == "input":
            return "☑ " if "checked" in values else "☐ "
        if tag != "img":
            return f"<{tag}>"
        name = self._around.picture(values.get("src", ""))
        alt = values.get("alt", "")
        if name is None:
            return f"<em>[{escape(alt)}]</em>" if alt else ""
        return f'<img src="{name}" alt="{escape(alt)}" title="{escape(values.get("title", ""))}">'

    def _directed(self, tag: str, values: Mapping[str, str]) -> tuple[str, str]:
        """The tag, within a division that says which way it runs where it says so itself."""
        begin, end = self._tag(tag, values)
        if values.get("dir") not in ("ltr", "rtl") or not begin:
            return begin, end
        runs = _RUNS.format(values["dir"])
        if tag in ("li", "td", "th", "dt", "dd"):
            return begin + runs, "</div>" + end
        return runs + begin, end + "</div>"

    def _tag(self, tag: str, values: Mapping[str, str]) -> tuple[str, str]:
        around = self._around
        classes = values.get("class", "").split()
        # Headings and notes alone: not every format keeps the others, and then links break.
        here = f' id="{around.prefix}{escape(values["id"])}"' if values.get("id") else ""
        if tag in _HEADINGS:
            level = min(6, around.level + 1 + max(0, int(tag[1]) - around.least))
            # One that leaves levels out cannot be found by ear: it comes right below the last.
            level = self._level = min(level, self._level + 1)
            return f"<h{level}{here}>", f"</h{level}>"
        if tag == "a":
            return self._link(values)
        if tag == "li":
            if values.get("id", "").startswith("fn-"):
                return f'<aside epub:type="footnote"{here}>', "</aside>"
            return self._step(classes) if self._in(_STEPS) else ("<li>", "</li>")
        if tag == "ol" and "block-steps" in classes:
            return "<p>", f"</p>{_STEPS}"
        if tag == "ol" and values.get("class"):
            # A list of a block's: its numbers are no writer's, and are not shown.
            return "<ul>", "</ul>"
        if tag == "ol":
            start = f' start="{escape(values["start"])}"' if values.get("start") else ""
            return ("", "") if self._in(_NOTES) else (f"<ol{start}>", "</ol>")
        if tag == "section" and "footnotes" in classes:
            return "", _NOTES
        if tag in ("th", "td"):
            spans = "".join(
                f' {name}="{escape(values[name])}"'
                for name in ("colspan", "rowspan")
                if name in values
            )
            sides = [one for one in ("left", "center", "right") if one in values.get("class", "")]
            aligned = f' style="text-align: {sides[0]}"' if sides else ""
            return f"<{tag}{spans}{aligned}>", f"</{tag}>"
        if tag == "code" and any(name == "pre" for name, _end in self._open):
            return "<code>", "</code>"
        if tag == "sup" and values.get("id", "").startswith("fnref"):
            return "", ""
        if tag == "summary":
            return "<p><strong>", "</strong></p>"
        if tag == "span":
            # One that has an id is a place that links lead to, and has no words.
            return ("", "") if here else self._span()
        if tag == "div" and _LISTS & set(values.get("class", "").split()):
            return "<ul>", "</ul>"
        if tag == "article" and self._open and self._open[-1][1] == "</ul>":
            return "<li>", "</li>"
        name = _CALLED.get(tag, tag if tag in _KEPT else "")
        return (f"<{name}>", f"</{name}>") if name else ("", "")

    def _in(self, mark: str) -> bool:
        """Whether what is open ends with that mark."""
        return any(end.endswith(mark) for _name, end in self._open)

    def _step(self, classes: Collection[str]) -> tuple[str, str]:
        """Steps beside one another on a screen are a line of words."""
        before = "" if "".join(self.out[-3:]).rstrip().endswith("<p>") else " → "
        here = "block-here" in classes
        return (f"{before}<strong>", "</strong>") if here else (before, "")

    def _span(self) -> tuple[str, str]:
        """Side by side on a screen by their style: here their words would run together."""
        if any(name == "pre" for name, _end in self._open):
            return "", ""
        after = "".join(self.out[-3:]).rstrip()
        begun = after.endswith(">") and not after.endswith(_WORDS_END)
        return (" · " if after and not begun and after[-1] != "·" else ""), " "

    def _link(self, values: Mapping[str, str]) -> tuple[str, str]:
        around, url = self._around, values.get("href", "")
        classes = values.get("class", "").split()
        if _WORDS & set(classes) or not url:
            return "", ""
        if "footnote" in classes:
            return f'<a epub:type="noteref" href="#{around.prefix}{escape(url[1:])}">', "</a>"
        if url.startswith("#"):
            return f'<a href="#{around.prefix}{escape(url[1:])}">', "</a>"
        if url.startswith("/") and not url.startswith("//"):
            address, _hash, fragment = url.partition("#")
            anchor = around.anchors.get(address)
            if anchor is None:
                return f'<a href="{escape(around.site + url)}">', "</a>"
            return f'<a href="#{anchor}{"-" + escape(fragment) if fragment else ""}">', "</a>"
        return f'<a href="{escape(url)}">', "</a>"
