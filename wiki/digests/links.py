"""The links of mails by which one stops without logging in: signed, and good for ever.

Whoever has the link may stop that mail, and nothing else. It names a follower by a random id and
what they follow by a hash, so that an address tells nobody what is followed.
"""

from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer

from wiki.instance import Instance
from wiki.pages.urls import action_url
from wiki.people.follow.recipients import Follower
from wiki.people.follow.subscriptions import Watch
from wiki.people.targets import Target

#: seconds in which one can undo
UNDO = 86_400
#: longer than any link of ours
_LONGEST = 400


def stop_url(instance: Instance, follower: str, target: Target | None = None) -> str:
    """Where one stops following ``target``, or all mail, on the address of the settings."""
    token = _stops(instance).dumps([follower, target.digest if target else ""])
    return instance.settings.public_url + action_url(f"mail/stop/{token}")


def read_stop(instance: Instance, token: str) -> tuple[str, str] | None:
    """The follower, and the digest of what they follow ("": all), of a link that is ours."""
    if len(token) > _LONGEST:
        return None
    try:
        follower, digest = _stops(instance).loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return str(follower), str(digest)


def undo_token(instance: Instance, follower: Follower, stopped: tuple[Watch, ...]) -> str:
    """What a form sends back to be as before; it holds an address, so it stands in no link."""
    watches = [[one.target.kind, one.target.value] for one in stopped]
    account = follower.person is not None
    value = [
        *(follower.id, account, "" if account else follower.email, follower.lang),
        *(follower.rhythm, follower.paused, watches),
    ]
    return str(_undoes(instance).dumps(value))


def read_undo(instance: Instance, token: str) -> Follower | None:
    """The follower as they were, of a form that is ours and a day old at most."""
    try:
        id_, account, email, lang, rhythm, paused, watches = _undoes(instance).loads(
            token, max_age=UNDO
        )
        now = datetime.now(UTC)
        kept = tuple(Watch(Target(kind, value), now) for kind, value in watches)
    except (BadData, ValueError, TypeError):
        return None
    return Follower(id_, None, "" if account else email, lang, "", now, kept, rhythm, paused)


def _stops(instance: Instance) -> URLSafeSerializer:
    return URLSafeSerializer(instance.secret, salt="mail-stop")


def _undoes(instance: Instance) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(instance.secret, salt="mail-stop-undo")
