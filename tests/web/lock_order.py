"""Run as a script, with an instance: which locks are waited for while others are held.

``lock_order.py FOLDER`` watches each lock that our code makes, by the line that makes it, from
before our code is loaded; then many people ask for pages at once. It ends where there is a circle:
locks that threads hold against each other for ever, in an order that chance may bring.
"""

import functools
import os
import sys
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

_ROOT = str(Path(__file__).parents[2])
_OF_PYTHON = {threading.__file__, functools.__file__}
_made_by: dict[str, Callable[[], Any]] = {"Lock": threading.Lock, "RLock": threading.RLock}
#: by the line that made a lock, those that were waited for while it was held
order: defaultdict[str, set[str]] = defaultdict(set)
_held, _noting = threading.local(), threading.Lock()


class Watched:
    """A lock that notes which others its thread holds when it waits for this one."""

    def __init__(self, lock: Any, made_at: str) -> None:
        self._lock, self._made_at = lock, made_at

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        held = vars(_held).setdefault("locks", [])
        if blocking:
            for other in held:
                note(other, self._made_at)
        taken = bool(self._lock.acquire(blocking, timeout))
        if taken:
            held.append(self._made_at)
        return taken

    def release(self) -> None:
        held = vars(_held).setdefault("locks", [])
        if self._made_at in held:  # or another thread took it
            held.remove(self._made_at)
        self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_error: object) -> None:
        self.release()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lock, name)


def watch() -> None:
    """Has locks that our code makes from now on watched."""

    def made(kind: str) -> Any:
        lock, frame = _made_by[kind](), sys._getframe(1)
        while frame.f_code.co_filename in _OF_PYTHON and frame.f_back is not None:
            frame = frame.f_back
        file = frame.f_code.co_filename
        if not file.startswith((f"{_ROOT}/wiki/", f"{_ROOT}/plugins/")):
            return lock
        return Watched(lock, f"{file.removeprefix(_ROOT)}:{frame.f_lineno}")

    for module in (threading, functools):
        for kind in _made_by:
            if hasattr(module, kind):
                setattr(module, kind, functools.partial(made, kind))


def note(held: str, wanted: str) -> None:
    """Ends this process, and says why, where others are held while the same are wanted in turn."""
    if held == wanted or wanted in order[held]:
        return
    with _noting:
        order[held].add(wanted)
        try:
            TopologicalSorter(order).prepare()
        except CycleError as error:
            os.write(2, " -> ".join(error.args[1]).encode())
            os._exit(1)


def main(folder: str) -> None:
    """Asks for pages as a visitor, by a link, and as somebody who writes, all at once."""
    from wiki.app import create_app
    from wiki.config import load_settings
    from wiki.instance import open_instance
    from wiki.people.access.policy import READ
    from wiki.testing import Place

    instance = open_instance(load_settings(Path(folder), environ={}))
    place = Place(instance, create_app(instance))
    place.person("Awa", role="admin", page="personnes/awa")
    place.write({"clos.md": "---\nvisibility: team\n---\n# Clos\n", "personnes/awa.md": "# Awa\n"})
    made = place.send("awa", "/-/share/clos", 200, allows=READ, until="2027-03-15", label="")
    link = made.partition("/-/shared/")[2][:43]
    visitors = ["/", "/-/changes", "/-/search?q=projet", "/-/feed/clos.atom", "/sitemap.xml"]
    visitors += ["/-/needs", "/-/api/v1/search?q=projet", "/-/readyz", "/wiki.git/info/refs"]
    holder, writer = place.app.test_client(), place.client("awa")
    assert holder.get(f"/-/shared/{link}").status_code == 302
    asked: list[Callable[[], Any]] = []
    for turn in range(2):
        asked += [functools.partial(place.client().get, url) for url in visitors]
        asked += [functools.partial(holder.get, url) for url in ("/clos", "/a%00b", "/-/ask?q=x")]
        asked += [functools.partial(writer.get, url) for url in ("/clos", "/-/admin", "/-/new")]
        asked += [functools.partial(place.write, {f"page-{turn}.md": "# Une page\n"})]
    with ThreadPoolExecutor(8) as people:
        for one in people.map(lambda ask: ask(), asked):
            assert getattr(one, "status_code", 200) < 500, one
    assert order, "none was watched"


if __name__ == "__main__":
    watch()
    main(sys.argv[1])
