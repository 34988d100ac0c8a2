"""What a page asks its readers: its ``retours`` blocks, read, written and taken out (pure)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wiki.api.errors import BadField
from wiki.api.pages import Document, Fact, Heading, Page, Problem, split_lines
from wiki.api.pages.blocks import Block
from wiki.api.pages.items import read_query
from wiki.api.translation import gettext

BLOCK_NAMES = ("retours", "feedback")
QUESTION = 300
#: how long it takes to answer, of which a writer says one; the first where none is said
MINUTES = ("3", "10", "30")
#: the key of the fact that a page asks, which holds the minutes, and its value once it is over
FACT, OVER = "asks", "closed"

#: what the opening line of a request may say, in either language
_KEYS = {"minutes": "minutes", "fin": "until", "until": "until"}
_HYPOTHESES = ("hypothese", "hypotheses", "hypothesis")
#: what a line of a notebook begins with, before what is believed
_STATE = re.compile(r"^(?:[^\W\d_]+\s*)?(?:[—–:]|-(?=\s))\s*")
_CLOSING = re.compile(r"\s*:{3,}\s*")
#: what would make a line something else than words
_MARKS = re.compile(r"^([:`~#>*+=_|-]|\d+[.)])")


_TWICE = "This section asks for feedback twice: only the first question is asked."
_BAD_MINUTES = "Say how long it takes to answer: minutes:3, minutes:10 or minutes:30."
_BAD_DAY = "“{value}” is no day: write it like 2026-12-20."


@dataclass(frozen=True)
class Ask:
    """One request: the ``section`` it stands in ("": the whole page), its heading, a question.

    ``question`` is Markdown, "" where the author asks nothing else than the four questions.
    ``minutes``: one of MINUTES, "" where none is said. ``until``: the last day on which it is
    asked, None without end.
    """

    section: str
    heading: str
    question: str
    minutes: str = ""
    until: date | None = None

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.until is not None and self.until < today


def asks_of(page: Page) -> list[Ask]:
    """What the page asks, once a section, in its order."""
    found: dict[str, Ask] = {}
    for block in _blocks(page):
        section, heading = section_at(page, block.line)
        ask = Ask(section, heading, _question(page.text, block), *read_terms(block)[:2])
        found.setdefault(section, ask)
    return list(found.values())


def open_asks(page: Page, today: date) -> list[Ask]:
    """Those of ``asks_of`` that may be answered today."""
    return [one for one in asks_of(page) if not one.is_over(today)]


def read_terms(block: Block) -> tuple[str, date | None, list[Problem]]:
    """The minutes and the last day that a request names, and what is wrong with them."""
    query = read_query(block.args, _KEYS, block.line)
    problems, until = list(query.problems), None
    if (minutes := query.value("minutes")) not in ("", *MINUTES):
        minutes = ""
        problems.append(Problem(block.line, "bad-minutes", _BAD_MINUTES))
    if day := query.value("until"):
        try:
            until = date.fromisoformat(day)
        except ValueError:
            problems.append(Problem(block.line, "bad-day", _BAD_DAY, {"value": day}))
    return minutes, until, problems


def shortest(minutes: Iterable[str]) -> str:
    """The fewest of ``minutes``, of which "" is the fewest that there are."""
    return min((one or MINUTES[0] for one in minutes), key=int)


def facts_of(document: Document) -> Iterator[Fact]:
    """How long it takes to answer what the page asks, until the last of it is over."""
    asked = [read_terms(one) for one in document.blocks if one.name in BLOCK_NAMES]
    if asked:
        yield Fact(FACT, shortest(minutes for minutes, *_rest in asked))
        days = [until for _minutes, until, _problems in asked if until]
        if len(days) == len(asked):
            yield Fact(FACT, OVER, (max(days) + timedelta(days=1)).isoformat())


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


def with_request(page: Page, question: str = "", section: str = "", terms: str = "") -> str:
    """The page's text with a request about ``section`` ("": the whole page), at its end.

    ``terms``: see ``write_terms``. The text is as it was where that is asked already.
    Raises BadField.
    """
    before = [one.section for one in asks_of(page)]
    if section in before:
        return page.text
    block = request_block(question, BLOCK_NAMES[page.head.text("lang") == "en"], terms)
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


def write_terms(minutes: str, until: str, today: date, language: str) -> str:
    """What the opening line says of a form's fields, in the page's ``language``; "" of none.

    Raises BadField.
    """
    if minutes not in ("", *MINUTES):
        raise BadField("minutes", gettext("Choose how long it takes to answer."))
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError as error:
        raise BadField("until", gettext("Give the day as the calendar offers it.")) from error
    if day and day < today:
        raise BadField("until", gettext("This day has passed: choose a later one, or none."))
    words = [f"minutes:{minutes}"] if minutes else []
    return " ".join([*words, f"{'until' if language == 'en' else 'fin'}:{day}"] if day else words)


def request_block(question: str, name: str, terms: str = "") -> str:
    """The block of that ``name`` that asks ``question`` ("": nothing else). Raises BadField."""
    asked = " ".join(question.split())
    if len(asked) > QUESTION:
        words = gettext("At most {count} characters: one question.")
        raise BadField("question", words.format(count=QUESTION))
    asked = _MARKS.sub(lambda found: "\\" + found[1], asked)
    opening = f"::: {name} {terms}".rstrip()
    return f"{opening}\n{asked}\n\n:::\n" if asked else f"{opening}\n\n:::\n"


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
    """A second request in the same section, which readers would not see as one of its own.

    And terms that cannot be read.
    """
    known: set[str] = set()
    problems = []
    for block in _blocks(page):
        problems += read_terms(block)[2]
        section, _heading = section_at(page, block.line)
        if section in known:
            problems.append(Problem(block.line, "asked-twice", _TWICE))
        known.add(section)
    return problems
