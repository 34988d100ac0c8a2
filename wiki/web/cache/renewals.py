"""Answers made anew while visitors are shown the last ones, where so many come that none waits.

Who comes alone waits, and sees what was just saved. Where many come, each save would let one of
them wait for each page that it changed. There all are shown the last answer for a moment more, as
long as ``Pages.stands_late`` allows, while one thread of the process has it made anew.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: what was asked for
Key = tuple[str, ...]

#: answers that are wanted at a time
_MOST = 1_000
#: seconds until it is looked again whether another process has made one
_LOOK = 0.002
#: what a visitor has already, which says nothing of what others want
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
_log = logging.getLogger(__name__)


class Renewals:
    """Has ``renew`` called for each key that is asked for, once at a time, by one thread.

    Where it says that another process makes the answer, it is called again after the others.
    """

    def __init__(self, renew: Callable[[Key, "WSGIEnvironment"], bool]) -> None:
        self._renew = renew
        self._wanted: set[Key] = set()
        self._thread = ThreadPoolExecutor(1, "renewals")

    def ask(self, key: Key, environ: "WSGIEnvironment") -> None:
        """Has the answer to a request renewed soon; that of ``environ`` is a visitor's."""
        if key in self._wanted or len(self._wanted) >= _MOST:
            return
        self._wanted.add(key)
        # The visitor is answered meanwhile, and what they sent is gone.
        asked = {name: value for name, value in environ.items() if name not in _CONDITIONS}
        asked |= {"REQUEST_METHOD": "GET", "wsgi.input": BytesIO()}
        self._thread.submit(self._make, key, asked)

    def _make(self, key: Key, environ: "WSGIEnvironment") -> None:
        try:
            if not self._renew(key, environ):
                time.sleep(_LOOK)
                self._thread.submit(self._make, key, environ)
                return
        except Exception:  # who asks once it is too late to be late is told
            _log.exception("an answer could not be made anew")
        self._wanted.discard(key)
