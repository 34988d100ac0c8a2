"""What a site says of itself at ``/.well-known/carrefour``, signed: who it is, what it holds.

::

    iss     its address              head    the newest commit of its public pages
    iat     when it says so          keys    its keys, each signed by the one before; revoked
    name    what it is called        shares  the sites that it names as sisters, and since when
    copies  the commit of each sister's that it shows, and since when
    met     how many needs were met through each

All of it is public: it says what anyone may know of the exchange.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from os import fspath
from pathlib import Path
from typing import Any, cast

from wiki.errors import BadRequest
from wiki.instance import Instance
from wiki.people.sisters import exchanges, registry
from wiki.projections.interface import Busy
from wiki.projections.public import Public
from wiki.repository.commits import read_branch, read_packed_branch
from wiki.repository.objects import BRANCH, EMPTY, is_hash
from wiki.sisters.calls import LONGEST_STATEMENT
from wiki.sisters.keys import follow_chain, is_revoked, read_token, sign, thumbprint, told_keys
from wiki.translation import gettext as _

#: how far the clocks of two sites may be apart
CLOCKS = timedelta(minutes=90)
#: entries of a list that are read
_MOST = 500


@dataclass(frozen=True)
class Statement:
    """What a site has said; every word is by the holder of ``key``, at the address."""

    address: str
    name: str
    at: datetime
    head: str
    key: str
    shares: Mapping[str, datetime]
    copies: Mapping[str, tuple[str, datetime]]
    met: Mapping[str, int]

    @property
    def kid(self) -> str:
        """What its key is known by."""
        return thumbprint(self.key)


class Rekeyed(BadRequest):
    """The site signs with a key that nothing known vouches for: a person decides."""


def make_statement(instance: Instance) -> str:
    """What this site says of itself at this moment. Raises Busy."""
    private = instance.private
    chain, revoked = told_keys(private)
    known, how = registry.by_name(private), exchanges.listed(private)
    named = [one for one in known.values() if not one.blocked]
    claims: dict[str, Any] = {
        "iss": instance.settings.public_url,
        "iat": int(private.now().timestamp()),
        "name": instance.settings.site_name,
        "head": public_head(instance),
        "keys": chain,
        "revoked": revoked,
        "shares": {one.address: int(one.created.timestamp()) for one in named},
        "copies": {
            one.address: [how[one.name].head, int(one.copied.timestamp())]
            for one in named
            if one.copied is not None
        },
        "met": {one.address: how[one.name].met for one in named if how[one.name].met},
    }
    return sign(private, claims)


def public_head(instance: Instance) -> str:
    """The newest commit of what everyone may read; EMPTY before the first. Raises Busy."""
    projections = instance.projections
    projections.catch_up("public")
    folder = public_folder(instance)
    if projections.behind("public"):
        raise Busy("the public history")
    if folder is None:
        return EMPTY
    return read_branch(fspath(folder / BRANCH)) or read_packed_branch(folder)


def public_folder(instance: Instance) -> Path | None:
    """The repository of what everyone may read, as it is; None before the first commit."""
    return cast(Public, instance.projections.part("public")).folder


def read_statement(
    token: str, address: str, now: datetime, kid: str = "", key: str = ""
) -> Statement:
    """What the site at ``address`` says in ``token``, by the key that is known of it.

    Without one, by whichever it names first: a person decides. Raises BadRequest, Rekeyed.
    """
    said = read_token(token, LONGEST_STATEMENT)
    claims = said.claims
    if claims.get("iss") != address:
        words = _("The site at {address} says that it is {other}: it is taken for neither.")
        raise BadRequest(words.format(address=address, other=str(claims.get("iss"))[:200]))
    if kid and is_revoked(claims.get("revoked"), kid, key):
        raise Rekeyed(
            _("This site has revoked its key. Ask its administrators what the new one is.")
        )
    last = follow_chain(claims.get("keys"), kid)
    if not last:
        raise Rekeyed(
            _(
                "This site signs with another key than before, which its former key has not signed."
                " It may be somebody else."
            )
        )
    said.check(last)
    at = _moment(claims.get("iat"))
    if abs(at - now) > CLOCKS:
        words = _("Its clock and ours are more than {minutes} minutes apart: {time}.")
        raise BadRequest(
            words.format(minutes=CLOCKS.seconds // 60, time=f"{at:%Y-%m-%d %H:%M} UTC")
        )
    head = claims.get("head")
    if not isinstance(head, str) or not is_hash(head):
        raise _unreadable()
    called = claims.get("name", "")
    if not isinstance(called, str):
        raise _unreadable()
    name = "".join(char for char in called[:200] if char.isprintable()).strip()
    return Statement(
        address,
        name or address.partition("://")[2],
        at,
        head,
        last,
        {one: _moment(since) for one, since in _entries(claims, "shares")},
        {one: _copy(copy) for one, copy in _entries(claims, "copies")},
        {one: _count(count) for one, count in _entries(claims, "met")},
    )


def _entries(claims: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
    found = claims.get(key, {})
    if not isinstance(found, dict) or len(found) > _MOST:
        raise _unreadable()
    return list(found.items())


def _copy(said: object) -> tuple[str, datetime]:
    if not isinstance(said, list) or len(said) != 2 or not isinstance(said[0], str):
        raise _unreadable()
    if said[0] and not is_hash(said[0]):
        raise _unreadable()
    return said[0], _moment(said[1])


def _count(said: object) -> int:
    if not isinstance(said, int) or not 0 <= said < 1_000_000_000:
        raise _unreadable()
    return said


def _moment(said: object) -> datetime:
    if not isinstance(said, int) or isinstance(said, bool) or not 0 <= said < 32_503_680_000:
        raise _unreadable()
    return datetime.fromtimestamp(said, UTC)


def _unreadable() -> BadRequest:
    return BadRequest(_("What it says is not written as a Carrefour writes it."))
