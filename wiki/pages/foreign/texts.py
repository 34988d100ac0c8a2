"""What other programs write beyond Markdown, as this wiki says it: MkDocs, Hugo, Docusaurus,
Obsidian, HedgeDoc, Outline, Notion, Gollum, An Otter Wiki (pure)."""

import re
from collections.abc import Callable

from wiki.pages.foreign.boxes import boxed, outdented
from wiki.pages.lines import change_words, code_lines
from wiki.translation import gettext as _

#: called with the kind of what is lost, its line, and itself
Lose = Callable[[str, int, str], None]

_COMMENT = re.compile(r"%%.*?%%")
_BLOCK_NAME = re.compile(r"(?<=\S)[ \t]+\^[A-Za-z0-9-]{1,60}[ \t]*$")
_CONTENTS = re.compile(
    r"[ \t]*(?:\[toc\]|\[\[_?(?:toc|subpages)_?(?:[ \t]*\|[^\]\n]*)?\]\])[ \t]*", re.I
)
_FILM = re.compile(r"\{%[ \t]*(youtube|vimeo)[ \t]+([\w-]{1,40})[ \t]*%\}", re.I)
#: of HedgeDoc and Jekyll, of Hugo, of MkDocs, of Gollum, of An Otter Wiki
_MACRO = re.compile(
    r"(?<!\{)\{%[^{}\n]*%\}|\{\{[<%](?!/\*)[^{}\n]*[>%]\}\}|^[ \t]*(?:--8<--.*|\{:[^{}\n]*\}$)"
    r"|<<\w+\([^<>\n]*\)>>|\{\{[ \t]*+[a-zA-Z-][^{}\n]*\}\}"
)
#: Hugo's: where a link leads, a film, a picture
_REFERENCE = re.compile(r"\{\{[<%][ \t]*(?:rel)?ref[ \t]+\"?([^\s\"{}<>%]+)\"?[ \t]*[>%]\}\}")
_SHOWN = re.compile(r"\{\{<[ \t]*(youtube|vimeo|figure|img)[ \t]++([^{}\n]+)>\}\}")
_SAID = re.compile(r"\b(\w+)=\"([^\"]*)\"")
_METADATA = re.compile(r"\A\s*<!-- ---\r?\n(.{0,5000}?)\r?\n ?-->[ \t]*\r?\n?", re.S)
_INCLUDE = re.compile(r"\[\[include:[ \t]*([^\[\]|\n]+)\]\]", re.I)
#: a fold of An Otter Wiki; what has more bars is a table
_FOLD = re.compile(r">(?:!|\|(?!.*\|)) ?")
#: in Outline: how wide a picture is, how long a file, what somebody mentions, and a blank line
_WIDTH = re.compile(r'(\]\([^\s()\[\]]{1,400}) "(?:[\w-]{1,40})?(?: ?=(\d{1,5}x\d{1,5}))?"\)')
_LENGTH = re.compile(r"(?<!!)\[([^\[\]\n]+?) \d{1,15}\](?=\(<?(?:\./)?uploads/)")
_MENTION = re.compile(r"@\[([^\[\]\n]+)\]\(mention://[^\s()/]+/(\w+)/[^\s()]+\)")
_BLANK = re.compile(r"[ \t]*\\[ \t]*")
_FENCE = re.compile(r"[ \t>]*(?:`{3,}|~{3,})[ \t]*([\w-]+)")
_FILMS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}
_QUERIES = frozenset({"dataview", "dataviewjs", "tasks", "query", "base"})
_DRAWINGS = frozenset({"mermaid", "plantuml", "graphviz", "flow", "sequence", "vega", "excalidraw"})


def read_foreign(text: str, lose: Lose) -> str:
    """``text`` in this wiki's words; what it cannot say is told to ``lose``."""
    kept: list[str] = []
    in_comment = False
    if found := _METADATA.match(text):
        text = f"---\n{found[1]}\n---\n{text[found.end() :]}"
    lines = outdented(text.split("\n"))
    for (number, line, in_code), before, instead in boxed(list(code_lines(lines))):
        if instead is not None and not in_comment:
            line = instead
        elif in_code:
            _lose_code(line, number, lose)
        elif in_comment or _is_open(line):
            if not in_comment:
                lose(_("A comment, which readers did not see"), number + 1, line.strip("% "))
            in_comment = "%%" not in line if in_comment else True
            continue
        else:
            line = _whole(line, number + 1, lose)
        kept.append(f"{before}{line}".rstrip() if before else line)
    return "\n".join(kept)


def _is_open(line: str) -> bool:
    """Whether a comment of several lines begins in it."""
    words = line.strip()
    return words.startswith("%%") and "%%" not in words[2:]


def _lose_code(line: str, number: int, lose: Lose) -> None:
    kind = found[1].lower() if (found := _FENCE.match(line)) else ""
    if kind in _QUERIES:
        lose(_("A query, which stays as its text"), number + 1, kind)
    elif kind in _DRAWINGS:
        lose(_("A drawing that is written as text, and stays so"), number + 1, kind)


def _whole(line: str, number: int, lose: Lose) -> str:
    """A line of no code: its marks, then those among its words."""
    if _FOLD.match(line):
        lose(_("A passage that was folded, which is open now"), number, line)
        line = _FOLD.sub("> ", line, count=1)
    if _CONTENTS.fullmatch(line) or _BLANK.fullmatch(line):
        if "subpages" in line.lower():
            lose(_("A macro, which goes"), number, line.strip())
        return ""
    return _BLOCK_NAME.sub("", change_words(line, lambda words: _line(words, number, lose)))


def _line(line: str, number: int, lose: Lose) -> str:
    def hidden(found: re.Match[str]) -> str:
        lose(_("A comment, which readers did not see"), number, found[0].strip("% "))
        return ""

    def macro(found: re.Match[str]) -> str:
        lose(_("A macro, which stays as its text"), number, found[0])
        return found[0]

    if "%%" in line:
        line = _COMMENT.sub(hidden, line)

    def included(found: re.Match[str]) -> str:
        lose(_("A page put into another, which is a link to it now"), number, found[1])
        return f"[[{found[1].strip()}]]"

    if "{%" in line:
        line = _FILM.sub(lambda film: f"<{_FILMS[film[1].lower()]}{film[2]}>", line)
    if "{{" in line:
        line = _SHOWN.sub(_shown, _REFERENCE.sub(r"\1", line))
    _MACRO.sub(macro, line)
    if "[[" in line:
        line = _INCLUDE.sub(included, line)
    if "mention://" in line:
        line = _MENTION.sub(lambda one: f"[[{one[1]}]]" if one[2] == "document" else one[1], line)
    if "uploads/" in line:
        line = _LENGTH.sub(r"[\1]", line)
        line = _WIDTH.sub(lambda one: f"{one[1]}{f' ={one[2]}' if one[2] else ''})", line)
    return line


def _shown(found: re.Match[str]) -> str:
    kind, words = found[1], found[2].strip(" \t/")
    if kind in _FILMS:
        return f"<{_FILMS[kind]}{dict(_SAID.findall(words)).get('id', words.strip(chr(34)))}>"
    said = dict(_SAID.findall(words))
    alt = next((said[key] for key in ("alt", "caption", "title") if said.get(key)), "")
    return f"![{alt}](<{said['src']}>)" if "src" in said else found[0]
