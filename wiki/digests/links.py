"""The links of mails by which one stops without logging in: signed, and good for ever.

Whoever has the link may stop that mail, and nothing else. It names a follower by a random id and
what they follow by a hash, so that an address tells nobody what is followed.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from wiki.instance import Instance
from wiki.people.follow.recipients import Follower
from wiki.people.follow.subscriptions import Watch
from wiki.people.targets import Target
from wiki.signed_links import SignedLink


class Stop(NamedTuple):
    """Who stops, and the digest of what they follow ("": all)."""

    follower: str
    digest: str


def _follower(
    id_: str,
    account: bool,
    email: str,
    lang: str,
    rhythm: str,
    paused: bool,
    watches: list[Any],
) -> Follower:
    now = datetime.now(UTC)
    kept = tuple(Watch(Target(kind, value), now) for kind, value in watches)
    return Follower(id_, None, "" if account else email, lang, "", now, kept, rhythm, paused)


STOP = SignedLink("mail-stop", "mail/stop", Stop)
#: what a form sends back to be as before: it holds an address, so it stands in no link
UNDO = SignedLink("mail-stop-undo", "", _follower, lifetime=timedelta(days=1), longest=1_000_000)


def stop_url(instance: Instance, follower: str, target: Target | None = None) -> str:
    """Where one stops following ``target``, or all mail, on the address of the settings."""
    return STOP.url(instance, follower, target.digest if target else "")


def undo_token(instance: Instance, follower: Follower, stopped: tuple[Watch, ...]) -> str:
    """What ``UNDO`` reads within a day: the follower as they were."""
    watches = [[one.target.kind, one.target.value] for one in stopped]
    account = follower.person is not None
    return UNDO.token(
        instance,
        *(follower.id, account, "" if account else follower.email, follower.lang),
        *(follower.rhythm, follower.paused, watches),
    )
