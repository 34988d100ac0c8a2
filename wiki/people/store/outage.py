"""A server of private rows that does not answer: nobody waits for it until it does again.

::

    a connection fails, or says nothing ──▶ down: every other one is refused at once
                    ▲                         │ a thread tries,
                    └──────── up again ◀──────┘ four times a second

A server that says nothing at all, stopped or behind a cable that was pulled, is told from one that
takes its time by another question: one of those that wait asks for a connection, for all of them
(``answers``).

A server that is started anew is back in a moment: who only reads waits for that (``outlast``), some
at a time. Of an outage there are two lines in the log, however many are refused.
"""

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from select import POLLIN, poll
from threading import Condition, Event, Lock, Thread, local
from time import monotonic
from typing import Any, NamedTuple
from weakref import ref

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import ExceptionContext

from wiki.errors import BadSetting, RowsUnreachable
from wiki.people.store.faults import unreachable

_log = logging.getLogger(__name__)

#: seconds for a connection, and for an answer to a statement
_CONNECT, _ANSWER = 3, 6.0
#: after which the server gives up a statement, and a transaction that says nothing: a machine that
#: hangs in one keeps the rows that it has written from all others for no longer
_LIMITS = {"statement_timeout": "5s", "idle_in_transaction_session_timeout": "20s"}
#: seconds after an answer for which nobody asks whether a connection is alive
_MOMENT = 1.0
#: seconds without an answer until it is asked whether any comes, and for which that is waited for
_DOUBT, _PROOF = 0.75, 2
_SILENT = "it says nothing to anybody"
#: by which the server finds, after nine seconds, that a machine is gone: its locks are free then
_ALIVE = {"tcp_keepalives_idle": 3, "tcp_keepalives_interval": 2, "tcp_keepalives_count": 3}
#: seconds between tries, and from the beginning of an outage for which its end is waited for: by
#: half of the threads, and by all but one, for whom a server that is started anew is no outage
_PAUSE, _BRIEF, _INSTANT = 0.25, 3.0, 1.0


class Said(NamedTuple):
    """What the log says of an outage: as it begins, where it cannot be ended, as it ends."""

    begun: str = "PostgreSQL does not answer, pages are shown without private rows: %s"
    unusable: str = "PostgreSQL answers, but cannot be used: %s"
    ended: str = "PostgreSQL answers again"


_ROWS = Said()


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that is closed where nothing comes back in ``patience`` seconds.

    The server's own limit says nothing where it is stopped, or a proxy before it silent.
    """

    patience: float | None = _ANSWER
    #: of which server; None where nobody else asks it
    outage: "Outage | None" = None
    #: when an answer came last, by the monotonic clock
    _heard = 0.0

    @property
    def stands(self) -> bool:
        """Whether it answered a moment ago, and nothing has come since that nobody asked for.

        So a server says that it ends a connection. Who asks it in vain is told so in any case.
        """
        if self.closed or monotonic() - self._heard > _MOMENT:
            return False
        return not self._has_news

    @property
    def _has_news(self) -> bool:
        """Whether something has come that was not read yet."""
        unread = poll()
        unread.register(self.pgconn.socket, POLLIN)
        return bool(unread.poll(0))

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """See psycopg."""
        begun, most = monotonic(), self.patience if timeout is None else timeout
        doubts = timeout is None and self.outage is not None and not self.outage.is_tried
        if doubts and (most is None or most > _DOUBT + _PROOF):
            gen = self._watched(gen, begun)
        try:
            answer = super().wait(gen, interval, most)
        except psycopg.OperationalError:
            # Who gives a timeout waits for nothing that has to come.
            if timeout is None and most is not None and monotonic() - begun >= most:
                self.pgconn.finish()
            raise
        self._heard = monotonic()
        if self.outage is not None:
            self.outage.heard = self._heard
        return answer

    def _watched(self, gen: Any, begun: float) -> Any:
        """``gen``, ended where the server says nothing to anybody any more."""
        due, ready = begun + _DOUBT, None
        while True:
            try:
                asked = gen.send(ready)
            except StopIteration as ended:
                return ended.value
            ready = yield asked
            if not ready and (now := monotonic()) >= due and self.outage is not None:
                if not self.outage.answers(now - _DOUBT, lambda: self._has_news):
                    self.pgconn.finish()
                    raise psycopg.OperationalError(_SILENT)
                due = now + (now - begun)


def connect(url: str, patience: float = _ANSWER) -> BoundedConnection:
    """A connection beside the engine's, that commits each statement. Raises psycopg's errors."""
    made = BoundedConnection.connect(
        _address(make_url(url)),
        autocommit=True,
        connect_timeout=_CONNECT,
        tcp_user_timeout=round(1000 * patience),
    )
    made.patience = patience
    _configure(made, _ALIVE)
    return made


def _address(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _configure(connection: BoundedConnection, settings: Mapping[str, object]) -> None:
    for name, value in settings.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, str(value)))


class Outage:
    """Whether the server behind ``engine`` answers.

    ``prove`` raises where it does not yet, or where nobody can use what it answers.
    """

    def __init__(self, engine: Engine, prove: Callable[[], None], said: Said = _ROWS) -> None:
        self._prove, self._said = prove, said
        self._lock = Lock()
        self._changed = Condition(self._lock)
        self._reason = ""
        #: when the last one began and ended, and how many threads wait for its end
        self._begun = self._ended = 0.0
        self._waiting = 0
        #: when it said something last, to anybody, and when it was asked whether it does
        self.heard = 0.0
        limit = {"connect_timeout": str(_PROOF), **engine.url.query}
        self._address = _address(engine.url.update_query_dict(limit))
        self._asking = Lock()
        self._asked = 0.0
        #: who tries until the event, and in which process: a thread is left behind by a fork
        self._trying: tuple[int, Thread, Event] | None = None
        self._local = local()
        self.watch(engine)
        os.register_at_fork(after_in_child=partial(_forget, ref(engine)))

    def watch(self, engine: Engine) -> None:
        """Has connections of another ``engine`` to the same server refused as well."""
        event.listen(engine, "do_connect", self._connect)
        event.listen(engine, "handle_error", self._note)

    @property
    def lasts(self) -> bool:
        """Whether it does not answer, as far as is known."""
        return bool(self._reason)

    @property
    def is_tried(self) -> bool:
        """Whether this thread is the one that tries whether it does."""
        return getattr(self._local, "trying", False)

    def begin(self, error: BaseException, since: float = 0) -> None:
        """Has nobody wait for the server, which failed with ``error``, until it answers.

        ``since``: when that had begun, where it was not now.
        """
        with self._lock:
            if not self._reason:
                self._reason = str(error).strip() or type(error).__name__
                self._begun = since or monotonic()
                _log.warning(self._said.begun, self._reason)
            pid = os.getpid()
            if self._trying is None or self._trying[0] != pid or not self._trying[1].is_alive():
                ended = Event()
                self._trying = pid, Thread(target=self._try, args=(ended,), daemon=True), ended
                self._trying[1].start()

    def answers(self, since: float, has_news: Callable[[], bool]) -> bool:
        """Whether the server has said anything that was asked ``since``; one asks it for all.

        Whatever it says: that it ends, or has no room for another connection. ``has_news``: it has,
        to who asks. Where it has not, an outage begins, of which no early end is waited for.
        """
        with self._asking:
            if self.heard > since:
                return True
            if self._asked < since and not self._reason:
                self._asked = monotonic()
                if not self._says_something() and not has_news():
                    self.begin(psycopg.OperationalError(_SILENT), monotonic() - _BRIEF)
            return not self._reason

    def _says_something(self) -> bool:
        try:
            psycopg.connect(self._address).close()
        except psycopg.OperationalError as error:
            return not isinstance(error, psycopg.errors.ConnectionTimeout)
        return True

    def outlast(self, since: float, threads: int) -> bool:
        """Waits for the end of an outage that has just begun; whether one has ended.

        Gives up where it lasts longer than a moment, the sooner where many of the ``threads`` wait,
        and where there was none ``since`` a moment of ``time.monotonic``.
        """
        with self._changed:
            if self._reason:
                left = self._begun + self._patience(threads) - monotonic()
                self._waiting += 1
                self._changed.wait_for(lambda: not self._reason, max(left, 0))
                self._waiting -= 1
            return not self._reason and self._ended >= since

    def _patience(self, threads: int) -> float:
        if self._waiting < max(threads // 2, 1):
            return _BRIEF
        return _INSTANT if self._waiting < threads - 1 else 0

    def check(self) -> None:
        """Raises RowsUnreachable while it does not answer."""
        if self._reason and not self.is_tried:
            self.begin(RowsUnreachable(self._reason))
            raise unreachable()

    def engine_beside(self, engine: Engine, **options: Any) -> Engine:
        """Another engine to the server of ``engine``, for what is no private row.

        Where one finds that the server does not answer, nobody waits for it by the other. Whoever
        asks for it disposes of it.
        """
        made = create_engine(engine.url, hide_parameters=True, **options)
        self.watch(made)
        return made

    def close(self) -> None:
        """Ends the thread; where the server does not answer, the next who asks starts another."""
        with self._lock:
            trying, self._trying = self._trying, None
        if trying is not None and trying[0] == os.getpid():
            trying[2].set()
            trying[1].join()

    def _try(self, ended: Event) -> None:
        self._local.trying, said = True, ""
        while not ended.wait(_PAUSE):
            try:
                self._prove()
            except Exception as error:
                if not isinstance(error, RowsUnreachable) and str(error) != said:
                    said = str(error)
                    _log.warning(self._said.unusable, said)
            else:
                with self._changed:
                    self._reason, self._trying, self._ended = "", None, monotonic()
                    self._changed.notify_all()
                _log.warning(self._said.ended)
                return

    def _connect(
        self, _dialect: object, _record: object, words: Sequence[Any], named: Mapping[str, Any]
    ) -> BoundedConnection:
        self.check()
        limits = {"connect_timeout": _CONNECT, "tcp_user_timeout": round(1000 * _ANSWER)}
        try:
            made = BoundedConnection.connect(*words, **{**limits, **named})
            made.outage = self
            _configure(made, {**_LIMITS, **_ALIVE})
            made.commit()
        except psycopg.OperationalError as error:
            if not self.is_tried:
                self.begin(error)
            raise unreachable() from error
        encoding = made.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            made.close()
            raise BadSetting(
                f"setting 'database_url' leads to a database in {encoding}, which has not all"
                " letters: make one with `createdb --encoding=UTF8 --template=template0`",
                "database_url",
            )
        return made

    def _note(self, context: ExceptionContext) -> None:
        connected = context.connection is not None
        lost = context.is_disconnect or not connected
        if lost and not self.is_tried:
            self.begin(context.original_exception)
            if not connected:  # it ended what was just opened
                raise unreachable() from context.original_exception


def _forget(engine: "ref[Engine]") -> None:
    """In a process that was forked, connections are its parent's: two would read each other's."""
    if (found := engine()) is not None:
        found.dispose(close=False)


@contextmanager
def without_limit(connection: Connection) -> Iterator[None]:
    """Inside, a statement takes as long as it takes, as one that changes tables may.

    ``connection`` is closed in the end, and given to nobody else.
    """
    driver = connection.connection.driver_connection
    connection.detach()
    if isinstance(driver, BoundedConnection):
        driver.patience = None
    for name in _LIMITS:
        connection.exec_driver_sql(f"SET {name} = 0")
    yield
