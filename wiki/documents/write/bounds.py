"""A chapter no longer than a document can bear: cut between two of its parts, never inside one."""

from html.parser import HTMLParser

_VOID = frozenset({"br", "hr", "img"})


def shortened(html: str, most: int) -> tuple[str, bool]:
    """The first parts of a chapter's HTML, ``most`` characters of it at most; whether it was cut.

    A note that is asked for in what stays comes along, wherever it stands.
    """
    if len(html) <= most:
        return html, False
    parts = _Parts(html)
    parts.feed(html)
    parts.close()
    ends = [0, *(end for end in parts.ends if end <= most)]
    kept = html[: ends[-1]]
    notes = [
        html[begin:end]
        for begin, end in zip([0, *parts.ends], parts.ends, strict=False)
        if begin >= ends[-1] and _is_note(html[begin:end], kept)
    ]
    return kept + "".join(notes), True


def _is_note(part: str, kept: str) -> bool:
    begins = '<aside epub:type="footnote" id="'
    found = part.lstrip()
    name = found.removeprefix(begins).partition('"')[0]
    return found.startswith(begins) and f'href="#{name}"' in kept


class _Parts(HTMLParser):
    """Where each part of the outermost level ends."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ends: list[int] = []
        self._depth = 0
        self._begins = [0]
        for line in html.split("\n"):
            self._begins.append(self._begins[-1] + len(line) + 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        self._depth -= 1
        if self._depth == 0:
            line, column = self.getpos()
            self.ends.append(self._begins[line - 1] + column + len(f"</{tag}>"))
