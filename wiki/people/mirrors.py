"""Mirrors, as rows: which repositories elsewhere, in which direction, and how the last run went.

::

    waiting ──▶ in step ◀──▶ failed      it could not be asked: tried again, ever more rarely
                  ▲
                  ├──▶ diverged          it has commits that are not taken
                  ├──▶ conflict          likewise; both sides changed the same pages
                  └──▶ refused           what it holds may not be taken

None of the states is an end: each is left by itself once a run finds that its reason is gone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from wiki.errors import AlreadyExists, BadField, NotFound
from wiki.people.audit import NOBODY, record_audit
from wiki.people.models.exchanges import MirrorRow
from wiki.people.store.database import Database
from wiki.translation import gettext as _

WAITING, IN_STEP, FAILED = "waiting", "in-step", "failed"
DIVERGED, CONFLICT, REFUSED = "diverged", "conflict", "refused"
STATES = (WAITING, IN_STEP, FAILED, DIVERGED, CONFLICT, REFUSED)
#: what is wrong, and stays so until someone, or time, mends it
TROUBLE = frozenset({FAILED, DIVERGED, CONFLICT, REFUSED})
PUSH, PULL, BOTH = "push", "pull", "both"
ALL, PUBLIC = "all", "public"

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
#: no mirror waits so long, whatever its direction
_FARTHEST = timedelta(days=2)


@dataclass(frozen=True)
class Mirror:
    """One mirror at one moment; see the module and ``MirrorRow``."""

    name: str
    url: str
    direction: str
    what: str
    state: str
    since: datetime
    said: str
    tried: datetime | None
    done: datetime | None
    due: datetime
    failures: int
    told: datetime | None
    ahead: int
    behind: int
    head: str
    pushed: str
    theirs: str
    taken: str
    beside: str

    @property
    def pushes(self) -> bool:
        """Whether our commits go there."""
        return self.direction in (PUSH, BOTH)

    @property
    def pulls(self) -> bool:
        """Whether its commits come here."""
        return self.direction in (PULL, BOTH)

    def is_due(self, now: datetime) -> bool:
        """Whether its time has come; what is far off was noted while the clock was ahead."""
        return not now < self.due <= now + _FARTHEST

    @property
    def in_trouble(self) -> bool:
        """Whether someone should know."""
        return self.state in TROUBLE


@dataclass(frozen=True)
class Outcome:
    """How a run went: what of a Mirror it has found out. ``head`` and the rest are as there."""

    state: str
    said: str = ""
    ahead: int = 0
    behind: int = 0
    head: str = ""
    pushed: str = ""
    theirs: str = ""
    taken: str = ""
    beside: str = ""


def add(
    database: Database,
    name: str,
    url: str,
    *,
    direction: str,
    what: str = ALL,
    by: str = NOBODY,
) -> Mirror:
    """A new mirror, due at once; ``by`` is for the trail. Raises BadField, AlreadyExists."""
    if not _NAME.fullmatch(name):
        raise BadField("name", _("A mirror’s name is made of a–z, 0–9 and hyphens."))
    if what == PUBLIC and direction != PUSH:
        raise BadField("what", _("What everyone may read is only pushed: choose --push."))
    now = database.now()
    with database.session("mirrors") as session:
        if session.get(MirrorRow, name) is not None:
            raise AlreadyExists(_("There is a mirror of that name already."))
        row = MirrorRow(
            name=name,
            url=url,
            direction=direction,
            what=what,
            created=now,
            state=WAITING,
            since=now,
            due=now,
            failures=0,
            ahead=0,
            behind=0,
            **dict.fromkeys(("said", "head", "pushed", "theirs", "taken", "beside"), ""),
        )
        session.add(row)
        record_audit(database, by, "mirror", name, url, session=session)
        return _mirror(row)


def remove(database: Database, name: str, *, by: str = NOBODY) -> None:
    """Ends a mirror; what stands there stays. Raises NotFound."""
    with database.session() as session:
        if (row := session.get(MirrorRow, name)) is None:
            raise NotFound(_("There is no mirror of that name."))
        session.delete(row)
        record_audit(database, by, "no-mirror", name, row.url, session=session)


def get(database: Database, name: str) -> Mirror:
    """The mirror ``name``. Raises NotFound."""
    if (row := database.find_row(MirrorRow, name)) is None:
        raise NotFound(_("There is no mirror of that name."))
    return _mirror(row)


def listed(database: Database) -> Sequence[Mirror]:
    """Every mirror, by name."""
    return [_mirror(row) for row in database.list_rows(select(MirrorRow).order_by(MirrorRow.name))]


def begin(database: Database, name: str) -> None:
    """Notes that a run has begun; killed, it is tried again as after a failure."""
    now = database.now()
    with database.session() as session:
        if (row := session.get(MirrorRow, name)) is not None:
            row.tried, row.due = now, now + _wait(row.failures)


def end(database: Database, name: str, outcome: Outcome, again: timedelta) -> Mirror | None:
    """Notes how a run went; it is due ``again``, or later where it has failed before.

    Returns the mirror as it is now; None where it was removed meanwhile.
    """
    now = database.now()
    with database.session() as session:
        if (row := session.get(MirrorRow, name)) is None:
            return None
        if row.state != outcome.state:
            row.state, row.since = outcome.state, now
        row.said = outcome.said[:2000]
        if outcome.state == FAILED:
            # What was known of both sides still is.
            row.failures += 1
            row.due = now + _wait(row.failures)
            return _mirror(row)
        row.failures, row.done, row.due = 0, now, now + again
        row.ahead, row.behind = outcome.ahead, outcome.behind
        row.head, row.pushed = outcome.head, outcome.pushed
        row.theirs, row.taken, row.beside = outcome.theirs, outcome.taken, outcome.beside
        return _mirror(row)


def note_told(database: Database, name: str, told: datetime | None) -> None:
    """Notes when the administrators were told of trouble; None once it is over."""
    with database.session() as session:
        if (row := session.get(MirrorRow, name)) is not None:
            row.told = told


def _wait(failures: int) -> timedelta:
    doubled: int = 2 ** min(max(failures - 1, 0), 10)
    return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)


def _mirror(row: MirrorRow) -> Mirror:
    return Mirror(**{name: getattr(row, name) for name in Mirror.__dataclass_fields__})
