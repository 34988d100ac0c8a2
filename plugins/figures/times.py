"""When each need was born and met, by the commits that first said so."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, MetaData, Table, bindparam, select

from wiki.api.projections import (
    Progress,
    Rows,
    TableProjection,
    Watch,
    progress_steps,
    texts,
    upsert,
)
from wiki.api.reading.history import Span

#: the first line of an item with the identity of a need, and its box
_ITEM = re.compile(
    r"^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[(?P<box>[ xX-])\][ \t])?.*"
    r"\{#(?P<identity>b-[0-9a-z]{8})\}[ \t]*\\?$",
    re.M,
)
_MARK = "{#b-"

NEED = Table(
    "figures_need",
    MetaData(),
    *texts("identity", primary_key=True),
    *texts("born"),
    *texts("met", nullable=True),
    Column("open", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
_THIS = NEED.c.identity == bindparam("need")
_KNOWN = select(NEED.c.born, NEED.c.met, NEED.c.open).where(_THIS)
_PUT = upsert(NEED)


@dataclass(frozen=True)
class Life:
    """A need's birth and, where it is met, the moment of that; they may be of the same commit."""

    born: datetime
    met: datetime | None


class Times(TableProjection):
    """Born in the first commit that held its identity; met in the last that ticked its box.

    A need that was ticked when it was born, as in an import, was never seen waiting: it has no
    moment of being met.
    """

    name = "figures"
    story = True
    in_batches = True
    bumps = True
    prefix = "figures:"
    watches = (Watch(NEED, lambda row: [f"figures:{row['identity']}"]),)
    schema = NEED.metadata

    def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
        """See TableProjection."""
        step, needs = progress_steps(progress), _Needs(rows)
        for story in span.commits():
            for move in story.files:
                if move.after is None or move.after == move.before or not move.file.endswith(".md"):
                    continue
                text = span.repository.read_blob(move.after).decode("utf-8", "replace")
                if _MARK in text:
                    needs.note(text, story.commit.when.isoformat())
            step()
        needs.write()

    def lives(self, identities: Iterable[str]) -> dict[str, Life]:
        """The lives of those needs, as far as they are known."""
        wanted = set(identities)
        with self.reading(*(f"figures:{one}" for one in wanted)) as rows:
            found = rows.execute(select(NEED.c.identity, NEED.c.born, NEED.c.met))
            return {
                identity: Life(
                    datetime.fromisoformat(born), datetime.fromisoformat(met) if met else None
                )
                for identity, born, met in found
                if identity in wanted
            }


class _Needs:
    """The rows of needs as versions of pages are taken in; each is read and written once."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._known: dict[str, tuple[str, str | None, bool] | None] = {}
        self._changed: set[str] = set()

    def note(self, text: str, moment: str) -> None:
        """Takes in one version of a page."""
        for item in _ITEM.finditer(text):
            identity, ticked = item["identity"], (item["box"] or " ") in "xX"
            if identity not in self._known:
                self._known[identity] = self._rows.first(_KNOWN, {"need": identity})
            known = self._known[identity]
            if known is None:
                self._put(identity, moment, None, not ticked)
            elif ticked == bool(known[2]):
                self._put(identity, known[0], moment if ticked else None, not ticked)

    def write(self) -> None:
        """Writes those that changed."""
        found = ((identity, self._known[identity] or ()) for identity in sorted(self._changed))
        names = ("identity", "born", "met", "open")
        self._rows.execute_many(
            _PUT, (dict(zip(names, (one, *row), strict=True)) for one, row in found)
        )

    def _put(self, identity: str, born: str, met: str | None, open_: bool) -> None:
        self._known[identity] = (born, met, open_)
        self._changed.add(identity)
