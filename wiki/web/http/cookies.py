"""Flask's sessions, with what a signed cookie says worked out once: it cannot change.

The cookie only points to a row (``people/accounts/sessions.py``), which is asked at every request.
"""

import time
from datetime import datetime
from typing import Any, cast

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

#: cookies remembered by one process before it starts over
REMEMBERED = 4096


class RememberedCookies(SecureCookieSessionInterface):
    """Sessions of one application."""

    def __init__(self, app: Flask) -> None:
        serializer = super().get_signing_serializer(app)
        self._serializer = _Remembering(serializer) if serializer is not None else None

    def get_signing_serializer(self, app: Flask) -> Any:
        """What reads and signs the cookies of ``app``."""
        return self._serializer


class _Remembering:
    """A serializer that knows the cookies which it has read before."""

    def __init__(self, serializer: URLSafeTimedSerializer) -> None:
        self.dumps = serializer.dumps
        self._serializer = serializer
        #: cookie → what it says, and when it was signed
        self._known: dict[str, tuple[dict[str, Any], float]] = {}

    def loads(self, cookie: str, max_age: int) -> dict[str, Any]:
        """What ``cookie`` says. Raises BadSignature, also beyond ``max_age`` seconds."""
        says, signed = self._known.get(cookie, ({}, 0.0))
        if time.time() - signed < max_age:
            return says
        read = self._serializer.loads(cookie, max_age=max_age, return_timestamp=True)
        says, when = cast(tuple[dict[str, Any], datetime], read)
        # A list could be changed by its reader: a notice, which is shown once, is not kept.
        if all(isinstance(value, str | bool) for value in says.values()):
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[cookie] = (says, when.timestamp())
        return says
