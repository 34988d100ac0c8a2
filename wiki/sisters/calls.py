"""Asking a sister, and telling it something: bounded, in time, at its own address and nowhere else.

No redirect is followed, https is spoken, no host inside of the own network is called but those that
the setting ``sister_hosts`` names.
"""

import http.client
from urllib.parse import urlsplit

from wiki.errors import BadField, BadRequest
from wiki.instance import Instance
from wiki.outside.client import Answer, Limits, call
from wiki.translation import gettext as _

SETTING = "sister_hosts"
#: where a site says who it is; where it is told that another has something new, and messages
STATEMENT, PING, INBOX = "/.well-known/carrefour", "/-/carrefours/ping", "/-/carrefours/inbox"
#: bytes of a statement
LONGEST_STATEMENT = 200_000
_ASKED = Limits(wait=10.0, total=20.0, most=LONGEST_STATEMENT)
_TOLD = Limits(wait=10.0, total=20.0, most=10_000, cut=True)
_KIND = "application/jose"
_LATER = frozenset({401, 408, 425, 429})


class Unanswered(BadRequest):
    """The sister does not answer at this moment, or not as one: later again."""


def address_of(typed: str) -> str:
    """The address of a site as it is kept: scheme and host, without a slash. Raises BadField."""
    text = typed.strip()[:301]
    if text and "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    bad = "@" in parts.netloc or parts.query or parts.fragment or parts.path.strip("/")
    if parts.scheme not in ("https", "http") or not host or bad or len(text) > 300:
        words = _("Give the https address of a site, such as {example}.")
        raise BadField("address", words.format(example="https://carrefour.example.org"))
    host = f"[{host}]" if ":" in host else host
    usual = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")


def is_for_later(status: int) -> bool:
    """Whether what was answered with ``status`` is sent again, as it is."""
    return status in _LATER or status >= 500


def ask_statement(instance: Instance, address: str) -> str:
    """What the site at ``address`` says of itself. Raises Unanswered."""
    answer = _call(instance, "GET", address, STATEMENT, _ASKED)
    if answer.status != 200:
        words = _("It answers with {status} where a Carrefour says who it is.")
        raise Unanswered(words.format(status=answer.status))
    return answer.body.decode("ascii", "replace").strip()


def tell(instance: Instance, address: str, path: str, token: str) -> Answer:
    """Sends what is signed to the site; its answer. Raises Unanswered."""
    return _call(instance, "POST", address, path, _TOLD, token.encode())


def _call(
    instance: Instance, method: str, address: str, path: str, limits: Limits, body: bytes = b""
) -> Answer:
    try:
        return call(
            method,
            address + path,
            inside=instance.settings.sister_hosts.split(),
            setting=SETTING,
            headers={"Content-Type": _KIND} if body else {},
            body=body or None,
            limits=limits,
        )
    except BadRequest as error:
        raise Unanswered(error.words) from error
    except (OSError, http.client.HTTPException) as error:
        raise Unanswered(_("It does not answer.")) from error
