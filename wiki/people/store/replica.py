"""A replica of the server of private rows: whether reads may be asked of it now.

::

    asked ── lacks for long what the primary has ──▶ rests a while ──▶ asked
      └───── does not answer ──▶ away, a thread tries (``outage.py``) ──▶ asked
                                   └── had been away a moment before ──▶ rests a while

Who asks it knows by what it answers whether that is new enough, and asks the primary where it is
not. Here is only kept how often that was in vain, so that nobody asks in vain for long.
"""

import logging
from collections.abc import Callable
from threading import Lock
from time import monotonic

from wiki.errors import BadSetting
from wiki.people.store.engine import close_connections, make_engine
from wiki.people.store.outage import Outage, Said

_log = logging.getLogger(__name__)

#: seconds for which it may lack what the primary has, and for which it is then not asked
LONG, REST = 3.0, 10.0
#: seconds that its answer is waited for: the primary has it too
PATIENCE = 2.0
_SAID = Said(
    "the replica does not answer, all reads are the primary's: %s",
    "the replica answers, but cannot be used: %s",
    "the replica answers again",
)


class Replica:
    """The server at ``url``; ``counted`` is told what each read that it could have had found.

    That is one of ``telemetry.kinds.READS``. Nothing is opened yet; raises BadSetting.
    """

    def __init__(
        self,
        url: str,
        counted: Callable[[str], None] = lambda _what: None,
        long: float = LONG,
        rest: float = REST,
    ) -> None:
        self.url, self.counted = url, counted
        try:
            self.engine = make_engine(url)
        except BadSetting as error:
            words = "setting 'database_replica_url' is not the address of a database"
            raise BadSetting(words, "database_replica_url") from error
        self.outage = Outage(self.engine, self._prove, _SAID)
        self._long, self._rest = long, rest
        self._lock = Lock()
        #: since when it has been found late, and when it last was; until when it is left alone
        self._since = self._last = self._until = 0.0
        #: when it was lost last
        self._lost = -2 * rest
        self._said = False

    @property
    def is_asked(self) -> bool:
        """Whether a read may be asked of it now."""
        return not self.outage.lasts and monotonic() >= self._until

    @property
    def remarks(self) -> dict[str, str]:
        """Why reads are not asked of it, for who runs the wiki; nothing where they are."""
        if self.outage.lasts or not (self._said or self.is_asked):
            return {"replica": "it does not answer, all reads are the primary's"}
        return {"replica": "it lags, all reads are the primary's"} if self._said else {}

    def lose(self, error: BaseException) -> None:
        """Has nobody ask it until it answers: a connection to it failed with ``error``.

        One that answers who tries, and nobody else, is left alone for a while.
        """
        now = monotonic()
        with self._lock:
            if not self.outage.lasts:
                if now - self._lost < 2 * self._rest:
                    self._until = now + self._rest
                self._lost = now
        self.outage.begin(error)

    def note_late(self) -> None:
        """Notes that it lacked what the primary had."""
        now = monotonic()
        with self._lock:
            if now - self._last > self._long + self._rest:
                self._since = now
            self._last = now
            if now - self._since < self._long:
                return
            self._until = now + self._rest
            if not self._said:
                self._said = True
                _log.warning(
                    "the replica lags, all reads are the primary's: it is looked at each %g s",
                    self._rest,
                )

    def note_new(self) -> None:
        """Notes that it had what was asked."""
        self._last = 0.0
        if self._said:
            with self._lock:
                self._said, self._until = False, 0.0
            _log.warning("the replica is as new as the primary again")

    def close(self) -> None:
        """Closes what is open; the object can be used again."""
        self.outage.close()
        close_connections(self.engine)

    def _prove(self) -> None:
        with self.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
        close_connections(self.engine)
