"""A bound on the work that one text may cost, counted in steps and never by a clock.

The parser asks these rules first, at each step it takes; the same text costs the same steps on
every machine. Over its budget, a text is shown as it was written (``document.too_heavy``).
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt, helpers
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock, reference, table
from markdown_it.rules_inline import StateInline, autolink
from markdown_it.token import Token

BlockRule = Callable[[StateBlock, int, int, bool], bool]
InlineRule = Callable[[StateInline, bool], bool]

#: About a second on a small machine; prose of 1 MB takes a fifth of it.
STEPS = 350_000
#: Depth of lists and quotes, beyond which the source is shown (100 lists in one another).
NESTING = 200
#: Depth of brackets in one paragraph, beyond which they are text.
BRACKETS = 50
#: Longest address and title of a link; a reference may repeat it thousands of times.
LINK_LENGTH = 2_000
#: What it costs to make an address out of a text.
ADDRESS_STEPS = 8
#: Longest run of emphasis marks that is read as such.
RUN_LENGTH = 100

TOO_DEEP = "Lists or quotes are nested too deeply here: from this line on they are shown as source."


class TooHeavy(Exception):
    """The text costs more steps than it may."""


class Budget:
    """The steps that are left to one text, and what the guards have to remember of it."""

    __slots__ = ("inline", "left", "level", "line_cut", "tokens")

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps
        self.level = 0
        self.tokens = 0
        self.inline = 0
        #: The first line that was nested too deeply.
        self.line_cut: int | None = None

    def spend(self, steps: int) -> None:
        """Takes ``steps``; raises TooHeavy when none is left."""
        self.left -= steps
        if self.left < 0:
            raise TooHeavy


class CountingInline(ParserInline):
    """The inline parser, counting the steps that it skips as well."""

    def skipToken(self, state: StateInline) -> None:  # noqa: N802
        """Skips one token; a label that is looked for again and again costs each time."""
        state.env["budget"].spend(1)
        super().skipToken(state)


def guard(
    md: MarkdownIt, blocks: Mapping[str, BlockRule], inlines: Mapping[str, InlineRule]
) -> None:
    """Puts the guards before the rules of ``md``, which then needs a Budget in its ``env``.

    ``blocks`` and ``inlines`` are rules by the one character at which they fire; those of the
    library fire there after them, or not at all. So they cost nothing anywhere else.
    """
    first = md.block.ruler.get_all_rules()[0]
    alt = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before(first, "guard", partial(_guard_block, blocks), {"alt": alt})
    inlines = {**inlines, **dict.fromkeys("*_~", _long_run), "<": _autolink}
    md.inline.ruler.before("text", "guard", partial(_guard_inline, inlines))
    md.inline.ruler.disable(["autolink"])
    md.block.ruler.at("reference", _reference)
    md.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    md.helpers = SimpleNamespace(  # type: ignore[assignment]
        parseLinkLabel=_link_label,
        parseLinkDestination=_link_destination,
        parseLinkTitle=_link_title,
    )


def _guard_block(
    rules: Mapping[str, BlockRule], state: StateBlock, start: int, end: int, silent: bool
) -> bool:
    budget: Budget = state.env["budget"]
    count = len(state.tokens)
    # Several rules walk along the whole line; what was read since costs by what came of it.
    steps = 2 + (state.eMarks[start] - state.bMarks[start] >> 5) + 2 * (count - budget.tokens)
    budget.tokens = count
    level = state.level
    if not silent:
        if level > budget.level and state.parentType == "blockquote":
            # A quote walks over all its lines before what is in them is read.
            steps += end - start
        budget.level = level
    budget.left -= steps
    if budget.left < 0:
        raise TooHeavy
    if level <= NESTING or silent:
        at = state.bMarks[start] + state.tShift[start]
        rule = rules.get(state.src[at : at + 1])
        return rule is not None and rule(state, start, end, silent)
    _show_source(state, start, end, budget)
    return True


def _show_source(state: StateBlock, start: int, end: int, budget: Budget) -> None:
    """What is too deep is shown as source, up to where its container ends."""
    line = start + 1
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1
    if budget.line_cut is None:
        budget.line_cut = start
        state.tokens.append(notice(TOO_DEEP, start))
    code = state.push("code_block", "code", 0)
    code.content = state.getLines(start, line, state.blkIndent, True)
    code.map = [start, line]
    state.line = line


def notice(message: str, line: int) -> Token:
    """A token that shows ``message`` (a msgid) in its place."""
    return Token("notice", "", 0, content=message, map=[line, line + 1], block=True)


def _guard_inline(rules: Mapping[str, InlineRule], state: StateInline, silent: bool) -> bool:
    budget: Budget = state.env["budget"]
    count = len(state.tokens)
    budget.left -= 2 + max(0, count - budget.inline)
    budget.inline = count
    if budget.left < 0:
        raise TooHeavy
    if silent and state.level > BRACKETS:
        state.pos = state.posMax
        return True
    rule = rules.get(state.src[state.pos])
    return rule is not None and rule(state, silent)


def _long_run(state: StateInline, silent: bool) -> bool:
    """A run of emphasis marks as long as this is a line drawn by hand; a shorter one costs."""
    char = state.src[state.pos]
    end = state.pos + 1
    if end >= state.posMax or state.src[end] != char:
        return False
    while end < state.posMax and state.src[end] == char:
        end += 1
    state.env["budget"].spend(end - state.pos)
    if end - state.pos < RUN_LENGTH:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True


def _autolink(state: StateInline, silent: bool) -> bool:
    state.env["budget"].spend(ADDRESS_STEPS)
    return autolink(state, silent)


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if not state.src.startswith("[", state.bMarks[start] + state.tShift[start]):
        return False
    state.env["budget"].spend(ADDRESS_STEPS)
    return reference(state, start, end, silent)


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table; one of hundreds of columns is text."""
    if start + 1 < end and state.eMarks[start + 1] - state.bMarks[start + 1] > LINK_LENGTH:
        return False
    return table(state, start, end, silent)


def _link_label(state: StateInline, start: int, disableNested: bool = False) -> int:  # noqa: N803
    end = helpers.parseLinkLabel(state, start, disableNested)
    if end > start:
        # Its text is copied and folded by whoever asked.
        state.env["budget"].spend((end - start) // 100)
    return end


def _link_destination(text: str, start: int, maximum: int) -> Any:
    return helpers.parseLinkDestination(text, start, min(maximum, start + LINK_LENGTH))


def _link_title(text: str, start: int, maximum: int, previous: Any = None) -> Any:
    if previous is not None and maximum > 2 * LINK_LENGTH:
        previous.can_continue = False
        return previous
    return helpers.parseLinkTitle(text, start, min(maximum, start + LINK_LENGTH), previous)
