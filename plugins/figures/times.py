"""When each need was born and met, by the commits that first said so."""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wiki.api.projections import Progress, TableProjection, Watch, progress_steps
from wiki.api.reading.history import Span

#: the first line of an item with the identity of a need, and its box
_ITEM = re.compile(
    r"^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[(?P<box>[ xX-])\][ \t])?.*"
    r"\{#(?P<identity>b-[0-9a-z]{8})\}[ \t]*\\?$",
    re.M,
)
_MARK = "{#b-"


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
    watches = (Watch("figures_need", lambda row: [f"figures:{row['identity']}"]),)
    schema = """
    create table figures_need (
        identity text primary key, born text not null, met text, open integer not null
    ) without rowid;
    """

    def write(self, rows: sqlite3.Connection, span: Span, progress: Progress | None) -> None:
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
            found = rows.execute("select identity, born, met from figures_need")
            return {
                identity: Life(
                    datetime.fromisoformat(born), datetime.fromisoformat(met) if met else None
                )
                for identity, born, met in found
                if identity in wanted
            }


def _note(rows: sqlite3.Connection, text: str, moment: str) -> None:
    """Takes in one version of a page."""
    for item in _ITEM.finditer(text):
        identity, ticked = item["identity"], (item["box"] or " ") in "xX"
        known = rows.execute(
            "select met, open from figures_need where identity = ?", (identity,)
        ).fetchone()
        if known is None:
            rows.execute(
                "insert into figures_need values (?, ?, null, ?)",
                (identity, moment, int(not ticked)),
            )
        elif ticked and known[1]:
            rows.execute(
                "update figures_need set met = ?, open = 0 where identity = ?", (moment, identity)
            )
        elif not ticked and not known[1]:
            rows.execute(
                "update figures_need set met = null, open = 1 where identity = ?", (identity,)
            )
