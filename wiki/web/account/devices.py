"""Known devices: a browser in which someone has logged in to an account before says so.

A signed cookie, set when someone logs in, and sent to the form of log-ins alone; a row says which
browser it is, and goes when its owner forgets it (``people/accounts/devices.py``). Whoever guesses
at an account elsewhere does not keep its owner out: a known device counts its failures by itself
(``people/accounts/login.py``). It opens nothing, and names neither the account nor its address.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_hex

from flask import g, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from wiki.people.accounts.devices import is_known, is_trusted, note_device, trust_device
from wiki.people.person import Person
from wiki.web.support import current_instance

#: where it is sent to: no other request bears it
_PATH = "/-/login"
DAY = 86_400
#: accounts of one browser, the last ones
_MOST = 5
_LONGEST = 1000
#: what stands in a User-Agent → what it is called; of several, the first
_BROWSERS = (
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Chrom", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_ID = 16


def this_device(person: str) -> str:
    """The id of the browser that asks, if ``person`` has logged in there before; else ""."""
    device = _devices().recognise(request.cookies.get(_name(), ""), person)
    return device if device and is_known(current_instance().private, person, device) else ""


def remember_device(response: Response, person: Person) -> None:
    """Has the browser know from now on that ``person`` has logged in there."""
    days = current_instance().settings.known_device_days
    if days:
        if "device" not in g:
            g.device = _devices().cookie(person.id, request.cookies.get(_name(), ""))
            device = _devices().recognise(g.device, person.id)
            said = browser_name(request.headers.get("User-Agent", ""))
            note_device(current_instance().private, person.id, device, said, days)
        response.set_cookie(
            _name(),
            g.device,
            max_age=days * DAY,
            path=_PATH,
            secure=current_instance().settings.secure,
            httponly=True,
            samesite="Strict",
        )


def is_trusted_here(person: str) -> bool:
    """Whether no second factor is asked of ``person`` in the browser that asks."""
    device = _devices().recognise(request.cookies.get(_name(), ""), person)
    return bool(device) and is_trusted(current_instance().private, person, device)


def trust_this_device(person: Person) -> None:
    """Asks for no second factor in this browser for a while; after ``remember_device``."""
    device = _devices().recognise(g.get("device", ""), person.id)
    if device:
        trust_device(current_instance().private, person.id, device)


def browser_name(agent: str) -> str:
    """What people call the browser that sends ``agent``, such as “Firefox · Android”; "" if not."""
    found = [
        next((name for word, name in words if word in agent), "") for words in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(name for name in found if name)


def _devices() -> "Devices":
    instance = current_instance()
    return Devices(instance.secret, instance.settings.known_device_days)


def _name() -> str:
    return "__Secure-device" if current_instance().settings.secure else "device"


@dataclass(frozen=True)
class Devices:
    """What signs and reads the cookies of an instance, good for ``days``; none where that is 0."""

    secret: bytes
    days: int

    def cookie(self, person: str, before: str = "") -> str:
        """The cookie of a browser where ``person`` has logged in; ``before`` is what it had."""
        device, accounts = self._read(before)
        known = [self._named(person), *(one for one in accounts if one != self._named(person))]
        return str(self._serializer.dumps([device or token_hex(_ID // 2), *known[:_MOST]]))

    def recognise(self, cookie: str, person: str) -> str:
        """The id of the device, if ``person`` has logged in there before; else ""."""
        device, accounts = self._read(cookie)
        named = self._named(person)
        return device if any(hmac.compare_digest(named, one) for one in accounts) else ""

    def _read(self, cookie: str) -> tuple[str, list[str]]:
        if not cookie or not self.days or len(cookie) > _LONGEST:
            return "", []
        try:
            found = self._serializer.loads(cookie, max_age=self.days * DAY)
        except (BadData, UnicodeError):
            return "", []
        return found[0], found[1:]

    def _named(self, person: str) -> str:
        said = f"known device of {person}".encode()
        return hmac.new(self.secret, said, sha256).hexdigest()[:_ID]

    @property
    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt="known-device")
