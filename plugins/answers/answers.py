"""``ask``: the passages that answer a question, as one reader may see them, or that none do.

::

    question ─▶ what it asks for ─▶ passages ranked ─▶ do they hold what is wanted? ─▶ Answer
     (kinds)                          (ranking)          (silence, elsewhere)
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from wiki.api.reading import Reader
from wiki.api.reading.history import WIKI_AUTHOR, list_history

from .elsewhere import is_elsewhere
from .evidence import holds
from .kinds import Kind, Question, read_question
from .lists import LISTED, Rows, find_list
from .names import named_pages
from .passages import STORY
from .projection import Kept, Lookup, Seen
from .ranking import Found, best_first, count_unread, is_far, rank, read
from .silence import Texts, is_silent
from .spelling import known_stems
from .vectors import shelf_for, stores_of

#: passages of an answer, and the most that may be asked for
PASSAGES, MOST = 3, 50
#: pages that are near, lines of a story
_NEAR, _LINES = 5, 3
#: passages that are looked at
_LOOKED_AT = 100
_PROJECT = "project"
#: the day that a line of a story begins with
_DAY, _DATED = 10, re.compile(r"^\d{4}-\d\d-\d\d\b", re.M)
#: changes of a page among which one of a person is looked for
_CHANGES = 10
#: what a passage counts for that holds what is wanted
_HOLDS = 1.0
#: how much less than the best a page of a list may count
_WORTH = 0.5


@dataclass(frozen=True)
class Quote:
    """A passage as it is quoted: ``text`` word for word, lines apart; where it stands, who said it.

    ``anchor`` is that of its ``heading`` on the page, "" above the first. ``date``: the day of a
    line of a story, else that of the last change by a person, who is named as ``author``; none
    where the wiki itself wrote all that is looked at, as an import does: that is not its day.
    """

    path: str
    title: str
    heading: str
    anchor: str
    text: str
    date: date | None
    author: str
    score: float = 0.0


@dataclass(frozen=True)
class Listed:
    """A page of a list, with the line that says why."""

    path: str
    title: str
    line: str
    anchor: str = ""
    day: date | None = None


@dataclass(frozen=True)
class NearPage:
    """A page near a question that it does not answer."""

    path: str
    title: str


@dataclass(frozen=True)
class Answer:
    """What the wiki says to a question; where not ``answered``, only what is ``near``.

    ``kind`` is ``passages``, ``list`` (then ``projects`` are listed) or ``state`` (then the last
    lines of a story come first). ``total``: of one of the wiki's own lists, how many it has.
    ``unread``: passages of what the reader may see that are not read by meaning yet.
    """

    question: str
    answered: bool
    kind: str = "passages"
    passages: tuple[Quote, ...] = ()
    projects: tuple[Listed, ...] = ()
    near: tuple[NearPage, ...] = ()
    total: int | None = None
    unread: int = 0


def ask(question: str, reader: Reader, limit: int = PASSAGES) -> Answer:
    """What the pages that ``reader`` may see answer; of a long question the beginning is read."""
    asked = read_question(question)
    if not asked.stems or limit <= 0:
        return Answer(asked.text, False)
    shelf = shelf_for(reader)
    seen = shelf.seen(reader.audience)
    named = named_pages(seen, asked.text)
    if rows := find_list(asked.text, reader, [seen.pages[one].path for one in named]):
        return _of_rows(asked, rows, limit)
    words, stores = Lookup(shelf, seen), stores_of(reader.instance)
    known, unknown = known_stems(words, asked.stems)
    readings = read(seen, asked.text, stores)
    scores = rank(words, (*known, *unknown), readings)
    texts = Texts(shelf, seen, reader.audience)
    found = best_first(scores, max(_LOOKED_AT, limit))
    unread = count_unread(seen, stores)
    if not named and is_elsewhere(words, known, unknown, readings):
        return Answer(asked.text, False, asked.kind, unread=unread)  # nothing is near it
    strange = partial(is_far, seen, stores)
    if is_silent(asked, found, texts, named, unknown, strange):
        near = dict.fromkeys(seen.pages[seen.page[one.row]] for one in found)
        pages = tuple(NearPage(one.path, one.title) for one in list(near)[:_NEAR])
        return Answer(asked.text, False, asked.kind, near=pages, unread=unread)
    found = _holding(asked, found, texts)
    chosen = list(zip(found, texts.of(one.row for one in found), strict=True))
    quotes = [*_story(asked, reader, texts, named, chosen), *_quotes(reader, chosen[:limit])]
    listed = _listed(seen, chosen) if asked.kind is Kind.LIST else ()
    told = tuple(quotes[:limit]), tuple(listed)
    return Answer(asked.text, True, asked.kind, *told, unread=unread)


def _of_rows(asked: Question, rows: Rows, limit: int) -> Answer:
    """What one of the wiki's own lists says."""
    quotes = [
        Quote(one.path, one.title, "", "", one.line, one.day, "", float(LISTED - place))
        for place, one in enumerate(rows.rows[:limit])
    ]
    listed = [Listed(one.path, one.title, one.line, day=one.day) for one in rows.rows]
    answered = bool(rows.rows) or rows.counts
    total = rows.total if answered else None
    return Answer(asked.text, answered, Kind.LIST, tuple(quotes), tuple(listed), total=total)


def _holding(asked: Question, found: Sequence[Found], texts: Texts) -> list[Found]:
    """Those that hold what is wanted before those that do not, where they are much alike."""
    if asked.want is None:
        return list(found)
    weighed = [
        Found(one.row, one.score + _HOLDS * holds(asked, kept.passage))
        for one, kept in zip(found, texts.of(one.row for one in found), strict=True)
    ]
    return sorted(weighed, key=lambda one: -one.score)


def _quotes(reader: Reader, chosen: Sequence[tuple[Found, Kept]]) -> Iterator[Quote]:
    changes: dict[str, tuple[date | None, str]] = {}
    for one, (path, passage) in chosen:
        if path not in changes:
            changes[path] = _changed(reader, path)
        day, author = changes[path]
        days = _DATED.findall(passage.text) if passage.kind == STORY else ()
        yield Quote(
            path,
            passage.title,
            passage.heading,
            passage.anchor,
            passage.text,
            date.fromisoformat(max(days)) if days else day,
            author,
            one.score,
        )


def _changed(reader: Reader, path: str) -> tuple[date | None, str]:
    """When a person changed a page last, and who; what the wiki itself does says nothing."""
    for change in list_history(reader, path, limit=_CHANGES):
        if change.mail != WIKI_AUTHOR.mail:
            day = change.when.astimezone(reader.instance.settings.zone).date()
            return day, change.author
    return None, ""


def _story(
    asked: Question,
    reader: Reader,
    texts: Texts,
    named: Sequence[int],
    chosen: Sequence[tuple[Found, Kept]],
) -> Iterator[Quote]:
    """The last lines, up to today, of the story of the page that is named, else of the best one."""
    if asked.kind is not Kind.STATE or not chosen:
        return
    rows = texts.rows_on(named[:1] or texts.pages_of([chosen[0][0].row]))
    told = [kept for kept in texts.of(rows) if kept.passage.kind == STORY]
    today = reader.today.isoformat()
    lines = [
        (line[:_DAY], kept, line)
        for kept in told
        for line in kept.passage.text.split("\n")
        if _DATED.match(line) and line[:_DAY] <= today
    ]
    if lines and lines[0][0] > lines[-1][0]:
        lines.reverse()  # it lists the newest first, those of one day too
    lines.sort(key=lambda one: one[0])
    if last := lines[-_LINES:]:
        day, (path, passage), _line = last[-1]
        text = "\n".join(line for _day, _kept, line in last)
        author = _changed(reader, path)[1]
        score = chosen[0][0].score
        yield Quote(
            path,
            passage.title,
            passage.heading,
            passage.anchor,
            text,
            date.fromisoformat(day),
            author,
            score,
        )


def _listed(seen: Seen, chosen: Sequence[tuple[Found, Kept]]) -> Iterator[Listed]:
    """The pages, each with its best passage, as far as they are worth a part of the best."""
    listed: set[str] = set()
    for one, (path, passage) in chosen:
        if len(listed) >= LISTED or one.score < _WORTH * chosen[0][0].score:
            return
        if path not in listed and seen.pages[seen.page[one.row]].type == _PROJECT:
            listed.add(path)
            yield Listed(path, passage.title, passage.text, passage.anchor)
