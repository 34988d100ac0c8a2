"""The settings in force: those of the start, and over them what administrators chose since.

::

    wiki.toml, environment, options ──▶ given ──┐
    .carrefour.toml at the head  ───┐           ├──▶ now()  in every process, without a restart
    rows (secrets decrypted) ───────┴─▶ chosen ─┘
    .carrefour/look.toml at the head ───────────▶ look

Whoever finds that they are others than before lets no kept answer stand, so that nobody has to tell
of it: neither a push nor a backup that is put back.
"""

import json
import logging
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from threading import Lock
from typing import Any, NamedTuple

from wiki.cache.topics import SITE, only
from wiki.config import Settings
from wiki.config.browser import AT_START, IN_BROWSER, PUBLIC
from wiki.config.look.values import LookFile
from wiki.config.public import LONGEST, PUBLIC_FILE, PublicFile, read_public
from wiki.config.sources import with_chosen
from wiki.errors import StorageFailed, TooLarge
from wiki.parts.encryption import seal, unseal
from wiki.parts.look import LookAt, follow_look
from wiki.people.settings import TOPIC, StoredSetting, list_settings
from wiki.people.store.database import Database
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository

_log = logging.getLogger(__name__)
_PURPOSE = "settings"
#: what tells that rows may be others: they were written, or all of them came from elsewhere
_TOPICS = frozenset({TOPIC, SITE})
#: where a fault is not that of one setting, but of the file
IN_FILE = ""


class Chosen(NamedTuple):
    """What was chosen, by name, and what of it cannot be used, with why.

    ``faults`` of the whole file stand under ``IN_FILE``; its words are for the operator.
    """

    values: Mapping[str, Any]
    faults: Mapping[str, str]
    rows: Mapping[str, StoredSetting]


class _File(NamedTuple):
    """What stands in the file at a commit."""

    commit: str
    blob: str | None
    said: PublicFile


class _Rows(NamedTuple):
    """The rows by name, and the moment at which they were so; None where that is not known."""

    found: Mapping[str, StoredSetting]
    moment: Any


class SettingsInForce:
    """The settings of one instance; thread-safe. ``given`` are those of the start."""

    def __init__(
        self,
        given: Settings,
        repository: Repository,
        private: Database,
        secret: bytes,
        number: Callable[[], Hashable] = lambda: None,
    ) -> None:
        """``number`` is that of the pulse: while it is the same, nothing is looked at again."""
        self.given = given
        self.chosen = Chosen({}, {}, {})
        self._repository, self._private, self._secret = repository, private, secret
        self._number = number
        self._followed: Hashable = None
        self._lock = Lock()
        self._file = _File(EMPTY, None, PublicFile({}))
        self._rows = _Rows({}, None)
        self._look = LookAt()
        #: what was chosen when this process began, of that which holds from a start on
        self._began: dict[str, Any] | None = None
        self._settings = given
        self._opened = False
        self.follow()
        self._opened = True

    def now(self) -> Settings:
        """The settings in force."""
        number = self._number()
        if number is None or number != self._followed:
            self._followed = number if self.follow() else None
        return self._settings

    @property
    def look(self) -> LookFile:
        """The look in force, and what of its file cannot be used."""
        self.now()
        return self._look.said

    def follow(self) -> bool:
        """Looks whether others were chosen; whether that could be known."""
        with self._lock:
            file, rows, look, known = self._file, self._rows, self._look, True
            try:
                if (head := self._repository.head()) != file.commit:
                    with only():
                        self._look = follow_look(self._repository, look, head)
                    # Last: where one cannot be read, both are looked at again.
                    self._file = self._look_at_file(file, head)
                self._rows = self._look_at_rows(rows)
            except StorageFailed as error:
                # What was chosen last goes on: no page that is only read depends on it.
                _log.debug("settings cannot be read: %s", error.words)
                known = False
            begins = known and self._began is None
            same = (file.blob, rows.found) == (self._file.blob, self._rows.found)
            if same and look.blob == self._look.blob and not begins:
                return known
            if not same or begins:
                self._take(begins=begins)
        if self._opened:
            with suppress(StorageFailed):
                self._private.bump()
        return known

    def kept(self, name: str, value: Any) -> str:
        """``value`` as the row of the setting ``name`` keeps it."""
        if IN_BROWSER[name].secret:
            return seal(self._secret, _PURPOSE, name, value.encode())
        return json.dumps(value)

    def _look_at_file(self, before: _File, head: str) -> _File:
        """What stands in the file at ``head``. Raises StorageFailed."""
        with only():
            blob = None if head == EMPTY else self._repository.blob_id(PUBLIC_FILE, head)
        if blob == before.blob:
            return before._replace(commit=head)
        if blob is None:
            return _File(head, None, PublicFile({}))
        try:
            said = read_public(self._repository.read_blob(blob, LONGEST))
        except TooLarge:
            said = PublicFile({}, f"it is larger than {LONGEST} bytes")
        return _File(head, blob, said)

    def _look_at_rows(self, before: _Rows) -> _Rows:
        """The rows now. Raises StorageFailed."""
        versions = self._private.versions
        if versions and (moment := versions.stands(before.moment, _TOPICS)) is not None:
            return before._replace(moment=moment)
        # Before they are read: what is written meanwhile is looked at again.
        moment = versions.now() if versions else None
        with only():
            return _Rows({one.name: one for one in list_settings(self._private)}, moment)

    def _take(self, *, begins: bool) -> None:
        """Puts in force what was read."""
        said, rows = self._file.said, self._rows.found
        values, faults = dict(said.values), dict[str, str]()
        if said.fault:
            faults[IN_FILE] = said.fault
        for name, row in rows.items():
            if name in IN_BROWSER and name not in PUBLIC:
                try:
                    values[name] = self._value(row)
                except ValueError as error:
                    faults[name] = str(error)
        if begins:
            self._began = {name: values[name] for name in AT_START & values.keys()}
        later = {name: value for name, value in values.items() if name not in AT_START}
        found = with_chosen(self.given, {**(self._began or {}), **later})
        self._settings = found.settings
        faults |= {name: error.words for name, error in found.faults.items()}
        self.chosen = Chosen(values, faults, rows)

    def _value(self, row: StoredSetting) -> Any:
        """The value that a row holds. Raises ValueError."""
        if not IN_BROWSER[row.name].secret:
            return json.loads(row.value)
        if (data := unseal(self._secret, _PURPOSE, row.name, row.value)) is None:
            raise ValueError("it was kept under another signing key: it has to be given again")
        return data.decode()
