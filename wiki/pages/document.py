"""THE ONE READING of a page's text: tokens with their blocks folded, links, headings, words.

::

    text ─▶ head │ body ─▶ tokens ─▶ ::: folded ─▶ walked once: items, links, headings, words
                            └─ over budget, or longer than a page: the source, with a notice

Rendering, search, links and every plugin use this reading; nobody parses a page again. A document
and its tokens are shared by all who read the same text: they are never changed.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from weakref import WeakValueDictionary

from cachetools import LRUCache
from markdown_it.token import Token

from wiki.pages.head.frontmatter import Head, head_source, read_head
from wiki.pages.markdown.blocks import Block, fold_blocks
from wiki.pages.markdown.budget import TOO_DEEP, Budget, TooHeavy, notice
from wiki.pages.markdown.direction import set_directions
from wiki.pages.markdown.parser import parser
from wiki.pages.markdown.syntax import FENCE
from wiki.pages.markdown.walk import Heading, Link, Walk
from wiki.pages.problems import Problem

TEXT_LENGTH = 1_000_000
#: Texts whose documents are kept, together; a document is some fifty times as large as its text.
KEPT = 400_000
#: The longest words whose tokens are kept: those of some thousand items come to a few megabytes.
INLINE_KEPT = 300
PROBLEMS = 200

_BLANK = re.compile(r"[ \t]*(?:\n|\Z)")
#: What may change how the text above it reads, across an empty line: a definition, a reference.
_DEFINITION = re.compile(r"^[ \t>]*[:~]|\]:", re.M)

TOO_HEAVY = "This page asks for too much work to be laid out: it is shown as it was written."


@dataclass(frozen=True)
class Document:
    """What a text says. Lines count from 0 in the whole text, front matter included.

    ``tokens``: those of markdown-it, and of ours: ``block`` (its Block in ``meta["block"]``),
    ``wikilink`` (``target``, ``anchor``, ``text`` in ``meta``), ``inline_query`` (``name``,
    ``args``; ``content`` is its source), ``checkbox`` (``checked``), ``notice`` (``content`` is a
    msgid). Each heading has its ``id`` among its attributes. ``blocks`` are in their order, those
    inside others included; ``headings`` are those in no list, quote or block. ``words`` is all that
    can be searched for.
    """

    head: Head
    body: str
    tokens: tuple[Token, ...] = field(default=(), repr=False)
    blocks: tuple[Block, ...] = ()
    links: tuple[Link, ...] = ()
    headings: tuple[Heading, ...] = ()
    words: str = field(default="", repr=False)
    first_image: str | None = None
    problems: tuple[Problem, ...] = ()
    too_heavy: bool = False
    #: The whole text, head included, its lines ended by LF; "" where it is ``too_heavy``.
    text: str = field(default="", repr=False)


def read_document(text: str) -> Document:
    """Reads ``text``; never raises, whatever stands there.

    Remembers the latest texts, and those whose document somebody holds.
    """
    with _lock:
        document = _kept.get(text) or _in_use.get(text)
    if document is None:
        document = _read(text)
        with _lock:
            _in_use[text] = document
            with suppress(ValueError):  # larger than all that are kept may be
                _kept[text] = document
    return document


def read_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of ``text``, as its document has them.

    Where all of them are closed, what stands below the last is not read: so a text that changed
    only there costs nothing. Of one that is too heavy as a whole, some may be told.
    """
    last = text.rfind(FENCE)
    end = text.find("\n", last) + 1
    if (
        last >= 0
        and "\r" not in text
        # at the beginning of its line: no list or quote goes on below it
        and text.startswith(FENCE, text.rfind("\n", 0, last) + 1)
        and head_source(text).end < end
        and _BLANK.match(text, end)
        and not _DEFINITION.search(text, end)
    ):
        above = read_document(text[:end])
        kinds = {one.kind for one in above.problems}
        if "unclosed-block" not in kinds and len(above.problems) < PROBLEMS:
            return above.blocks
    return read_document(text).blocks


def read_inline(text: str) -> Sequence[Token]:
    """The inline tokens of a short Markdown text, an item's say, as in a page; never raises.

    Remembers the latest: a list of items is laid out after each commit, and few of them differ.
    """
    return _kept_inline(text) if len(text) <= INLINE_KEPT else _read_inline(text)


def _read_inline(text: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    md = parser()
    try:
        md.inline.parse(text, md, {"budget": Budget()}, tokens)
    except (TooHeavy, RecursionError):
        return (Token("text", "", 0, content=text),)
    return tuple(tokens)


_kept_inline = lru_cache(maxsize=4_000)(_read_inline)


def _read(text: str) -> Document:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    reading = read_head(text)
    problems = list(reading.problems)
    try:
        if len(text) > TEXT_LENGTH:
            raise TooHeavy
        walk, tokens = _walk(text, reading.body, reading.body_line, problems)
    except (TooHeavy, RecursionError):
        return _as_source(reading.head, reading.body, reading.body_line, problems)
    if reading.head.broken and reading.body_line:
        tokens.insert(0, _source(head_source(text).lines or "", 0, "yaml"))
    return Document(
        head=reading.head,
        body=reading.body,
        tokens=tuple(tokens),
        blocks=tuple(sorted(walk.blocks, key=lambda block: (block.line, -block.end_line))),
        links=tuple(walk.links),
        headings=tuple(walk.sections(text.count("\n") + (not text.endswith("\n")))),
        words="\n".join(walk.words),
        first_image=walk.first_image,
        problems=tuple(sorted(problems, key=lambda problem: problem.line)[:PROBLEMS]),
        text=text,
    )


def _walk(
    text: str, body: str, body_line: int, problems: list[Problem]
) -> tuple[Walk, list[Token]]:
    budget = Budget()
    # The parser takes the lines apart before its first step.
    budget.spend(text.count("\n") // 2)
    env: dict[str, object] = {"budget": budget}
    # The head's lines as empty ones: so every line number is that of the whole text.
    tokens = fold_blocks(parser().parse("\n" * body_line + body, env), problems)
    if budget.line_cut is not None:
        problems.append(Problem(budget.line_cut, "nested-too-deeply", TOO_DEEP))
    walk = Walk(text.split("\n"), budget, env, problems)
    walk.read(tokens)
    set_directions(body, tokens)
    return walk, tokens


def _as_source(head: Head, body: str, line: int, problems: list[Problem]) -> Document:
    problems = [*problems, Problem(line, "too-heavy", TOO_HEAVY)]
    tokens = (notice(TOO_HEAVY, line), _source(body, line, ""))
    words = body[:TEXT_LENGTH]
    return Document(
        head, body, tokens, words=words, problems=tuple(problems[:PROBLEMS]), too_heavy=True
    )


def _source(source: str, line: int, language: str) -> Token:
    lines = [line, line + source.count("\n") + 1]
    token = Token("fence", "code", 0, content=source, info=language, map=lines, block=True)
    token.markup = "```"
    return token


def _size(document: Document) -> int:
    # One that is shown as it was written has next to no tokens.
    return len(document.body) // 10 if document.too_heavy else len(document.text)


def keep_documents(room: int) -> None:
    """Has this process keep the documents of the latest texts of ``room`` characters together."""
    global _kept
    with _lock:
        _kept = LRUCache(room, getsizeof=_size)


_lock = Lock()
#: the documents of the latest texts, as many as fit; all for as long as in use
_kept: LRUCache[str, Document] = LRUCache(KEPT, getsizeof=_size)
_in_use: WeakValueDictionary[str, Document] = WeakValueDictionary()
