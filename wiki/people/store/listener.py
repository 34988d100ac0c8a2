"""Hears what other nodes tell, for all processes of this one; one process of each node does.

It tells itself each half second that it is there. Messages come in the order in which they were
told: once it hears that, it has heard all that was told before, and the lease is extended from the
moment at which it told it. Where the connection was lost something may have been missed: then
nothing that was kept stands, and the lease begins anew, once pages are as others have them.

What another node has closed is confirmed once it is closed here. Where that takes longer the lease
ends, and it is confirmed too: what is here is shown to nobody then who has not asked what nodes
share (``parts/freshness.py``).
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import psycopg

from wiki.cache.lease import LASTS, moment
from wiki.cache.pulse import Pulse
from wiki.cache.versions import Versions
from wiki.errors import StorageFailed
from wiki.people.store.engine import read_instance
from wiki.people.store.nodes import (
    CONFIRMS,
    LISTENS,
    Message,
    Nodes,
    channel_of,
    letters_of,
    lock_key,
    read_message,
)
from wiki.people.store.outage import connect

_log = logging.getLogger(__name__)

#: seconds between two of its own messages
BEAT = 0.5
#: seconds between looks whether what was told of the branch is here, and until it is not waited for
_LOOK, _PATIENCE = 0.005, 1.0
#: seconds for which what was confirmed can be seen: longer than anybody looks
_CONFIRMED = 2 * LASTS
#: seconds between tries to connect
_PAUSE, _LONGEST_PAUSE = 0.1, 1.0


def next_pause(before: float) -> float:
    """Seconds until it connects again: more each time, and few where it was cut off for long."""
    return min(max(_PAUSE, 2 * before), _LONGEST_PAUSE)


class Follower(Protocol):
    """Brings here what others saved."""

    def tell(self, head: str) -> object:
        """Another node is at ``head``, or this one cannot know."""

    def learn(self, letter: str) -> object:
        """Another node tells how to make what it is about to tell of."""

    def has(self, head: str) -> bool:
        """Whether what was told so is here, or all that there is since then."""


@dataclass
class _Awaited:
    """A branch as another node told it, or "" for any; ``confirm``: by what, or 0."""

    head: str
    confirm: int
    since: float


class Listener:
    """Listens for the node of ``nodes``, which keeps its counts in ``versions``.

    ``head`` gives the branch as it is here; where nodes have a clone each, ``follower`` brings it.
    ``called`` is the node's name for people.
    """

    def __init__(
        self,
        url: str,
        nodes: Nodes,
        versions: Versions,
        pulse: Pulse,
        head: Callable[[], str],
        follower: Follower | None = None,
        called: str = "",
    ) -> None:
        self._url = url
        self._called = called
        self._nodes = nodes
        self._versions = versions
        self._pulse = pulse
        self._head, self._follower = head, follower
        #: what of the branch is to be here before the lease is extended
        self._awaited: list[_Awaited] = []
        #: when each other listener was heard last, by the monotonic clock
        self._others: dict[str, float] = {}
        #: what it said last of its branch
        self._heads: dict[str, str] = {}
        self._confirmed: list[tuple[float, int]] = []

    def run(self, ended: Callable[[], object]) -> None:
        """Listens until ``ended`` says so, again and again where the connection is lost."""
        pause, lost = 0.0, False
        while not ended():
            begun = time.monotonic()
            try:
                # A folder that was copied with all that is in it is another node.
                self._nodes.lease.begin()
                self._nodes.lease.end()
                with connect(self._url, LASTS) as connection:
                    self._join(connection)
                    if lost:
                        _log.warning("other nodes are heard again")
                    lost = False
                    self._listen(connection, ended)
            except (psycopg.Error, OSError, StorageFailed) as error:
                if not lost:
                    _log.warning("other nodes are not heard, no answer is kept: %s", error)
                lost = True
            self._lose()
            pause = next_pause(0.0 if time.monotonic() - begun > LASTS else pause)
            if not ended():
                time.sleep(pause)

    def _join(self, connection: psycopg.Connection) -> None:
        if read_instance(connection) != self._nodes.instance:
            raise StorageFailed("the private rows belong to another wiki")
        # So that `wiki check`, and whoever looks at the server, sees which node it is.
        connection.execute(
            "SELECT set_config('application_name', %s, false)", (f"carrefour {self._called}",)
        )
        # Nothing of it is worth waiting for the disk.
        connection.execute("SET synchronous_commit = off")
        for channel in (channel_of, letters_of):
            connection.execute(f'LISTEN "{channel(self._nodes.instance)}"'.encode())
        keys = (LISTENS, lock_key(self._nodes.lease.node))
        connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", keys)
        self._confirmed.clear()
        self._await("")
        # Whatever was told before, nobody heard.
        self._versions.begin_anew()

    def _listen(self, connection: psycopg.Connection, ended: Callable[[], object]) -> None:
        beat = time.monotonic()
        while not ended():
            if (now := time.monotonic()) >= beat:
                self._beat(connection)
                self._let_go(connection, now)
                beat = now + BEAT
            wait = max(0.0, beat - time.monotonic())
            if self._awaited:
                wait = min(wait, _LOOK)
            for told in connection.notifies(timeout=wait, stop_after=1):
                if told.channel == channel_of(self._nodes.instance):
                    self._hear(read_message(told.payload))
                elif self._follower is not None:
                    self._follower.learn(told.payload)
            self._arrive()
            self._confirm(connection)

    def _beat(self, connection: psycopg.Connection) -> None:
        head = ""
        with suppress(StorageFailed):  # a damaged branch is told to whoever reads
            head = self._head()
        said = Message(self._nodes.lease.node, head=head, beat=moment())
        channel = channel_of(self._nodes.instance)
        connection.execute("SELECT pg_notify(%s, %s)", (channel, str(said)))

    def _hear(self, said: Message) -> None:
        now = time.monotonic()
        if said.node and said.node == self._nodes.lease.node:
            for one in self._awaited:
                self._ask(one.head)
            if said.beat and not self._awaited:
                lately = [one for one in self._others.values() if now - one <= LASTS + BEAT]
                self._nodes.lease.extend(said.beat, len(lately))
            return
        if said.beat:
            self._others[said.node] = now
        if said.everything:
            self._versions.begin_anew()
        elif said.places:
            self._versions.bump_places(said.places)
        if said.head and said.head != self._heads.get(said.node):
            self._heads[said.node] = said.head
            self._follow(said.head)
        if said.confirm and said.head:
            self._await(said.head, said.confirm)
        elif said.confirm:
            self._confirmed.append((0.0, said.confirm))

    def _follow(self, head: str) -> None:
        with suppress(StorageFailed):
            if head != self._head():
                self._ask(head)
            self._pulse.beat()

    def _ask(self, head: str) -> None:
        if self._follower is not None:
            self._follower.tell(head)

    def _await(self, head: str, confirm: int = 0) -> None:
        self._ask(head)
        self._awaited.append(_Awaited(head, confirm, time.monotonic()))

    def _has(self, head: str) -> bool:
        return self._follower is None or self._follower.has(head)

    def _arrive(self) -> None:
        """Has confirmed what was told of the branch: it is here, or is not waited for any more."""
        if not self._awaited:
            return
        here = [one for one in self._awaited if self._has(one.head)]
        self._awaited = [one for one in self._awaited if one not in here]
        late = time.monotonic() - _PATIENCE
        left = [one for one in self._awaited if one.confirm and one.since < late]
        if left:
            _log.error("what another node has closed is not had: what is here is shown to nobody")
            self._nodes.lease.end()
        if here or left:
            self._pulse.beat()
        for one in (*here, *left):
            if one.confirm:
                self._confirmed.append((0.0, one.confirm))
            one.confirm = 0

    def _confirm(self, connection: psycopg.Connection) -> None:
        now = time.monotonic()
        for place, (at, number) in enumerate(self._confirmed):
            if not at:
                connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", (CONFIRMS, number))
                self._confirmed[place] = now, number

    def _let_go(self, connection: psycopg.Connection, now: float) -> None:
        """Of what was confirmed so long ago that nobody looks any more."""
        old = [one for one in self._confirmed if one[0] < now - _CONFIRMED]
        for one in old:
            connection.execute("SELECT pg_advisory_unlock_shared(%s, %s)", (CONFIRMS, one[1]))
            self._confirmed.remove(one)

    def _lose(self) -> None:
        with suppress(OSError):
            self._nodes.lease.end()
        self._pulse.beat()
