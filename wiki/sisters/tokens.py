"""Tokens between two sisters: what each says beside its matter, and how it is known to be true."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from wiki.errors import BadRequest, Forbidden, NotFound, WikiError
from wiki.instance import Instance
from wiki.people.sisters import exchanges, registry
from wiki.people.sisters.registry import Sister
from wiki.sisters.keys import Signed, read_token, sign
from wiki.sisters.poll import TASK
from wiki.sisters.statement import CLOCKS
from wiki.task_queue import wake
from wiki.translation import gettext as _


class UnknownKey(WikiError):
    """It may hold once its sender was asked for its key: to be sent again."""

    status = 425  # type: ignore[assignment]


class Copied(WikiError):
    """It is signed with the key of a sister, by a site at another address."""

    status = HTTPStatus.CONFLICT


def token_for(instance: Instance, sister: Sister, **said: Any) -> str:
    """What is ``said`` to the sister, signed."""
    claims = {
        "iss": instance.settings.public_url,
        "aud": sister.address,
        "iat": int(instance.private.now().timestamp()),
        **said,
    }
    return sign(instance.private, claims)


def verified(instance: Instance, token: str, longest: int) -> tuple[Sister, Signed]:
    """The sister that says it, and what it says. Raises WikiError."""
    said = read_token(token, longest)
    issuer = said.claims.get("iss")
    known = registry.by_name(instance.private).values()
    sister = next((one for one in known if one.address == issuer), None)
    signer = sister or next((one for one in known if one.kid == said.kid), None)
    if signer is None:
        raise NotFound(_("This site does not know that one."))
    if signer.blocked:
        raise Forbidden(_("This site takes nothing from that one."))
    if said.claims.get("aud") != instance.settings.public_url:
        raise BadRequest(_("This is for another site."))
    if said.kid != signer.kid:
        # It may have another key since it was asked last: its statement tells.
        exchanges.note_doubt(instance.private, signer.name)
        wake(instance.settings, TASK)
        raise UnknownKey(_("This is signed with a key that is not known here yet."))
    said.check(signer.key)
    at = said.claims.get("iat")
    now = instance.private.now()
    if not isinstance(at, int) or not 0 <= at < 32_503_680_000:
        raise BadRequest(_("What it says is not written as a Carrefour writes it."))
    if abs(datetime.fromtimestamp(at, UTC) - now) > CLOCKS:
        words = _("Its clock and ours are more than {minutes} minutes apart: {time}.")
        there = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
        raise BadRequest(words.format(minutes=CLOCKS.seconds // 60, time=there))
    if sister is None:
        exchanges.note_twin(instance.private, signer.name, _shown(issuer))
        raise Copied(registry.is_copy(signer.address).words)
    return sister, said


def _shown(address: object) -> str:
    return "".join(char for char in str(address)[:300] if char.isprintable())
