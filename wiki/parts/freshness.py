"""Pages of a node that hears no other: what nodes share is asked before each answer.

While the lease holds (``cache/lease.py``), whoever closes a page waits for this node. While it does
not, nobody does: then each request has the shared repository asked once after it came, together
with all that came meanwhile. Where that does not answer either, nobody waits for it until it does
again, and pages are answered as they are here; but not where it is known that something was closed
since (``Lease.is_behind``).
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
_PATIENCE, _PAUSE = 1.0, 1.0


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

    def check(self) -> None:
        """Call it before a request reads. Raises Busy where it would show what was closed."""
        if not self._lease.holds and not self._ask() and self._lease.is_behind:
            raise Busy("another node has closed something, and it cannot be had")

    def _ask(self) -> bool:
        came = time.monotonic()
        with self._changed:
            self._came = came
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
                    _log.error("nothing is known of other nodes: %s", error)
            except Exception:
                _log.exception("nothing is known of other nodes")
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
