"""Words of a line: bold, links, addresses, code, and what was set aside from it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from wiki.api.imports.markdown import Run, Style, code_span, escaped, styled

from .links import Links

#: where something of a text was set aside
MARK = re.compile(r"\x7f(\d{1,7})\x7f")
_TOKEN = re.compile(
    r"\x7f(?P<mark>\d{1,7})\x7f|\[\[(?P<link>[^\[\]\n]{1,4000}(?:\][^\]\n][^\[\]\n]{0,400})?)\]\]"
    r"|(?<!!)\[(?P<words>[^\[\]\n]{1,1000})\]\((?P<to>[^()\s\"]{1,2000})"
    r"(?:\s+\"[^\"\n]{0,500}\")?\s?\)(?:\{[^{}\n]{0,300}\})?"
    r"|!\[(?P<alt>[^\[\]\n]{0,500})\]\((?P<src>[^()\s]{1,2000})(?:\s[^()\n]{0,500})?\)"
    r"|(?P<url>\b[a-z][a-z0-9]{1,15}://[^\s\"|\\^`{}\[\]<>\x7f]{1,2000})"
    r"|##(?P<typed>[^#\n\x7f]{1,1000})##|`(?P<code>[^`\n\x7f]{1,1000})`"
    r"|(?P<toggle>\*\*|//|__|~~|@@|££)"
    r"|(?<!\w)_(?P<under>[^_\n]{1,500})_(?!\w)|(?<![\w*])\*(?P<star>[^*\n]{1,500})\*(?![\w*])"
    r"|(?P<dash>(?<!-)---(?!-))|\b(?P<camel>[A-Z][a-z]+[A-Z0-9][A-Za-z0-9]*)\b"
)
_BREAK = "\\\n"


class Words:
    """Makes Markdown of lines; ``asides`` are what stands for each mark in them, by its number."""

    def __init__(
        self, links: Links, asides: Mapping[int, str], is_page: Callable[[str], bool]
    ) -> None:
        self._links, self._asides = links, asides
        self._is_page = is_page

    def line(self, text: str) -> str:
        """The words of one line."""
        return " ".join(self.lines([text]).split("\n")).strip()

    def lines(self, lines: Sequence[str]) -> str:
        """Lines that follow each other, as YesWiki shows them: each ends where it does."""
        runs: list[Run] = []
        counts = _counts(lines)
        style = Style()
        for number, line in enumerate(lines):
            if number:
                runs.append((_BREAK, style))
            style = self._take(line.strip(), style, runs, counts)
        return styled(runs).strip()

    def _take(self, line: str, style: Style, runs: list[Run], counts: dict[str, int]) -> Style:
        at = 0
        for found in _TOKEN.finditer(line):
            if found.start() > at:
                runs.append((escaped(line[at : found.start()]), style))
            at = found.end()
            mark = found["toggle"]
            if mark and not counts[mark]:
                runs.append((escaped(mark), style))
            elif mark:
                counts[mark] -= 1
                style = _toggled(style, mark)
            else:
                runs.append(self._token(found, style))
        if at < len(line):
            runs.append((escaped(line[at:]), style))
        return style

    def _token(self, found: re.Match[str], style: Style) -> Run:
        if found["mark"]:
            return self._asides.get(int(found["mark"]), ""), style
        if found["link"]:
            return self._links.forced(MARK.sub("", found["link"])), style
        if found["words"]:
            words = MARK.sub("", found["words"])
            return self._links.markdown(found["to"], words.strip(), MARK.sub("", found[0])), style
        if found["src"]:
            return self._links.picture(found["src"], found["alt"]), style
        if found["url"]:
            return self._links.bare(found["url"]), style
        if said := found["typed"] or found["code"]:
            return code_span(said), style
        if said := found["under"] or found["star"]:
            inner: list[Run] = []
            slanted = replace(style, italic=not style.italic)
            self._take(said, slanted, inner, _counts([said]))
            return "".join(words for words, _style in inner), slanted
        if found["dash"]:
            return _BREAK, style
        return self._camel(found["camel"]), style

    def _camel(self, word: str) -> str:
        return self._links.markdown(word, "", word) if self._is_page(word) else word


def _counts(lines: Sequence[str]) -> dict[str, int]:
    """How often each sign opens or closes in the lines: one that is never closed is a word."""
    counts = dict.fromkeys(("**", "//", "__", "~~", "@@", "££"), 0)
    for line in lines:
        for found in _TOKEN.finditer(line.strip()):
            if found["toggle"]:
                counts[found["toggle"]] += 1
    return {sign: count - count % 2 for sign, count in counts.items()}


def _toggled(style: Style, mark: str) -> Style:
    if mark == "**":
        return replace(style, bold=not style.bold)
    if mark == "//":
        return replace(style, italic=not style.italic)
    if mark in ("~~", "@@"):
        return replace(style, struck=not style.struck)
    return style
