"""How the exchange with each sister goes, and when it is asked again.

::

    waiting ──▶ in step ◀──▶ failed      it does not answer: asked again, ever more rarely
                  ▲
                  ├──▶ refused           what it says, or holds, may not be taken
                  └──▶ stopped           it names us no more, for longer than the stated delay

None of the states is an end. A sister that is blocked is not asked at all.

A ping has a sister be asked at once, or when its rest is over: some seconds where many come one
soon after the other, the more the longer; as long as its turn took where that failed, longer each
time; several times as long as it had us compute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from wiki.errors import NotFound
from wiki.people.models.sisters import SisterExchangeRow, SisterRow
from wiki.people.store.database import Database
from wiki.translation import gettext as _

WAITING, IN_STEP, FAILED, REFUSED, STOPPED = "waiting", "in-step", "failed", "refused", "stopped"
#: A sister is asked so often whether it has something new, though it tells at once itself.
LOOK_EVERY = timedelta(minutes=4)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
#: how long it rests after a few turns that pings brought about in a row, doubled with each so many
#: more; no longer, so that a change is found within a minute, before they seem to have no end
_FEW, _SOME, _ENDLESS = 3, 20, 1000
_REST, _LONGEST_REST = timedelta(seconds=5), timedelta(seconds=40)
#: a ping that comes so long after the rest is the first of its row
_CALM = timedelta(minutes=1)
#: times as long as its turn had us compute, but for so much: no sister has more than a fifth of us
_WORTH, _FREE = 4, timedelta(seconds=2)
#: who is to be asked so soon is asked with who is due
_SOON = timedelta(minutes=1)
#: how often at most a sister is asked because of what nobody has signed
_DOUBT = timedelta(minutes=1)
#: nothing waits so long: what is due later was noted while the clock was ahead
_FARTHEST = timedelta(hours=2)


@dataclass(frozen=True)
class Exchange:
    """The exchange with one sister at one moment; see the module and ``SisterExchangeRow``."""

    sister: str
    state: str
    since: datetime
    said: str
    tried: datetime | None
    seen: datetime | None
    due: datetime
    rests: datetime | None
    called: datetime | None
    calls: int
    failures: int
    stated: datetime | None
    head: str
    names_us: datetime | None
    stopped: datetime | None
    holds: str
    held: datetime | None
    met: int
    met_there: int
    pinged: str
    twin: str

    def is_due(self, now: datetime) -> bool:
        """Whether its time has come."""
        return not now < self.due <= now + _FARTHEST


def get(database: Database, name: str) -> Exchange:
    """The exchange with the sister ``name``. Raises NotFound."""
    if (row := database.find_row(SisterExchangeRow, name)) is None:
        raise NotFound(_("There is no sister of that name."))
    return _exchange(row)


def listed(database: Database) -> Mapping[str, Exchange]:
    """All of them, by the sister's name."""
    rows = database.list_rows(select(SisterExchangeRow).order_by(SisterExchangeRow.sister))
    return {row.sister: _exchange(row) for row in rows}


def list_due(database: Database) -> list[str]:
    """The sisters that are to be asked now; not those that are blocked."""
    open_ones = select(SisterRow.name).where(SisterRow.blocked.is_(False))
    now, found = database.now(), listed(database)
    return [one for one in sorted(database.list_rows(open_ones)) if found[one].is_due(now)]


def list_together(database: Database) -> list[str]:
    """Likewise, and those that are to be asked within a minute anyway, if any is now: once that
    somebody asks, that costs next to nothing."""
    if not (due := list_due(database)):
        return []
    then, known = database.now() + _SOON, listed(database)
    open_ones = select(SisterRow.name).where(SisterRow.blocked.is_(False))
    soon = {
        name
        for name in database.list_rows(open_ones)
        if known[name].state == IN_STEP and not known[name].called and known[name].is_due(then)
    }
    return sorted({*due, *soon})


def note_due(database: Database, name: str) -> None:
    """Has the sister be asked now, where it is known; what was said of its key is to show again."""
    _set(database, name, due=database.now(), failures=0, twin="")


def note_news(database: Database, name: str) -> timedelta | None:
    """Has the sister, which pings, be asked once it has rested; how long that is.

    None where it was to be asked by then anyway.
    """
    now = database.now()
    with database.session() as session:
        if (row := session.get(SisterExchangeRow, name)) is None:
            return None
        row.called, at = now, _rested(row, now)
        if row.due <= at:
            return None
        row.due = at
        return at - now


def note_doubt(database: Database, name: str) -> None:
    """Has the sister be asked, unless it just was: anyone may have said what is doubted."""
    now = database.now()
    with database.session() as session:
        row = session.get(SisterExchangeRow, name)
        if row is not None and (row.tried is None or now - row.tried > _DOUBT):
            row.due = min(row.due, _rested(row, now))


def begin(database: Database, name: str) -> None:
    """Notes that the sister is being asked; killed, it is tried again as after a failure."""
    now = database.now()
    with database.session() as session:
        if (row := session.get(SisterExchangeRow, name)) is None:
            return
        soon = row.called is not None and row.rests is not None and now - row.rests < _CALM
        row.calls = row.calls + 1 if soon else 0
        row.tried, row.called = now, None
        row.failures += 1
        row.due = row.rests = now + _wait(row.failures)


def end(
    database: Database,
    name: str,
    state: str,
    said: str = "",
    cost: timedelta = timedelta(0),
    **found: Any,
) -> timedelta:
    """Notes how it went, its ``cost`` in computing, and what was ``found`` (fields of an Exchange).

    How long it is until it is asked again.
    """
    now = database.now()
    with database.session() as session:
        if (row := session.get(SisterExchangeRow, name)) is None:
            return LOOK_EVERY
        if row.state != state:
            row.state, row.since = state, now
        row.said = said[:1000]
        for field, value in found.items():
            setattr(row, field, value)
        failed = state in (FAILED, REFUSED)
        row.failures = row.failures if failed else 0
        took = now - row.tried if failed and row.tried is not None else timedelta(0)
        rest = max(_rest(row.calls), _WORTH * (cost - _FREE), took * row.failures)
        row.rests = now + min(rest, _LONGEST_WAIT)
        row.due = now + (_wait(row.failures) if failed else LOOK_EVERY)
        if row.called is not None:
            # It has pinged meanwhile: what was taken may be older than that.
            row.due = min(row.due, row.rests)
        return row.due - now


def note_pinged(database: Database, name: str, head: str) -> None:
    """Notes that the sister was told of our commit ``head``."""
    _set(database, name, pinged=head)


def note_twin(database: Database, name: str, address: str) -> None:
    """Notes that the site at ``address`` signs with the sister's key; "": none does."""
    _set(database, name, twin=address[:300])


def count_met(database: Database, name: str) -> None:
    """Counts one more need that was met through the sister."""
    _set(database, name, met=SisterExchangeRow.met + 1)


def _set(database: Database, name: str, **values: Any) -> None:
    with database.session() as session:
        asked = update(SisterExchangeRow).where(SisterExchangeRow.sister == name)
        session.execute(asked.values(**values))


def _wait(failures: int) -> timedelta:
    doubled: int = 2 ** min(max(failures - 1, 0), 10)
    return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)


def _rest(calls: int) -> timedelta:
    if calls >= _ENDLESS:
        return LOOK_EVERY
    if calls < _FEW:
        return timedelta(0)
    doubled: int = 2 ** (calls // _SOME)
    return min(_REST * doubled, _LONGEST_REST)


def _rested(row: SisterExchangeRow, now: datetime) -> datetime:
    """When a ping may have it be asked; a clock that was put back keeps nobody waiting."""
    rests = row.rests or now
    return rests if now < rests <= now + _LONGEST_WAIT else now


def _exchange(row: SisterExchangeRow) -> Exchange:
    return Exchange(**{name: getattr(row, name) for name in Exchange.__dataclass_fields__})
