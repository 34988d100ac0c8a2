"""Turns changed pages into rows of the catalogue."""

import json
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    BindParameter,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from wiki.pages.document import Document
from wiki.pages.markdown.items import Item
from wiki.pages.markdown.marks import DATES
from wiki.pages.names import KEY
from wiki.pages.page import Page
from wiki.pages.paths import follow, parent
from wiki.pages.words import fold
from wiki.projections.cataloguing.facts import FactsOf, fact_slug, head_facts, is_day, text_facts
from wiki.projections.cataloguing.intervals import Said, intervals
from wiki.projections.cataloguing.items.counts import ItemCounts
from wiki.projections.cataloguing.pagevalues import PageValues
from wiki.projections.cataloguing.schema import ALWAYS, FACT, FOREVER, ITEM, PAGE, SAID, WORD
from wiki.projections.histories.moments import day_of
from wiki.projections.histories.schema import COMMIT, IDENTITY
from wiki.projections.pagespan import PageChange
from wiki.projections.tables.conditions import replace_surrogates
from wiki.projections.tables.names import no_name
from wiki.projections.tables.rows import Rows, Values, pick_columns
from wiki.projections.tables.rowsets import RowSet

#: a value of a fact beyond this is cut: it is a word, not a text
VALUE = 200

_PATH: BindParameter[str] = bindparam("at")
_SUBJECTS = select(SAID.c.path).where(SAID.c.source == _PATH).distinct()
_SPACES = select(FACT.c.path).where(FACT.c.source == _PATH).distinct()
_FIRST_DAYS = (
    select(IDENTITY.c.identity, day_of(COMMIT.c.moment, local=True))
    .select_from(IDENTITY.join(COMMIT, COMMIT.c.seq == IDENTITY.c.seq))
    .where(IDENTITY.c.identity.in_(bindparam("identities")), IDENTITY.c.earliest)
)
_SAID_OF = select(*pick_columns(SAID, "source key value since position group_")).where(
    SAID.c.path == _PATH
)
_TYPE = select(PAGE.c.type).where(PAGE.c.path == _PATH)
_INSERT_FACT = insert(FACT).values(
    type=func.coalesce(
        select(PAGE.c.type).where(PAGE.c.path == _PATH).scalar_subquery(),
        no_name(),
    )
)
_DELETE = [
    delete(table).where(column == _PATH)
    for table, column in (
        (PAGE, PAGE.c.path),
        (FACT, FACT.c.source),
        (SAID, SAID.c.source),
        (ITEM, ITEM.c.path),
        (WORD, WORD.c.path),
    )
]
_OF_SOURCE = update(FACT).where(FACT.c.source == _PATH)
_HEAD_GROUP = _OF_SOURCE.where(FACT.c.origin == "head")
_TEXT_GROUP = _OF_SOURCE.where(FACT.c.origin == "text")
_FACTS, _DATED = (
    RowSet(FACT, of, without=("type",), only=kinds, insert_with=_INSERT_FACT)
    for of, kinds in (("source", FACT.c.origin != "dated"), ("path", FACT.c.origin == "dated"))
)
_SAIDS = RowSet(SAID, "source")
_ITEMS = RowSet(ITEM, "path", key=("path", "position"), without=("id",))
_WORDS = RowSet(WORD, "path", key=("path", "position", "key", "slug"))
_RETYPE = update(FACT).where(FACT.c.path == _PATH, FACT.c.type != bindparam("other"))
_INSERT_PAGE = insert(PAGE)
_PAGE_AT = select(PAGE).where(PAGE.c.path == _PATH)
_UPDATE_PAGE = update(PAGE).where(PAGE.c.path == _PATH)
_UPDATE_ITEM = update(ITEM).where(ITEM.c.path == _PATH)
_UPDATE_SAID = update(SAID).where(SAID.c.source == _PATH)


class Writer:
    """Writes changes within the caller's transaction; ``finish`` once after the last."""

    def __init__(self, rows: Rows, facts_of: Sequence[FactsOf], counted: Collection[str]) -> None:
        self._rows = rows
        self._facts_of = facts_of
        self._counts = ItemCounts(rows, counted)
        self._values = PageValues(rows)
        # Pages whose intervals must be worked out again.
        self._stale: set[str] = set()

    def take(self, change: PageChange) -> None:
        """Writes one changed page."""
        if change.after is None:
            self._forget(change.path)
        elif change.after is change.before:
            self._inherit(change)
        else:
            self._write(change, change.after)

    def finish(self, since: str) -> None:
        """Works out the intervals of the spaces in which something dated changed.

        ``since`` is the commit from which on changes were taken.
        """
        for subject in sorted(self._stale):
            said = [Said(*values) for values in self._rows.execute(_SAID_OF, {"at": subject})]
            dated = [
                _fact(
                    subject,
                    held.source,
                    "dated",
                    held.key,
                    held.value,
                    0,
                    (held.since, held.until, held.group, held.unless),
                )
                for held in intervals(subject, said)
            ]
            _DATED.put(self._rows, subject, dated, before=partial(self._note_dated, subject))
        self._counts.finish()
        self._values.finish(since)

    def _note_dated(self, subject: str) -> None:
        self._counts.note_spaces([subject])
        self._values.note(subject)

    def _forget(self, path: str) -> None:
        self._note_stale(path)
        self._note_counts(path)
        for statement in _DELETE:
            self._rows.execute(statement, {"at": path})

    def _note_stale(self, path: str) -> None:
        self._stale.update(self._rows.scalars(_SUBJECTS, {"at": path}))

    def _note_counts(self, path: str, *others: str) -> None:
        """Called before items or facts of a page change; ``others`` are what they will be of."""
        self._note_items(path)
        self._note_facts(path, *others)

    def _note_items(self, path: str) -> None:
        self._counts.note_page(path)
        self._values.note(path)

    def _note_facts(self, path: str, *others: str) -> None:
        self._values.note(path)
        self._counts.note_spaces({*self._rows.scalars(_SPACES, {"at": path}), *others})

    def _inherit(self, change: PageChange) -> None:
        """The page is the same, but not what it has from above."""
        path, access = change.path, change.access
        if access is None:
            return
        subject = change.space or path
        here = {"at": path, "group_": access.group}
        self._note_stale(path)
        self._note_counts(path, subject)
        rights = {"editors": access.editors, "team_page": access.team_page}
        self._rows.execute(
            _UPDATE_PAGE, {**here, "space": change.space, "subject": subject, **rights}
        )
        self._rows.execute(_UPDATE_ITEM, {**here, "subject": subject})
        self._rows.execute(_UPDATE_SAID, {**here, "path": subject})
        self._rows.execute(_HEAD_GROUP, here)
        self._rows.execute(_TEXT_GROUP, {**here, "path": subject})
        self._note_stale(path)

    def _write(self, change: PageChange, page: Page) -> None:
        path, access = change.path, change.access
        if access is None:
            return
        document = page.document
        subject, group = change.space or path, access.group
        title = replace_surrogates(page.title)
        self._put_page(
            {
                "path": path,
                "parent": parent(path) or "",
                "ending": page.file.removeprefix(path),
                "blob": page.blob,
                "type": page.type,
                "title": title,
                "sort_key": fold(title)[:KEY],
                "summary": replace_surrogates(page.summary),
                "lang": page.lang,
                "space": change.space,
                "subject": subject,
                "image": _image(page, document),
                "source": replace_surrogates(page.source),
                "group_": group,
                "editors": access.editors,
                "team_page": access.team_page,
            },
        )
        facts: list[Values] = []
        said: list[Values] = []
        seen: set[tuple[str, str]] = set()
        always = (ALWAYS, FOREVER, group, "")
        for position, (key, value, until) in enumerate(head_facts(page)):
            if (pair := (key, fact_slug(value))) not in seen:
                seen.add(pair)
                holds = always if until is None else (ALWAYS, _day_after(until), group, "")
                facts.append(_fact(path, path, "head", key, value, position, holds))
        for fact in text_facts(document, self._facts_of):
            if fact.since is None:
                one = _fact(subject, path, "text", fact.key, fact.value, fact.order, always)
                facts.append(one)
            elif is_day(fact.since):
                said.append(
                    {
                        "path": subject,
                        "source": path,
                        "key": fact.key,
                        "value": replace_surrogates(fact.value),
                        "since": fact.since,
                        "position": fact.order,
                        "group_": group,
                    },
                )
        afresh = change.before is None
        note = partial(self._note_facts, path, path, subject)
        _FACTS.put(self._rows, path, facts, afresh=afresh, before=note)
        before = () if afresh else self._rows.scalars(_SUBJECTS, {"at": path})
        if _SAIDS.put(self._rows, path, said, afresh=afresh):
            self._stale.update(before)
            self._stale.update([subject] if said else [])
        items, words = _items(path, subject, group, document)
        self._date(items)
        note = partial(self._note_items, path)
        _ITEMS.put(self._rows, path, items, afresh=afresh, before=note)
        _WORDS.put(self._rows, path, words, afresh=afresh, before=note)

    def _date(self, items: Sequence[dict[str, Any]]) -> None:
        """Items that name no day were heard of on the one on which they were first there."""
        named = sorted({one["identity"] for one in items if one["identity"] and not one["heard"]})
        if named:
            days = dict(self._rows.execute(_FIRST_DAYS, {"identities": named}).fetchall())
            for one in items:
                one["heard"] = one["heard"] or days.get(one["identity"], "")

    def _put_page(self, values: Values) -> None:
        """Writes the row of a page, or what of it is another than before."""
        at = {"at": values["path"]}
        old = self._rows.first(_PAGE_AT, at)
        if old is None:
            self._rows.execute(_INSERT_PAGE, values)
        else:
            there = dict(zip(PAGE.columns.keys(), old, strict=True))
            others = {name: value for name, value in values.items() if there[name] != value}
            if others:
                self._rows.execute(_UPDATE_PAGE, {**at, **others})
            if not others.keys() & {"type", "sort_key"}:
                return
        self._values.note(values["path"])
        # What other pages said of this one before it was there, or of another type.
        self._rows.execute(_RETYPE, {**at, "type": values["type"], "other": values["type"]})


def _day_after(day: date) -> str:
    return (day + timedelta(days=1)).isoformat() if day < date.max else FOREVER


def _fact(
    path: str,
    source: str,
    origin: str,
    key: str,
    value: str,
    position: int,
    holds: tuple[str, str, str, str],
) -> Values:
    word = replace_surrogates(value[:VALUE])
    from_, to_, group, unless = holds
    return {
        "at": path,
        "path": path,
        "source": source,
        "origin": origin,
        "key": key,
        "value": word,
        "slug": fact_slug(word),
        "position": position,
        "from_": from_,
        "to_": to_,
        "group_": group,
        "unless": unless,
    }


def _items(
    path: str, subject: str, group: str, document: Document
) -> tuple[list[dict[str, Any]], list[Values]]:
    """The rows of the items of a page, and of their words."""
    # A block that asks for a list defines nothing by what stands in it.
    blocks = [block for block in document.blocks if not block.args.strip()]
    rows: list[dict[str, Any]] = []
    words: dict[tuple[int, str, str], Values] = {}
    items = [(block.name, item) for block in blocks for item in block.items]
    for position, (block, item) in enumerate(items):
        here = {"path": path, "position": position}
        text, plain = replace_surrogates(item.text), replace_surrogates(item.plain)
        rows.append(
            {
                **here,
                "subject": subject,
                "identity": item.identity,
                "block": block[:VALUE],
                "line": item.line,
                "end_line": item.end_line,
                "state": item.state or " ",
                "text": text,
                "plain": None if plain == text else plain,
                "nested": replace_surrogates(item.nested),
                "date": item.date,
                "before": item.marks.get("before"),
                "marks": replace_surrogates(json.dumps(dict(item.marks), ensure_ascii=False)),
                "group_": group,
                "heard": _heard(item),
            },
        )
        for key, named in (("keyword", item.keywords), ("place", item.places)):
            for rank, word in enumerate(named):
                slug, value = fact_slug(word), replace_surrogates(word[:VALUE])
                said = {**here, "key": key, "slug": slug, "value": value, "rank": rank}
                words.setdefault((position, key, slug), said)
    return rows, list(words.values())


def _heard(item: Item) -> str:
    """The newest day that ``item`` names, whatever the day is of."""
    named = (item.date, *(item.marks.get(kind) for kind in DATES))
    return max((day for day in named if day), default="")


def _image(page: Page, document: Document) -> str:
    """The file, or the address elsewhere, of the page's first image; "" where it has none."""
    target = document.first_image or ""
    if target.startswith(("https://", "http://")):
        return replace_surrogates(target[:2000])
    return follow(page.file, target) or "" if target else ""
