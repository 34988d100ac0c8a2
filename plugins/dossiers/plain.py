"""HTML of ours, as a block was shown, as plain Markdown: lists, sentences and links (pure)."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

_SPECIAL = re.compile(r"([\\`*_\[\]<>{}|])")
#: what begins a list, a heading, a quote or a block where a line begins so
_OPENING = re.compile(r"^(\s*(?:\d{1,9}(?=[.)]))?)(?=[-+#>~:.)])")
_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "div", "section", "figcaption", "summary", "tr"}
    | {"dt", "dd", "blockquote", "caption", "pre"}
)
_LINES = frozenset({"li", "article"})
_STRONG, _EM = frozenset({"strong", "b", "h3", "h4"}), frozenset({"em", "i"})
#: what is done with a thing, and what only a screen reader says
_LEFT_OUT = frozenset({"button", "sr-only", "actions", "edit-section", "problem", "more"})
#: pieces of one line of a list that read as a sentence
_SENTENCE = 2
_VOID = frozenset({"br", "hr", "img", "input", "wbr"})


def as_markdown(html: str, day: Callable[[str], str] = str) -> str:
    """``html``, well-formed, as Markdown: what are cards or rows become lines of a list.

    ``day(moment)`` is what stands for a moment that was told as of today.
    """
    reading = _Reading(day)
    reading.feed(html)
    reading.close()
    return reading.markdown()


def as_words(html: str) -> str:
    """The bare words of ``html``, on one line, as Markdown that shows them."""
    return _escaped(" ".join(re.sub(r"<[^<>]*>", " ", html).split()))


class _Reading(HTMLParser):
    """Takes sentences together by the line of a list, or the paragraph, that they stand in."""

    def __init__(self, day: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=True)
        self._day = day
        #: depth, pieces, and whether it goes on with a line that a list stands in the middle of
        self._lines: list[tuple[int, list[str], bool]] = []
        self._words: list[str] = []
        self._depth = 0
        self._skipped = 0
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self._words.append(" ")
            return
        known = dict(attrs)
        classes = set((known.get("class") or "").split())
        end = ""
        if self._skipped or classes & _LEFT_OUT:
            self._skipped += 1
        elif tag == "time" and known.get("title"):
            # “Today at nine” is true today only.
            self._words.append(_escaped(self._day(known.get("datetime") or "")))
            self._skipped += 1
        elif tag in _LINES:
            self._flush()
            self._depth += 1
            self._lines.append((self._depth, [], False))
        elif tag in _PARAGRAPHS:
            self._flush()
        elif tag == "a" and known.get("href"):
            self._words.append("[")
            end = f"]({(known['href'] or '').replace(' ', '%20').replace(')', '%29')})"
        elif tag == "span" and self._words and self._words[-1].strip():
            self._words.append(" · ")
        if not self._skipped and (mark := "**" if tag in _STRONG else "*" if tag in _EM else ""):
            self._words.append(mark)
            end = mark
        self._open.append((tag, end))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not self._open:
            return
        opened, end = self._open.pop()
        if self._skipped:
            self._skipped -= 1
            return
        if end:
            self._words.append(end)
        if opened in _PARAGRAPHS or opened in _LINES:
            self._flush()
        if opened in _LINES:
            self._depth -= 1
        if opened in ("td", "th"):
            self._words.append(" · ")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._words.append(_escaped(re.sub(r"\s+", " ", data)))

    def _flush(self) -> None:
        words = _tidy("".join(self._words))
        self._words = []
        if not words:
            return
        if self._depth and self._lines and self._lines[-1][0] == self._depth:
            self._lines[-1][1].append(words)
        else:
            within = bool(self._depth and self._lines and self._lines[-1][0] > self._depth)
            self._lines.append((self._depth, [words], within))

    def markdown(self) -> str:
        """All of it, one line a piece; what stood in one line is joined."""
        self._flush()
        out: list[str] = []
        for depth, pieces, goes_on in self._lines:
            if not pieces:
                continue
            pieces = [_OPENING.sub(r"\1\\", piece) for piece in pieces]
            if goes_on:
                out += ["", f"{'  ' * depth}{' — '.join(pieces)}"]
            elif depth:
                if out and not out[-1].lstrip().startswith("- "):
                    out.append("")
                margin = "  " * (depth - 1)
                # A card says more than a sentence: each of its pieces has a line of its own, and
                # cards stand apart.
                card = len(pieces) > _SENTENCE
                between = f"\\\n{margin}  " if card else " — "
                if card and out and out[-1]:
                    out.append("")
                out.append(f"{margin}- {between.join(pieces)}")
            else:
                if out:
                    out.append("")
                out.append(pieces[0])
        return "\n".join(out).strip()


def _escaped(words: str) -> str:
    return _SPECIAL.sub(r"\\\1", words)


def _tidy(words: str) -> str:
    """Blanks as a sentence has them, and no mark around nothing."""
    words = re.sub(r"\[\s+", "[", re.sub(r"(?<!\s)\s++\](?=\()", "]", words))
    words = re.sub(r"\[\]\([^)]*\)|\*\*\s*\*\*", " ", words)
    words = re.sub(r"(?:(?<!\s)\s++)?·(?:\s*+·)*+\s*+", " · ", words)
    words = re.sub(r"(?:(?<!\s)\s++)?—(?:\s*+—)++\s*+", " — ", words)
    return " ".join(words.split()).strip(" ·")
