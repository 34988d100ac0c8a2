"""What the machines that serve one wiki, its *nodes*, tell each other, by PostgreSQL (``NOTIFY``).

::

    a transaction ──topics, in it──▶ channel ──▶ listener of each other node ──▶ index/versions
    a save ────────the branch──────────▶ │                                   └──▶ index/pulse
    a listener ────beat────────────────▶ │ ──▶ itself: index/lease

What is told in a transaction is heard once that has committed, in that order. What narrows who may
read, in rows or in pages, is *confirmed* before its writer is answered: all others have it by then,
or cannot show a kept answer any more, since their lease has ended.
"""

import json
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from secrets import randbits
from threading import Lock
from zlib import crc32

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from wiki.cache.lease import LASTS, Lease
from wiki.cache.versions import place_of
from wiki.errors import StorageFailed
from wiki.people.store.engine import AT_ONCE
from wiki.people.store.faults import store_faults

#: tables that say who may read what: kept answers are found by them
_RIGHTS = frozenset(
    f"rows:{table}"
    for table in (
        *("person", "erased", "page_grant", "people_group", "people_group_member"),
        *("people_group_part", "share_link", "share_guest", "setting"),
    )
)
#: with more places than that everything is told to have changed: a message has 8000 bytes
_MOST = 1_000
#: the first key of advisory locks: that a listener is there, and that it has heard something
LISTENS, CONFIRMS = (crc32(words) >> 1 for words in (b"carrefour listens", b"carrefour heard"))
#: seconds after which a listener that was told of something cannot show what was before: its lease,
#: and something for clocks that go at different speeds
_BOUND = LASTS + 0.1
#: seconds between looks whether all have heard
_LOOK, _LONGEST_LOOK = 0.001, 0.02
#: seconds between tries to tell something
_UNTOLD = 0.1
#: listeners of other nodes that have confirmed, and those that have not while their lease may last
_HEARD = text(
    """
    WITH keys AS (
        SELECT pid, classid, objid FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 2
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ), heard AS (SELECT pid FROM keys WHERE classid = :confirms AND objid = :number)
    SELECT
        count(*) FILTER (WHERE pid IN (SELECT pid FROM heard)),
        count(*) FILTER (
            WHERE pid NOT IN (SELECT pid FROM heard)
            AND clock_timestamp() - query_start < make_interval(secs => :bound)
        )
    FROM keys JOIN pg_stat_activity USING (pid) WHERE classid = :listens AND objid <> :here
    """
)


#: the listeners in this database, and for how long each has said nothing
_THERE = text(
    """
    SELECT application_name, extract(epoch FROM clock_timestamp() - query_start)::float
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND objsubid = 2 AND classid = :listens
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ORDER BY application_name
    """
)


#: as one is told, so they are heard
_TELL_BOTH = text("SELECT pg_notify(:letters, :letter), pg_notify(:channel, :message)")


@dataclass(frozen=True)
class Message:
    """What a node tells: each is empty where it says nothing of it.

    ``places`` are those of topics that have changed (``versions.place_of``), ``everything``: more
    than could be said. ``beat`` is the sender's own moment; ``confirm`` what to confirm it by.
    """

    node: str
    places: tuple[int, ...] = ()
    everything: bool = False
    head: str = ""
    beat: int = 0
    confirm: int = 0

    def __str__(self) -> str:
        said = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(said, separators=(",", ":"))


def read_message(payload: str) -> Message:
    """What was told; everything, where a newer node says what is not known here."""
    try:
        said = json.loads(payload)
        return Message(**{**said, "places": tuple(said.get("places", ()))})
    except (ValueError, TypeError, AttributeError):
        return Message("", everything=True)


def channel_of(instance: str) -> str:
    """The channel of the nodes of an instance."""
    return f"carrefour_{instance.replace('-', '')}"[:63]


def letters_of(instance: str) -> str:
    """The channel of what goes with news of pages, sealed: nodes of before do not listen there."""
    return f"{channel_of(instance)[:55]}_letters"


def lock_key(node: str) -> int:
    """The second key of the lock that a listener of ``node`` holds."""
    return crc32(node.encode()) >> 1


def nodes_heard(connection: Connection) -> dict[str, float]:
    """The nodes that listen just now, by what they are called: seconds since each last said so."""
    found = connection.execute(_THERE, {"listens": LISTENS})
    return {name.partition(" ")[2] or "?": age for name, age in found}


class Nodes:
    """The nodes of ``instance``, as one of its processes tells them; thread-safe."""

    def __init__(self, engine: Engine, instance: str, lease: Lease) -> None:
        self.instance = instance
        self.lease = lease
        self._engine = engine.execution_options(**AT_ONCE)
        self._channel = channel_of(instance)
        self._lock = Lock()
        #: what could not be told, since the server did not answer
        self._untold: frozenset[str] = frozenset()
        self._head = ""

    def announce(self, session: Session, topics: Collection[str]) -> int:
        """Tells, once ``session`` has committed, what changed; what ``wait`` is given then."""
        confirm = 0 if _RIGHTS.isdisjoint(topics) else randbits(31)
        with self._lock:
            untold, self._untold = self._untold, frozenset()
        self._tell(session.connection(), self._changed(untold | frozenset(topics), confirm))
        return confirm

    def tell(self, topics: Collection[str]) -> None:
        """Tells now what has changed; where the server does not answer, with what is told next."""
        try:
            self._tell_now(self._changed(topics, 0))
        except StorageFailed:
            with self._lock:
                self._untold |= frozenset(topics)

    def tell_head(self, head: str, letter: str = "") -> None:
        """Tells now where the branch is; each beat of the listener says it too.

        ``letter``: how others come there from where it was, told before.
        """
        if head != self._head:
            self._head = head
            with suppress(StorageFailed):
                self._tell_now(Message(self.lease.node, head=head), letter)

    def confirm_head(self, head: str) -> None:
        """Tells where the branch is, and waits until no other node shows pages from before.

        Where the server cannot be told, as long as nodes take that look at the branch by themselves
        by default.
        """
        confirm, until = randbits(31) or 1, time.monotonic() + _BOUND
        while time.monotonic() < until:
            with suppress(StorageFailed):
                self._tell_now(Message(self.lease.node, head=head, confirm=confirm))
                self._head = head
                self.wait(confirm)
                return
            time.sleep(_UNTOLD)

    def wait(self, confirm: int) -> None:
        """Until no other node can show an answer from before what was announced: milliseconds.

        Where one is cut off just now, until its lease has ended.
        """
        until, pause = time.monotonic() + _BOUND, _LOOK
        asked = {
            "listens": LISTENS,
            "confirms": CONFIRMS,
            "here": lock_key(self.lease.node),
            "number": confirm,
            "bound": _BOUND,
        }
        while time.monotonic() < until:
            with suppress(StorageFailed), store_faults(), self._engine.connect() as connection:
                heard, unheard = connection.execute(_HEARD, asked).one()
                # One that the server has lost, or that another one before it had, may not know yet.
                if not unheard and heard >= self.lease.others:
                    return
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_LOOK)

    def _changed(self, topics: Collection[str], confirm: int) -> Message:
        places = tuple(sorted({place_of(topic) for topic in topics}))
        if len(places) > _MOST:
            return Message(self.lease.node, everything=True, confirm=confirm)
        return Message(self.lease.node, places, confirm=confirm)

    def _tell_now(self, message: Message, letter: str = "") -> None:
        with store_faults(), self._engine.connect() as connection:
            if letter:
                said = {"channel": self._channel, "message": str(message)}
                letters = {"letters": letters_of(self.instance), "letter": letter}
                connection.execute(_TELL_BOTH, {**said, **letters})
            else:
                self._tell(connection, message)

    def _tell(self, connection: Connection, message: Message) -> None:
        said = {"channel": self._channel, "message": str(message)}
        connection.execute(text("SELECT pg_notify(:channel, :message)"), said)
