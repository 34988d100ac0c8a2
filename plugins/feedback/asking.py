"""What a page asks its readers: its ``retours`` blocks, read, written and taken out (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wiki.api import BadField, Block, Page, Problem, gettext

BLOCK_NAMES = ("retours", "feedback")
QUESTION = 300

_HYPOTHESES = ("hypothese", "hypotheses", "hypothesis")
#: what a line of a notebook begins with, before what is believed
_STATE = re.compile(r"^(?:[^\W\d_]+\s*)?(?:[—–:]|-(?=\s))\s*")
_CLOSING = re.compile(r"\s*:{3,}\s*")
#: what would make a line something else than words
_MARKS = re.compile(r"^([:`~#>*+=_|-]|\d+[.)])")


_TWICE = "This section asks for feedback twice: only the first question is asked."


@dataclass(frozen=True)
class Ask:
    """One request: the ``section`` it stands in ("": the whole page), its heading, a question.

    ``question`` is Markdown, "" where the author asks nothing else than the four questions.
    """

    section: str
    heading: str
    question: str


def asks_of(page: Page) -> list[Ask]:
    """What the page asks, once a section, in its order."""
    found: dict[str, Ask] = {}
    for block in _blocks(page):
        section, heading = section_at(page, block.line)
        found.setdefault(section, Ask(section, heading, _question(page.text, block)))
    return list(found.values())


def section_at(page: Page, line: int) -> tuple[str, str]:
    """The anchor and words of the heading above ``line``; "" where it is the page's own title."""
    above = [one for one in page.document.headings if one.line <= line]
    if not above or (above[-1].level == 1 and above[-1] == page.document.headings[0]):
        return "", ""
    return above[-1].anchor, above[-1].text


def hypotheses_in(page: Page) -> list[str]:
    """What the page's notebook says is believed, if it has one."""
    blocks = [block for block in page.document.blocks if block.name in _HYPOTHESES]
    said = [_STATE.sub("", item.plain, count=1) for block in blocks for item in block.items]
    return list(dict.fromkeys(one[:300] for one in said if one))


def with_request(page: Page, question: str = "") -> str:
    """The page's text with a request at its end; as it is where it has one. Raises BadField."""
    if _blocks(page):
        return page.text
    asked = " ".join(question.split())
    if len(asked) > QUESTION:
        words = gettext("At most {count} characters: one question.")
        raise BadField("question", words.format(count=QUESTION))
    asked = _MARKS.sub(lambda found: "\\" + found[1], asked)
    name = "feedback" if page.head.text("lang") == "en" else "retours"
    block = f"::: {name}\n{asked}\n\n:::\n" if asked else f"::: {name}\n\n:::\n"
    head = len(page.text) - len(page.body)
    tries = [
        f"{page.text.rstrip()}\n\n{block}",
        # What opens something and never ends it takes in all that follows.
        f"{page.text[:head]}{block}\n{page.text[head:]}",
    ]
    for text in tries:
        now = Page(page.path, page.file, text)
        if len(_blocks(now)) == 1 and without_request(now).split() == page.text.split():
            return text
    raise BadField("question", gettext("Write the question in plain words."))


def without_request(page: Page) -> str:
    """The page's text without any request; all else stays as it stands."""
    lines = page.text.splitlines(keepends=True)
    for block in reversed(_blocks(page)):
        end = block.end_line
        if end < len(lines) and not lines[end].strip():
            # The blank line that set it apart from what follows.
            end += 1
        del lines[block.line : end]
    text = "".join(lines)
    return f"{text.rstrip()}\n" if text.strip() else text


def _blocks(page: Page) -> Sequence[Block]:
    lines = page.text.splitlines()
    return [
        block
        for block in page.document.blocks
        if block.name in BLOCK_NAMES and lines[block.line].startswith(":::")
    ]


def _question(text: str, block: Block) -> str:
    inside = text.splitlines()[block.line + 1 : block.end_line]
    if inside and _CLOSING.fullmatch(inside[-1]):
        inside = inside[:-1]
    return "\n".join(inside).strip()


def problems_of(page: Page) -> list[Problem]:
    """A second request in the same section, which readers would not see as one of its own."""
    known: set[str] = set()
    problems = []
    for block in _blocks(page):
        section, _heading = section_at(page, block.line)
        if section in known:
            problems.append(Problem(block.line, "asked-twice", _TWICE))
        known.add(section)
    return problems
