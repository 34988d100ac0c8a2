"""What others wrote in HTML, as plain text (pure): no tag and no sign of control is left."""

import re
from html.parser import HTMLParser

#: what begins on a line of its own; what is not shown to anybody
_LINES = frozenset({"p", "br", "div", "li", "blockquote", "h1", "h2", "h3", "h4", "pre", "tr"})
_APART = frozenset({"p", "blockquote", "pre"})
_HIDDEN = frozenset({"script", "style", "template", "head", "title", "noscript"})
#: whom it is written to, before what is said
_MENTIONS = re.compile(r"\A(?:\s*@[\w.-]{1,100}(?:@[\w.:-]{1,200})?[,:]?(?=\s|\Z))+\s*")
#: a < that begins no tag: to look for the end of each would take the square of the length
_NO_TAG = re.compile(r"<(?!/?[a-zA-Z][^<>]{0,2000}>)")
_COMMENT = re.compile(r"<!--[^<>]{0,2000}-->")
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
#: what is no sign, and stands in words: the joiners of Persian words and of emoji
_FINE = "\n\u200c\u200d"


def plain_text(html: str, most: int) -> str:
    """The words of ``html``, of which no more than ``most`` characters; the end says so."""
    reader = _Reader()
    reader.feed(_NO_TAG.sub("&lt;", _COMMENT.sub("", html)))
    reader.close()
    text = shown("".join(reader.pieces), keep="\n")
    text = "\n".join(_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    text = _EMPTY_LINES.sub("\n\n", text).strip()
    text = _MENTIONS.sub("", text)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def shown(text: str, keep: str = "") -> str:
    """``text`` with blanks for what nobody sees."""
    fine = _FINE if keep else _FINE[1:]
    return "".join(char if char.isprintable() or char in fine else " " for char in text)


class _Reader(HTMLParser):
    """Gathers the words; whatever is written, each character is read once."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _LINES:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """See HTMLParser."""
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _APART:
            self.pieces.append("\n\n")

    def handle_data(self, data: str) -> None:
        """See HTMLParser."""
        if not self._hidden:
            self.pieces.append(data)
