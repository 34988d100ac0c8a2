"""Turns changed pages into rows of the catalogue."""

import json
import sqlite3
from collections.abc import Sequence

from wiki.pages.document import Document
from wiki.pages.markdown.items import Item
from wiki.pages.markdown.marks import DATES
from wiki.pages.page import Page
from wiki.pages.paths import follow, parent
from wiki.pages.words import fold
from wiki.projections.cataloguing.facts import FactsOf, fact_slug, head_facts, is_day, text_facts
from wiki.projections.cataloguing.intervals import Said, intervals
from wiki.projections.cataloguing.schema import ALWAYS, FOREVER
from wiki.projections.conditions import replace_surrogates
from wiki.projections.pagespan import PageChange

#: a value of a fact beyond this is cut: it is a word, not a text
VALUE = 200

_FACT = """
insert into catalogue_fact values (
    ?, coalesce((select type from catalogue_page where path = ?), ''), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class Writer:
    """Writes changes within the caller's transaction; ``finish`` once after the last."""

    def __init__(self, rows: sqlite3.Connection, facts_of: Sequence[FactsOf]) -> None:
        self._rows = rows
        self._facts_of = facts_of
        # Pages whose intervals must be worked out again.
        self._stale: set[str] = set()

    def take(self, change: PageChange) -> None:
        """Writes one changed page."""
        if change.after is None:
            self._forget(change.path)
        elif change.after is change.before:
            self._inherit(change)
        else:
            if change.before is not None:
                self._forget(change.path)
            self._write(change, change.after)

    def finish(self) -> None:
        """Works out the intervals of the spaces in which something dated changed."""
        for subject in sorted(self._stale):
            self._rows.execute(
                "delete from catalogue_fact where path = ? and origin = 'dated'", (subject,)
            )
            said = self._rows.execute(
                "select source, key, value, since, position, group_ from catalogue_said"
                " where path = ?",
                (subject,),
            )
            for held in intervals(subject, [Said(*values) for values in said]):
                self._fact(
                    subject,
                    held.source,
                    "dated",
                    held.key,
                    held.value,
                    0,
                    (held.since, held.until, held.group, held.unless),
                )

    def _forget(self, path: str) -> None:
        self._note_stale(path)
        for table, column in (
            ("page", "path"),
            ("fact", "source"),
            ("said", "source"),
            ("item", "path"),
            ("word", "path"),
        ):
            self._rows.execute(f"delete from catalogue_{table} where {column} = ?", (path,))

    def _note_stale(self, path: str) -> None:
        found = self._rows.execute(
            "select distinct path from catalogue_said where source = ?", (path,)
        )
        self._stale.update(subject for (subject,) in found)

    def _inherit(self, change: PageChange) -> None:
        """The page is the same, but not what it has from above."""
        path, access = change.path, change.access
        if access is None:
            return
        subject, group = change.space or path, access.group
        self._note_stale(path)
        for question, values in (
            (
                "page set space = ?, subject = ?, group_ = ?, editors = ?, team_page = ?"
                " where path = ?",
                (change.space, subject, group, access.editors, access.team_page, path),
            ),
            ("item set subject = ?, group_ = ? where path = ?", (subject, group, path)),
            ("said set path = ?, group_ = ? where source = ?", (subject, group, path)),
            ("fact set group_ = ? where source = ? and origin = 'head'", (group, path)),
            (
                "fact set path = ?, group_ = ? where source = ? and origin = 'text'",
                (subject, group, path),
            ),
        ):
            self._rows.execute(f"update catalogue_{question}", values)
        self._note_stale(path)

    def _write(self, change: PageChange, page: Page) -> None:
        path, access = change.path, change.access
        if access is None:
            return
        document = page.document
        subject, group = change.space or path, access.group
        title = replace_surrogates(page.title)
        self._rows.execute(
            f"insert into catalogue_page values ({'?,' * 15}?)",
            (
                path,
                parent(path) or "",
                page.file,
                page.blob,
                page.type,
                title,
                fold(title),
                replace_surrogates(page.summary),
                page.lang,
                change.space,
                subject,
                _image(page, document),
                replace_surrogates(page.source),
                group,
                access.editors,
                access.team_page,
            ),
        )
        # What other pages said of this one before it was there, or of another type.
        self._rows.execute(
            "update catalogue_fact set type = ? where path = ? and type != ?",
            (page.type, path, page.type),
        )
        seen: set[tuple[str, str]] = set()
        for position, (key, value) in enumerate(head_facts(page)):
            if (pair := (key, fact_slug(value))) not in seen:
                seen.add(pair)
                self._fact(path, path, "head", key, value, position, (ALWAYS, FOREVER, group, ""))
        for fact in text_facts(document, self._facts_of):
            if fact.since is None:
                self._fact(
                    subject,
                    path,
                    "text",
                    fact.key,
                    fact.value,
                    fact.order,
                    (ALWAYS, FOREVER, group, ""),
                )
            elif is_day(fact.since):
                self._rows.execute(
                    "insert into catalogue_said values (?, ?, ?, ?, ?, ?, ?)",
                    (
                        subject,
                        path,
                        fact.key,
                        replace_surrogates(fact.value),
                        fact.since,
                        fact.order,
                        group,
                    ),
                )
                self._stale.add(subject)
        self._items(path, subject, group, document)

    def _fact(
        self,
        path: str,
        source: str,
        origin: str,
        key: str,
        value: str,
        position: int,
        holds: tuple[str, str, str, str],
    ) -> None:
        word = replace_surrogates(value[:VALUE])
        self._rows.execute(
            _FACT, (path, path, source, origin, key, word, fact_slug(word), position, *holds)
        )

    def _items(self, path: str, subject: str, group: str, document: Document) -> None:
        position = 0
        for block in document.blocks:
            if block.args.strip():
                continue  # it asks for a list: what stands in it defines nothing
            for item in block.items:
                self._rows.execute(
                    f"insert into catalogue_item values ({'?,' * 14}?)",
                    (
                        path,
                        position,
                        subject,
                        item.identity,
                        block.name,
                        item.line,
                        item.end_line,
                        item.state or " ",
                        replace_surrogates(item.text),
                        replace_surrogates(item.plain),
                        replace_surrogates(item.nested),
                        item.date,
                        replace_surrogates(json.dumps(dict(item.marks), ensure_ascii=False)),
                        group,
                        _heard(item),
                    ),
                )
                for key, words in (("keyword", item.keywords), ("place", item.places)):
                    for rank, word in enumerate(words):
                        self._rows.execute(
                            "insert or ignore into catalogue_word values (?, ?, ?, ?, ?, ?)",
                            (
                                path,
                                position,
                                key,
                                fact_slug(word),
                                replace_surrogates(word[:VALUE]),
                                rank,
                            ),
                        )
                position += 1


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
