"""Writes hypotheses into a page's text, as a person would; all else stays as it stands (pure)."""

import re
from collections.abc import Sequence

from wiki.api.meaning import fold
from wiki.api.pages import read_document, split_lines
from wiki.api.pages.blocks import Block

from .model import (
    BELIEVED,
    BLOCK_NAMES,
    WRITTEN,
    Hypothesis,
    hypotheses_of,
    split_state,
)

#: signs that would make a mark of someone's words
_SIGNS = re.compile(r"(?:^|(?<=\s))[#@](?=\S)")
_OPENING = re.compile(
    r"(?P<list>[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+)(?P<box>\[[ xX-]\][ \t]+)?"
    r"(?P<date>\d{4}-\d{2}-\d{2}(?=[\s:,;.–—-]|\Z)[ \t]*)?(?P<rest>.*)",
    re.S,
)
_HEADINGS = {"fr": "Nos hypothèses", "en": "Our hypotheses"}


def in_text(text: str) -> list[Hypothesis]:
    """The hypotheses of a whole text that can be written to: those in no list or quote."""
    lines = split_lines(text)
    return hypotheses_of(_blocks(text, lines))


def with_hypothesis(text: str, words: str, day: str, lang: str = "fr") -> str:
    """``text`` with one more that is believed since ``day``, after those that stand there.

    A page without a notebook gets one at its end. What is said there already is not said twice.
    """
    said = plain_words(words)
    known = in_text(text)
    if any(fold(one.text) == fold(said) for one in known):
        return text
    line = f"- {day} {WRITTEN[lang][BELIEVED]} — {said}"
    lines = split_lines(text)
    tries = [_in_block(lines, block, line) for block in _blocks(text, lines)[:1]]
    section = f"## {_HEADINGS[lang]}\n\n::: {_NAME[lang]}\n{line}\n\n:::\n"
    tries.append(f"{text.rstrip()}\n\n{section}" if text.strip() else section)
    # What opens something and never ends it takes in all that follows: then it comes first.
    body = len(text) - len(read_document(text).body)
    tries.append(f"{text[:body]}{section}\n{text[body:]}")
    return next((one for one in tries if len(in_text(one)) == len(known) + 1), tries[-1])


_NAME = {"fr": "hypothèses", "en": "hypotheses"}


def with_answer(
    text: str, key: str, state: str, day: str, words: str, lang: str = "fr"
) -> str | None:
    """``text`` in which the hypothesis ``key`` is ``state`` since ``day``, with ``words`` below it.

    None where there is none such any more, or where its list is written so that this cannot be
    done safely.
    """
    found = next((one for one in in_text(text) if one.key == key), None)
    if found is None:
        return None
    evidence = f"{day} — {plain_words(words)}"
    if (found.state, found.date) == (state, day) and _says(found, evidence):
        return text
    lines = split_lines(text)
    opening = _OPENING.fullmatch(lines[found.line])
    if opening is None:
        return None
    _state, rest = split_state(opening["rest"])
    lines[found.line] = (
        f"{opening['list']}{opening['box'] or ''}{day} {WRITTEN[lang][state]} — {rest}\n"
    )
    end = found.end_line
    while end > found.line + 1 and not lines[end - 1].strip():
        end -= 1
    indent = " " * len(opening["list"].expandtabs(4))
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    written = "".join([*lines[:end], f"{indent}- {evidence}\n", *lines[end:]])
    after = next((one for one in in_text(written) if one.key == key), None)
    fine = after is not None and after.state == state and _says(after, evidence)
    return written if fine and len(in_text(written)) == len(in_text(text)) else None


def plain_words(words: str) -> str:
    """One line of words that are no mark and no identity; Markdown else stays what it is."""
    line = " ".join(words.split())
    return _SIGNS.sub(lambda found: "\\" + found[0], line.replace("{#", "{ #"))


def _says(one: Hypothesis, evidence: str) -> bool:
    return any(line.strip()[2:] == evidence for line in one.evidence.split("\n"))


def _blocks(text: str, lines: Sequence[str]) -> list[Block]:
    return [
        block
        for block in read_document(text).blocks
        # One inside a list or a quote has marks before its lines.
        if block.name in BLOCK_NAMES and lines[block.line].startswith(":::")
    ]


def _in_block(lines: Sequence[str], block: Block, line: str) -> str:
    at = block.items[-1].end_line if block.items else block.line + 1
    while at > block.line + 1 and not lines[at - 1].strip():
        at -= 1
    follows = lines[at].lstrip() if at < len(lines) else ""
    # Other words, or the end of the block, would be taken for the item's own.
    apart = "" if not follows or follows[0] in "-*+" else "\n"
    before = "".join(lines[:at])
    return "".join([before, "" if before.endswith("\n") else "\n", f"{line}\n{apart}", *lines[at:]])
