"""A server looked at again and again: memory by kind of process, files, disk; who was killed."""

import os
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.servers import Server

#: seconds between looks
_LOOK = 5.0
#: folders of an instance that are told apart
PARTS = ("content.git", "index")


@dataclass
class Look:
    """The server at one moment: MiB by kind of process, open files, threads, MB by part of disk."""

    at: float
    memory: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    files: int = 0
    processes: int = 0
    disk: dict[str, float] = field(default_factory=lambda: defaultdict(float))


class Watch:
    """Looks at ``wiki`` again and again, and notes who was killed when."""

    def __init__(self, wiki: Server, folder: Path, begun: float) -> None:
        self._wiki, self._folder, self._begun = wiki, folder, begun
        self._ended = threading.Event()
        self.looks: list[Look] = []
        self.kills: list[tuple[float, str]] = []
        #: seconds until it answered again
        self.starts: list[float] = []

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """It looks."""
        thread = threading.Thread(target=self._watch)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def kill(self, kind: str) -> None:
        """Kills the oldest process of that kind, where there is one."""
        for pid in sorted(self._wiki.pids()):
            if kind_of(pid) == kind:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.kills.append((time.monotonic() - self._begun, kind))
                return

    def restart(self, sign: signal.Signals) -> None:
        """Ends the server, and starts it again at once."""
        self.kills.append((time.monotonic() - self._begun, f"server by {sign.name}"))
        self._wiki.start_again(sign)
        self.starts.append(self._wiki.wait())

    def _watch(self) -> None:
        turn = 0
        while not self._ended.wait(max(0.0, self._begun + turn * _LOOK - time.monotonic())):
            self.looks.append(self._look())
            turn += 1

    def _look(self) -> Look:
        look = Look(time.monotonic() - self._begun)
        with suppress(OSError):
            for pid in self._wiki.pids():
                with suppress(OSError, KeyError):
                    look.memory[kind_of(pid)] += self._wiki.memory(pid)[1] * 1e6 / 2**20
                    look.files += sum(1 for _one in Path(f"/proc/{pid}/fd").iterdir())
                    look.processes += 1
        for folder, _folders, names in os.walk(self._folder):
            first = Path(folder).relative_to(self._folder).parts[:1]
            part = first[0] if first and first[0] in PARTS else "else"
            for name in names:
                with suppress(OSError):
                    look.disk[part] += os.lstat(f"{folder}/{name}").st_blocks * 512 / 1e6
        return look


def kind_of(pid: int) -> str:
    """As ``wiki/processes/names.py`` calls it; another command by its own name."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip().removeprefix("wiki-")
    return ""
