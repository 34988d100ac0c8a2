"""The story of a space, a dated list in its ``historique`` blocks: one line more in it (pure)."""

from collections.abc import Sequence

from wiki.pages.document import read_document
from wiki.pages.lines import split_lines
from wiki.pages.markdown.blocks import Block

#: the block's names, French first
STORY_BLOCKS = ("historique", "history")


def with_step(text: str, day: str, words: str, lang: str = "fr") -> str:
    """``text`` with the line ``- <day> <words>`` as the newest of its story.

    ``day`` is an ISO date; ``words`` are one line of Markdown, such as ``pilot — In ten farms``.
    Whichever end of the list is the newest, the line stands there; a page without a story gets a
    block, named as in ``lang``, at its end. A line that stands there already is not written twice.
    """
    line = f"- {day} {' '.join(words.split())}"
    lines = split_lines(text)
    stories = _stories(text, lines)
    if any(one.rstrip("\n") == line for story in stories for one in _lines_of(story, lines)):
        return text
    block = f"::: {STORY_BLOCKS[lang == 'en']}\n{line}\n\n:::\n"
    body = len(text) - len(read_document(text).body)
    tries = [_in_story(lines, stories[0], line)] if stories else []
    tries.append(f"{text.rstrip()}\n\n{block}")
    # What opens something and never ends it takes in all that follows: then the story comes first.
    tries.append(f"{text[:body]}{block}\n{text[body:]}")
    before = _told(text, day)
    return next((one for one in tries if _told(one, day) > before), tries[-1])


def _stories(text: str, lines: Sequence[str]) -> list[Block]:
    return [
        block
        for block in read_document(text).blocks
        if block.name in STORY_BLOCKS
        and not block.args.strip()
        # One inside a list or a quote has marks before its lines.
        and lines[block.line].startswith(":::")
    ]


def _lines_of(story: Block, lines: Sequence[str]) -> list[str]:
    return [line for item in story.items for line in lines[item.line : item.end_line]]


def _in_story(lines: Sequence[str], story: Block, line: str) -> str:
    dates = [one.date for one in story.items if one.date]
    rising = len(dates) > 1 and dates[0] < dates[-1]
    at = story.items[-1].end_line if rising else story.line + 1
    # What ends the last item may be a blank line: the new one stands right after its words.
    while rising and at > story.line + 1 and not lines[at - 1].strip():
        at -= 1
    # Before the first item, where other words stand above the list.
    if not rising and story.items:
        at = story.items[0].line
    follows = lines[at].lstrip() if at < len(lines) else ""
    # Other words, or the end of the block, would be taken for the item's own.
    apart = "" if not follows or follows[0] in "-*+" else "\n"
    return "".join([*lines[:at], f"{line}\n{apart}", *lines[at:]])


def _told(text: str, day: str) -> int:
    """How many lines of that day are read as ones of the story, and not as words of another."""
    return sum(
        item.date == day
        for block in read_document(text).blocks
        if block.name in STORY_BLOCKS
        for item in block.items
    )
