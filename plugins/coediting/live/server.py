"""The live process: what it serves, and what it does over and over.

::

    connection ──▶ hear ──▶ room ──▶ the others        at once
                              ├──▶ rows                every quarter of a second
                              └──▶ a commit            asked for, at a pause, when all are gone
    head, generation, private rows moved ──▶ who may still write (before each word, too); what was
                                             saved elsewhere
"""

import asyncio
import logging
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from multiprocessing.connection import wait

from websockets.asyncio.server import serve

from wiki.api.plugin import Instance

from .. import store
from . import permissions
from .connection import FIRST, Door
from .rooms import Rooms
from .watcher import Watch

#: seconds between two signs of life on a connection, by which a proxy knows who hangs
_SIGN = 1.0
#: messages of one connection that wait to be heard
_WAITING = 8
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """Seconds: to disk, between looks, of a pause, of writing without one, for who is here; until
    the process ends where nobody has come, and after the last has left, or has called in vain.
    """

    keep: float = 0.25
    look: float = 0.3
    pause: float = 20.0
    longest: float = 300.0
    here: float = 2.0
    sweep: float = 3_600.0
    come: float = 10.0
    linger: float = 180.0


class Live:
    """The live process of ``instance``: its rooms, their door, and who looks after them."""

    def __init__(self, instance: Instance, pace: Pace | None = None) -> None:
        self.instance = instance
        self.rooms = Rooms(instance)
        self._pace = pace or Pace()
        self._watch = Watch(self.rooms)
        self._door = Door(self.rooms, self._watch.anew, self._watch.settle)

    async def run(self, listener: socket.socket, stopped: Callable[[], bool]) -> None:
        """Serves at ``listener`` until ``stopped()``, or until nobody has been there for long."""
        pace = self._pace
        # Who called may have given up while this process started. A browser calls again after at
        # most half a minute (its longest pause, and what a ticket takes): it finds nobody who left
        # shortly before.
        ends = time.monotonic() + (pace.linger if wait([listener], 0) else pace.come)
        async with serve(
            self._door.handle,
            sock=listener,
            process_request=self._door.look_at,
            compression=None,
            ping_interval=_SIGN,
            max_size=FIRST,
            max_queue=_WAITING,
            server_header=None,
            logger=logging.getLogger("coediting.connections"),
        ) as server:
            loops = [
                asyncio.create_task(_every(pace.keep, self.rooms.keep)),
                asyncio.create_task(_every(pace.look, self._watch.look)),
                asyncio.create_task(_every(min(0.5, pace.pause), self._look_after)),
                asyncio.create_task(_every(pace.here, self._tell_here)),
                asyncio.create_task(_every(pace.sweep, self._sweep)),
            ]
            while not stopped() and time.monotonic() < ends:
                await asyncio.sleep(0.1)
                if self._door.connections or self.rooms.gatherings:
                    ends = time.monotonic() + pace.linger
            for one in loops:
                one.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            await self.rooms.stop()
            server.close(code=1012)
            await server.wait_closed()

    async def _look_after(self) -> None:
        await self.rooms.hold()
        await self.rooms.look(self._pace.pause, self._pace.longest)

    async def _tell_here(self) -> None:
        found: dict[str, list[store.Here]] = {}
        for each in list(self.rooms.gatherings.values()):
            carets = each.carets()
            text = each.room.words
            # Told again now and then: it grows old.
            if each.here_told != (told := (int(time.monotonic() / 20), carets, text)):
                each.here_told = told
                found[each.room.epoch] = await asyncio.to_thread(permissions.chapters, text, carets)
        if found:
            await asyncio.to_thread(store.set_here, self.instance.private, found)

    async def _sweep(self) -> None:
        """Takes up what was left unfinished."""
        for epoch in await asyncio.to_thread(store.unfinished, self.instance.private):
            await self.rooms.take_up(epoch)
        self._watch.anew()  # their pages may be gone


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Exception:
            _log.exception("the live process goes on")
        await asyncio.sleep(seconds)
