"""The server of a new site looks whether a backup waits to take its place, and ends for it."""

import os
import signal
import time
from pathlib import Path
from threading import Thread

from wiki.backups.takeover import find_incoming

#: seconds between looks; and those in which the answer that says so gets to its browser
_LOOK, _ANSWERED = 1.0, 2.0


class IncomingWatch:
    """A thread that has this process end, as by SIGTERM, once a backup waits for a start."""

    def __init__(self, folder: Path) -> None:
        self.found = False
        self._folder = folder
        Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while find_incoming(self._folder) is None:
            time.sleep(_LOOK)
        time.sleep(_ANSWERED)
        self.found = True
        os.kill(os.getpid(), signal.SIGTERM)
