"""When each need was born and met, by the commits that first said so."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, MetaData, Table, bindparam, insert, select, update

from wiki.api.projections import Progress, Rows, TableProjection, Watch, progress_steps, texts
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
_OPEN = select(NEED.c.open).where(_THIS)
_UPDATE = update(NEED).where(_THIS)


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
    bumps = True
    prefix = "figures:"
    watches = (Watch(NEED, lambda row: [f"figures:{row['identity']}"]),)
    schema = NEED.metadata

    def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
        """See TableProjection."""
        step = progress_steps(progress)
        for story in span.commits():
            moment = story.commit.when.isoformat()
            for move in story.files:
                if move.after is None or move.after == move.before or not move.file.endswith(".md"):
                    continue
                text = span.repository.read_blob(move.after).decode("utf-8", "replace")
                if _MARK in text:
                    _note(rows, text, moment)
            step()

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


def _note(rows: Rows, text: str, moment: str) -> None:
    """Takes in one version of a page."""
    for item in _ITEM.finditer(text):
        identity, ticked = item["identity"], (item["box"] or " ") in "xX"
        known = rows.scalar(_OPEN, {"need": identity})
        if known is None:
            values = {"identity": identity, "born": moment, "open": not ticked}
            rows.execute(insert(NEED), values)
        elif ticked == bool(known):
            met = moment if ticked else None
            rows.execute(_UPDATE, {"need": identity, "met": met, "open": not ticked})
