"""Pages of a node that hears no other: what nodes share is asked before each answer.

While the lease holds (``cache/lease.py``), whoever closes a page waits for this node. While it does
not, nobody does: then each request has the shared repository asked once after it came, together
with all that came meanwhile. Where that does not answer either, nothing of pages is answered: what
was closed since cannot be known here, and another node may know it.
"""

import logging
import time
from threading import Condition, Thread

from wiki.cache.lease import Lease
from wiki.errors import StorageFailed
from wiki.projections.interface import Busy
from wiki.repository.shared.central import Shared

_log = logging.getLogger(__name__)

#: seconds for which a request waits for an answer, and between questions while there is none
_PATIENCE, _PAUSE = 2.0, 1.0


class Freshness:
    """Whether this process has what ``shared`` has, by ``lease`` or by asking; thread-safe."""

    def __init__(self, shared: Shared, lease: Lease) -> None:
        self._shared = shared
        self._lease = lease
        self._changed = Condition()
        self._asks = False
        self._down = False
        #: when a request came last, and when the last question was put that was answered
        self._came = self._seen = 0.0

    def knows(self) -> bool:
        """Whether all that others had closed before this call is closed here; blocks, to ask."""
        return self._lease.holds or self._ask()

    def check(self) -> None:
        """Call it before something is read for somebody. Raises Busy where it is not known."""
        if not self.knows():
            raise Busy("what other nodes have closed cannot be known")

    def _ask(self) -> bool:
        with self._changed:
            self._came = came = time.monotonic()
            if not self._asks:
                self._asks = True
                Thread(target=self._answer, name="freshness", daemon=True).start()
            self._changed.wait_for(lambda: self._down or self._seen >= came, _PATIENCE)
            self._down = self._down or self._seen < came
            return self._seen >= came

    def _answer(self) -> None:
        """Asks until nobody waits for more; where there is no answer, until there is one."""
        while True:
            begun, well = time.monotonic(), False
            try:
                self._shared.arrive()
                well = True
            except StorageFailed as error:
                if not self._down:
                    _log.error("pages are answered with 503, for some may be closed: %s", error)
            except Exception:
                _log.exception("pages are answered with 503, for some may be closed")
            with self._changed:
                if well:
                    self._seen, self._down = begun, False
                else:
                    self._down = True
                self._changed.notify_all()
                if well and self._came <= begun:
                    self._asks = False
                    return
            if not well:
                time.sleep(_PAUSE)
