"""A text with what is whole set aside: code, links, footnotes, boxes, each a mark in what is left.

One walk from the left, as DokuWiki's own; what is opened and never closed is words.
"""

import re
from dataclasses import dataclass, field

MARK = re.compile(r"\x7f(\d{1,7})\x7f")

_CODE = ("code", "file", "nowiki", "html", "php", "latex", "mermaid", "graphviz", "ditaa", "uml")
_BOXES = ("WRAP", "note", "block", "div", "box", "columns", "hidden", "spoiler", "details")
_SIGN = re.compile(
    rf"<(?P<tag>{'|'.join(_CODE)})\b(?P<said>[^<>\n]{{0,500}})>"
    rf"|<(?P<end>/?)(?P<box>{'|'.join(_BOXES)})\b(?P<kind>[^<>\n]{{0,500}})>"
    r"|(?P<raw>%%)|(?P<link>\[\[)|(?P<medium>\{\{)|(?P<note>\(\()|(?P<ended>\)\))"
    r"|~~(?P<macro>(?-i:[A-Z]{3})[\w-]{0,60}(?:[ \t]*[:>=|][^~\n]{0,500})?)~~"
    r"|(?P<entry>(?<![^\n])-{4,}[ \t]*(?:dataentry|datatable|datalist"
    r"|datarelated|datacloud|struct)\b[^\n]{0,300}(?=\n))",
    re.I,
)
#: characters of a link, and how deep boxes and footnotes lie in one another
_LONGEST, _DEEPEST = 4_000, 12


@dataclass(frozen=True)
class Aside:
    """What was set aside: ``kind`` and what is in it; ``said`` stands in its opening sign."""

    kind: str
    text: str
    said: str
    whole: str
    line: int


@dataclass
class _Open:
    kind: str
    said: str
    sign: str
    at: int
    line: int


@dataclass
class Scan:
    """``text`` with marks for ``asides``."""

    text: str = ""
    asides: list[Aside] = field(default_factory=list)

    def without(self, kind: str) -> str:
        """The text without its marks for asides of a kind."""
        return MARK.sub(
            lambda mark: "" if self.asides[int(mark[1])].kind == kind else mark[0], self.text
        )

    def restored(self, text: str) -> str:
        """``text`` with what its marks stand for, as it was written."""
        return MARK.sub(lambda mark: self.restored(self.asides[int(mark[1])].whole), text)


def scan(text: str) -> Scan:
    """Sets aside what is whole in ``text``, which holds no DEL."""
    return _Scanner(text).run()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._made = Scan()
        self._out: list[str] = []
        self._open: list[_Open] = []
        self._last: dict[str, int] = {}
        self._line, self._counted = 1, 0

    def run(self) -> Scan:
        at = 0
        while (found := _SIGN.search(self._text, at)) is not None:
            self._out.append(self._text[at : found.start()])
            at = self._taken(found)
        self._out.append(self._text[at:])
        self._made.text = "".join(self._out)
        return self._made

    def _taken(self, found: re.Match[str]) -> int:
        """Sets aside what begins at ``found``; where to go on."""
        if found["tag"]:
            return self._until(found, found["tag"].lower(), f"</{found['tag']}>", found["said"])
        if found["raw"]:
            return self._until(found, "nowiki", "%%", "")
        if found["link"] or found["medium"]:
            kind, end = ("link", "]]") if found["link"] else ("medium", "}}")
            return self._until(found, kind, end, "", _LONGEST)
        if found["entry"]:
            return self._until(found, "entry", "\n----", found["entry"])
        if found["macro"]:
            self._add("macro", found["macro"], "", found[0], found.start())
        elif found["box"] == "wrap":
            self._out.append(found[0])  # it stands in a line
        elif found["note"] or (found["box"] and not found["end"]):
            self._begin(found)
        else:
            self._end(found)
        return found.end()

    def _until(
        self, found: re.Match[str], kind: str, end: str, said: str, longest: int | None = None
    ) -> int:
        start = found.end()
        close = self._find(end, start)
        if kind == "link":
            while close >= 0 and self._text.startswith("]", close + 2):
                close += 1
        if close < 0 or (longest is not None and close - start > longest):
            self._out.append(found[0])
            return start
        stop = close + len(end)
        if kind == "entry":
            while self._text.startswith("-", stop):
                stop += 1
        whole = self._text[found.start() : stop]
        self._add(kind, self._text[start:close], said, whole, found.start())
        return stop

    def _find(self, end: str, start: int) -> int:
        """Where ``end`` stands next; a text that has none left is not searched again."""
        if end not in self._last:
            self._last[end] = self._text.rfind(end)
        return self._text.find(end, start) if self._last[end] >= start else -1

    def _begin(self, found: re.Match[str]) -> None:
        kind = "note" if found["note"] else "box"
        nested = kind == "note" and any(one.kind == "note" for one in self._open)
        if nested or len(self._open) >= _DEEPEST:
            self._out.append(found[0])
            return
        said = f"{found['box']} {found['kind']}" if found["box"] else ""
        self._open.append(_Open(kind, said, found[0], len(self._out), self._at(found.start())))
        self._out.append(found[0])

    def _end(self, found: re.Match[str]) -> None:
        name = (found["box"] or "").lower()
        at = len(self._open) - 1
        while at >= 0 and not self._closes(self._open[at], name):
            if not name:
                at = -1  # brackets close what was opened last, or nothing
                break
            at -= 1
        if at < 0:
            self._out.append(found[0])
            return
        one = self._open[at]
        del self._open[at:]
        inner = "".join(self._out[one.at + 1 :])
        del self._out[one.at :]
        self._append(Aside(one.kind, inner, one.said, one.sign + inner + found[0], one.line))

    @staticmethod
    def _closes(one: _Open, name: str) -> bool:
        if not name:
            return one.kind == "note"
        return one.kind == "box" and one.said.split(" ", 1)[0].lower() == name

    def _add(self, kind: str, text: str, said: str, whole: str, start: int) -> None:
        self._append(Aside(kind, text, said, whole, self._at(start)))

    def _append(self, aside: Aside) -> None:
        self._out.append(f"\x7f{len(self._made.asides)}\x7f")
        self._made.asides.append(aside)

    def _at(self, start: int) -> int:
        """The line of a place in the text; places come in their order."""
        self._line += self._text.count("\n", self._counted, start)
        self._counted = start
        return self._line
