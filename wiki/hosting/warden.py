"""Wakes wikis that are asked for, ends those that nobody asks, looks after those that sleep.

It has no thread and opens no wiki: what it forks shares its memory, and nothing else. It listens
for those that sleep; where one ends, calls wait in the kernel until the next has begun.
"""

import logging
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import NoReturn

from wiki.hosting.folder import Site, Sites
from wiki.hosting.round import run_tasks
from wiki.hosting.settings import HostSettings
from wiki.hosting.site import Begin, begin_process, serve_site
from wiki.hosting.state import Figures, forget_state, write_state
from wiki.hosting.use import Use
from wiki.plugins import Plugins
from wiki.processes.supervisor import EndAsked

#: seconds between looks at the folder, and at those that are awake
_FOLDER, _LOOK = 2.0, 0.5
#: seconds in which one that is awake is not sent to sleep for another
_FRESH = 2.0
#: seconds for one that is told to end
_GRACE = 15.0
#: seconds before one that died is woken again: doubled each time, up to the longest
_FIRST, _LONGEST = 0.5, 30.0
_BACKLOG = 256
#: seconds after which one is not believed that says it is at work: what was at it has died
_LOST = 6 * 3600.0
#: seconds between two notes of how all stand
_NOTE = 5.0
_log = logging.getLogger(__name__)


@dataclass
class _Place:
    """What the warden knows of one wiki."""

    site: Site
    listeners: dict[str, socket.socket] = field(default_factory=dict)
    #: its server, while it is awake, and that which runs its tasks while it sleeps
    server: int = 0
    visitor: int = 0
    use: Use | None = None
    #: since when it was told to end
    ending: float | None = None
    #: when it is looked after next; before when it is not woken; how long after the next death
    due: float = 0.0
    rests: float = 0.0
    pause: float = _FIRST
    #: whether its calls are waited for, and the fault that was told
    heard: bool = False
    told: str = ""
    #: since the start
    wakes: int = 0
    deaths: int = 0
    #: what takes its place once nothing of it runs; whether it is there no more
    next: Site | None = None
    gone: bool = False

    @property
    def listener(self) -> socket.socket | None:
        """Where it is called."""
        return next(iter(self.listeners.values()), None)


class Warden:
    """Of the wikis of one host. ``begin`` is done with the settings of each before it is opened."""

    def __init__(self, host: HostSettings, plugins: Plugins, begin: Begin) -> None:
        self._host, self._plugins, self._begin = host, plugins, begin
        self._sites = Sites(host)
        self._places: dict[str, _Place] = {}
        self._calls = selectors.DefaultSelector()
        self._looked = self._noted = 0.0

    def run(self, asked: EndAsked) -> None:
        """Works until the end is asked for."""
        self._host.run.mkdir(mode=0o700, exist_ok=True)
        for left in self._host.run.glob("*.sock"):
            left.unlink(missing_ok=True)
        try:
            while not asked:
                if time.monotonic() - self._looked > _FOLDER:
                    self._look()
                    self._looked = time.monotonic()
                self._bury()
                self._settle()
                self._send_to_sleep()
                self._go_round()
                self._note()
                for called in self._wait():
                    self._wake(called)
        finally:
            self._end()

    def _look(self) -> None:
        """At the folder: what is new, what is gone, what has other settings."""
        found = self._sites.look()
        for name, place in self._places.items():
            site = found.get(name)
            place.gone, place.next = site is None, site if site != place.site else None
        new = [site for name, site in found.items() if name not in self._places]
        now, each = time.monotonic(), self._host.round_minutes * 60
        for number, site in enumerate(new):
            # Not all at once: each in its part of the round.
            self._places[site.name] = place = _Place(site, due=now + each * number / len(new))
            self._listen(place)
        for name, site in found.items():
            place = self._places[name]
            if site.fault != place.told:
                place.told = site.fault
                if site.fault:
                    _log.error("%s is out: %s", name, site.fault)

    def _settle(self) -> None:
        """Lets go of what is gone, and begins anew what is another one, once nothing of it runs."""
        for name, place in list(self._places.items()):
            if not (place.gone or place.next) or not self._is_still(place):
                continue
            if place.gone:
                self._forget(place)
                del self._places[name]
            elif place.next is not None:
                place.site, place.next, place.rests, place.pause = place.next, None, 0.0, _FIRST
                self._listen(place)

    def _is_still(self, place: _Place) -> bool:
        """Whether nothing of it runs any more; it is told to end."""
        self._tell_to_end(place)
        if place.visitor:
            _signal(place.visitor, signal.SIGTERM)
        return not place.server and not place.visitor

    def _listen(self, place: _Place) -> None:
        """By its first host; by all others, which lead to the same socket.

        Where it is called already, it is so all the while: who calls waits for what is begun anew.
        """
        if tuple(place.listeners) == tuple(place.site.hosts):
            return
        self._forget(place)
        for number, name in enumerate(place.site.hosts):
            path = self._host.socket(name)
            path.unlink(missing_ok=True)
            if number:
                path.symlink_to(self._host.socket(place.site.hosts[0]).name)
                place.listeners[name] = place.listeners[place.site.hosts[0]]
                continue
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                listener.bind(bytes(path))
                listener.listen(_BACKLOG)
            except OSError as error:
                listener.close()
                _log.error("%s cannot be called: %s", place.site.name, error)
                return
            place.listeners[name] = listener

    def _forget(self, place: _Place) -> None:
        self._hear(place, heard=False)
        for name, listener in place.listeners.items():
            self._host.socket(name).unlink(missing_ok=True)
            listener.close()
        place.listeners.clear()

    def _hear(self, place: _Place, *, heard: bool) -> None:
        if heard == place.heard or place.listener is None:
            return
        place.heard = heard
        if heard:
            self._calls.register(place.listener, selectors.EVENT_READ, place)
        else:
            self._calls.unregister(place.listener)

    def _wait(self) -> list[_Place]:
        """Those that sleep and are called."""
        now = time.monotonic()
        for place in self._places.values():
            self._hear(place, heard=self._is_waited_for(place, now))
        return [key.data for key, _events in self._calls.select(_LOOK)]

    def _is_waited_for(self, place: _Place, now: float) -> bool:
        busy = place.server or place.next or place.gone
        return not busy and place.rests <= now

    def _wake(self, place: _Place) -> None:
        listener = place.listener
        if listener is None or not self._make_room():
            time.sleep(0.02)
            return
        use = Use()
        serve = partial(
            serve_site, place.site, self._host, self._plugins, listener, use, self._begin
        )
        place.server, place.use, place.ending = self._fork(place, serve, listener), use, None
        place.wakes += 1

    def _make_room(self) -> bool:
        """Whether one more may be awake; one that has been unused the longest sleeps for it."""
        awake = [one for one in self._places.values() if one.server and one.ending is None]
        if len(awake) < self._host.awake:
            return True
        free = [one for one in awake if one.use and not one.use.requests]
        free = [one for one in free if one.use and one.use.unused > _FRESH]
        if not free:
            return False
        self._tell_to_end(max(free, key=_unused))
        return True

    def _send_to_sleep(self) -> None:
        for place in self._places.values():
            use = place.use
            if use is None or place.ending is not None:
                continue
            busy = (use.requests or use.tasks) and use.unused < _LOST
            if use.unused > self._host.sleep_minutes * 60 and not busy:
                self._tell_to_end(place)

    def _note(self) -> None:
        now = time.monotonic()
        if now - self._noted < _NOTE:
            return
        self._noted = now
        figures = (
            Figures(name, bool(one.server), bool(one.site.fault), one.wakes, one.deaths)
            for name, one in sorted(self._places.items())
        )
        with suppress(OSError):  # a disk that takes no writing
            write_state(self._host, figures)

    def _tell_to_end(self, place: _Place) -> None:
        now = time.monotonic()
        if not place.server:
            return
        if place.ending is None:
            place.ending = now
            _signal(place.server, signal.SIGTERM)
        elif now - place.ending > _GRACE:
            _signal(place.server, signal.SIGKILL)

    def _go_round(self) -> None:
        """Looks after those that sleep, each in its time, a few together."""
        now = time.monotonic()
        at_work = sum(1 for one in self._places.values() if one.visitor)
        due = [
            one
            for one in self._places.values()
            if one.due <= now
            and not (one.server or one.visitor or one.site.fault or one.next or one.gone)
        ]
        for place in sorted(due, key=lambda one: one.due)[: max(self._host.rounds - at_work, 0)]:
            visit = partial(run_tasks, place.site, self._host, self._plugins, self._begin)
            place.visitor = self._fork(place, visit, None)

    def _bury(self) -> None:
        """Sees to those that have ended."""
        while True:
            try:
                number, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not number:
                return
            for place in self._places.values():
                if place.visitor == number:
                    place.visitor = 0
                    place.due = time.monotonic() + self._host.round_minutes * 60
                elif place.server == number:
                    self._see_to_end(place, os.waitstatus_to_exitcode(status))

    def _see_to_end(self, place: _Place, code: int) -> None:
        told = place.ending is not None
        now = time.monotonic()
        place.server, place.ending = 0, None
        if place.use is not None:
            place.use.close()
            place.use = None
        place.due = max(place.due, now + self._host.round_minutes * 60)
        if code and not told:
            place.rests = now + place.pause
            place.deaths += 1
            _log.warning("%s ended (%s); woken in %.1f s", place.site.name, code, place.pause)
            place.pause = min(2 * place.pause, _LONGEST)
        else:
            place.pause = _FIRST

    def _fork(
        self, place: _Place, work: Callable[[], NoReturn], listener: socket.socket | None
    ) -> int:
        """A process that is this wiki's alone."""
        sys.stdout.flush()
        sys.stderr.flush()
        if number := os.fork():
            return number
        code = 1
        try:
            self._calls.close()
            others = [one for each in self._places.values() for one in each.listeners.values()]
            begin_process(place.site, [one for one in others if one is not listener])
            work()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            logging.getLogger(__name__).exception("%s died", place.site.name)
        finally:
            sys.stderr.flush()
            os._exit(code)

    def _end(self) -> None:
        """Ends all that it forked, and listens no more."""
        forget_state(self._host)
        for place in self._places.values():
            self._forget(place)
        until = time.monotonic() + _GRACE
        while [one for one in self._places.values() if not self._is_still(one)]:
            self._bury()
            if time.monotonic() > until:
                for place in self._places.values():
                    for number in filter(None, (place.server, place.visitor)):
                        _signal(number, signal.SIGKILL)
            time.sleep(0.02)


def _unused(place: _Place) -> float:
    return place.use.unused - (3600 if place.use.tasks else 0) if place.use else 0.0


def _signal(number: int, sign: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(number, sign)
