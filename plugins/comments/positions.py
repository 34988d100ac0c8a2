"""Where threads stand in a page as it is now: their words are followed from version to version."""

from dataclasses import dataclass
from functools import lru_cache

from wiki.api.pages import Page
from wiki.api.plugin import Instance
from wiki.api.reading import find_page_at, system_reader

from .anchors import Passage, Span, Words, find, follow
from .models import PASSAGE, ThreadRow


@dataclass(frozen=True)
class Chosen:
    """A passage that somebody comments: its words in the page, and whether it is a heading's."""

    span: Span
    quote: str
    chapter: bool = False


@dataclass(frozen=True)
class Placed:
    """Where a thread stands: ``passage`` is None where its words are gone, or where it has none.

    ``anchor`` is that of the heading for a thread about a chapter.
    """

    passage: Passage | None
    span: Span | None = None
    anchor: str = ""


@lru_cache(maxsize=32)
def words_of(text: str) -> Words:
    """The words that a page says itself: what lists and titles bring in is not commented."""
    return Words(text)


def choose(page: Page, quote: str, before: str, after: str) -> Chosen | None:
    """The passage that was selected; None where the page does not say that."""
    words = words_of(page.document.words)
    span = find(words, quote, before, after)
    if span is None:
        return None
    return Chosen(span, words.passage(span).quote[:PASSAGE])


def choose_chapter(page: Page, anchor: str) -> Chosen | None:
    """The heading of that anchor; None where there is none, or none that has a word."""
    words = words_of(page.document.words)
    headings = [one for one in page.document.headings if Words(one.text).words]
    chosen = next((one for one in headings if one.anchor == anchor), None)
    if chosen is None:
        return None
    alike = [one.anchor for one in headings if _same(one.text, chosen.text)]
    lines = _lines_like(words, chosen.text)
    at = alike.index(anchor)
    if at >= len(lines):
        return None
    return Chosen(lines[at], chosen.text[:PASSAGE], chapter=True)


def place(instance: Instance, row: ThreadRow, page: Page) -> Placed:
    """Where the thread stands in ``page``, which is its page as it is now."""
    if not row.quote:
        return Placed(None)
    old = _then(instance, row)
    new = words_of(page.document.words)
    span = _moved(old, new, row.start, row.end) if old is not None else find(new, row.quote)
    if span is None or span.end > len(new):
        return Placed(None)
    if not row.chapter:
        return Placed(new.passage(span), span)
    anchor = _anchor_at(page, new, span)
    return Placed(new.passage(span), span, anchor) if anchor else Placed(None)


def _then(instance: Instance, row: ThreadRow) -> Words | None:
    """The words of the page in which the thread was last found."""
    page = find_page_at(system_reader(instance, "comments"), row.place, row.revision)
    words = words_of(page.document.words) if page is not None else None
    return words if words is not None and row.end <= len(words) else None


@lru_cache(maxsize=512)
def _moved(old: Words, new: Words, start: int, end: int) -> Span | None:
    return follow(old, Span(start, end), new)


def _anchor_at(page: Page, words: Words, span: Span) -> str:
    """The heading whose line the span is in; "" where that is no heading any more."""
    line = words.line_of(span.start)
    for heading in page.document.headings:
        lines = _lines_like(words, heading.text)
        if line in lines:
            alike = [one.anchor for one in page.document.headings if _same(one.text, heading.text)]
            at = lines.index(line)
            return alike[at] if at < len(alike) else ""
    return ""


def _same(one: str, other: str) -> bool:
    return Words(one).words == Words(other).words


def _lines_like(words: Words, text: str) -> list[Span]:
    """The lines that say just that, in their order."""
    wanted = Words(text).words
    return [line for line in words.lines if words.words[line.start : line.end] == wanted]
