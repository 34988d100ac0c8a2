"""What a page asks its readers: its ``retours`` blocks, read, written and taken out (pure)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wiki.api.errors import BadField
from wiki.api.pages import Heading, Page, Problem, split_lines
from wiki.api.pages.blocks import Block
from wiki.api.translation import gettext

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
    return section_below(page.document.headings, line)


def section_below(headings: Sequence[Heading], line: int) -> tuple[str, str]:
    """The same, of the ``headings`` of a page."""
    above = [one for one in headings if one.line <= line]
    if not above or (above[-1].level == 1 and above[-1] == headings[0]):
        return "", ""
    return above[-1].anchor, above[-1].text


def sections_of(page: Page) -> list[tuple[str, str]]:
    """What a page could ask about: the whole of it, then each of its sections."""
    found = [section_at(page, one.line) for one in page.document.headings]
    return [("", ""), *dict.fromkeys(one for one in found if one[0])]


def hypotheses_in(page: Page) -> list[str]:
    """What the page's notebook says is believed, if it has one."""
    blocks = [block for block in page.document.blocks if block.name in _HYPOTHESES]
    said = [_STATE.sub("", item.plain, count=1) for block in blocks for item in block.items]
    return list(dict.fromkeys(one[:300] for one in said if one))


def with_request(page: Page, question: str = "", section: str = "") -> str:
    """The page's text with a request about ``section`` ("": the whole page), at its end.

    The text is as it was where that is asked already. Raises BadField.
    """
    before = [one.section for one in asks_of(page)]
    if section in before:
        return page.text
    block = request_block(question, BLOCK_NAMES[page.head.text("lang") == "en"])
    lines = split_lines(page.text)
    for line in _places(page, section):
        above, below = "".join(lines[:line]).rstrip("\n"), "".join(lines[line:])
        text = f"{above}\n\n{block}" if above.strip() else block
        text += f"\n{below}" if below.strip() else ""
        now = Page(page.path, page.file, text)
        if (
            sorted(one.section for one in asks_of(now)) == sorted([*before, section])
            and _else(now) == _else(page)
            and without_request(now, section).split() == page.text.split()
        ):
            return text
    if section and section not in dict(sections_of(page)):
        raise BadField("section", gettext("This section is not there any more: choose another."))
    raise BadField("question", gettext("Write the question in plain words."))


def request_block(question: str, name: str) -> str:
    """The block of that ``name`` that asks ``question`` ("": nothing else). Raises BadField."""
    asked = " ".join(question.split())
    if len(asked) > QUESTION:
        words = gettext("At most {count} characters: one question.")
        raise BadField("question", words.format(count=QUESTION))
    asked = _MARKS.sub(lambda found: "\\" + found[1], asked)
    return f"::: {name}\n{asked}\n\n:::\n" if asked else f"::: {name}\n\n:::\n"


def _places(page: Page, section: str) -> Iterator[int]:
    """Lines before which a request about ``section`` may stand, the best first."""
    headings = page.document.headings
    marks = [(section_at(page, one.line)[0], one.line) for one in headings]
    start = len(split_lines(page.text[: len(page.text) - len(page.body)]))
    if not section:
        marks.insert(0, ("", start))
    for place, (anchor, line) in enumerate(marks):
        if anchor == section:
            after = [one for other, one in marks[place + 1 :] if other != section]
            yield after[0] if after else len(split_lines(page.text))
            # What opens something and never ends it takes in all that follows.
            yield from (line + 1, line + 2) if line != start else (line,)


def _else(page: Page) -> tuple[object, ...]:
    """What a request must not change: the headings, and the other blocks."""
    others = [one.name for one in page.document.blocks if one.name not in BLOCK_NAMES]
    return [(one.level, one.anchor) for one in page.document.headings], others


def without_request(page: Page, section: str | None = None) -> str:
    """The page's text without any request, or those about ``section``; all else stays."""
    lines = split_lines(page.text)
    for block in reversed(_blocks(page)):
        if section is not None and section_at(page, block.line)[0] != section:
            continue
        end = block.end_line
        if end < len(lines) and not lines[end].strip():
            # The blank line that set it apart from what follows.
            end += 1
        del lines[block.line : end]
    text = "".join(lines)
    return f"{text.rstrip()}\n" if text.strip() else text


def _blocks(page: Page) -> Sequence[Block]:
    lines = split_lines(page.text)
    return [
        block
        for block in page.document.blocks
        if block.name in BLOCK_NAMES and lines[block.line].startswith(":::")
    ]


def _question(text: str, block: Block) -> str:
    inside = [one.rstrip("\n") for one in split_lines(text)[block.line + 1 : block.end_line]]
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
