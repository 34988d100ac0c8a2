"""Who asks without a cookie: the Authorization header, and the token of a feed's address.

Each door says which of these it takes, and asks the scope of what it gets::

    basic()       git          a token, or address and password
    bearer()      the API      a token
    feed_token()  feeds        a token of the scope ``feeds`` in ``?token=``
"""

from flask import g, request

from wiki.people.accounts import access_tokens, authenticate
from wiki.people.accounts.access_tokens import SCOPES, Granted
from wiki.people.accounts.factors.requirement import Step, next_step
from wiki.reading import Reader
from wiki.translation import use_language
from wiki.web.support import current_instance, wanted

_FEEDS = "feeds"


def basic() -> Granted | None:
    """Who asks by Basic: with a token for a password, or an account's own, which grants all.

    None alike for no credentials, for wrong ones, and for a password where it is not enough to log
    in: then a token is. Raises TooMany after too many of wrong ones.
    """
    sent = request.authorization
    if sent is None or sent.type != "basic" or not sent.password:
        return None
    instance = current_instance()
    if sent.password.startswith(access_tokens.PREFIX):
        return access_tokens.granted(instance.private, sent.password)
    person = authenticate(
        instance.private,
        instance.settings,
        email=sent.username or "",
        password=sent.password,
        address=request.remote_addr or "",
    )
    if person is None or next_step(instance.private, instance.settings, person) is not Step.ENTER:
        return None
    return Granted(person, frozenset(SCOPES), "")


def bearer() -> Granted | None:
    """Who asks by Bearer; None alike for no token and for one that is no good."""
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not sent.token:
        return None
    return access_tokens.granted(current_instance().private, sent.token)


def feed_token() -> Granted | None:
    """Who reads a feed by ``?token=``: only a token that is good for feeds and nothing else.

    It stands in an address, which readers keep and proxies see.
    """
    secret = request.args.get("token", "")
    found = access_tokens.granted(current_instance().private, secret) if secret else None
    return found if found is not None and found.scopes == {_FEEDS} else None


def act_as(granted: Granted) -> None:
    """For the rest of this request, who asks is who the token or password belongs to.

    The answer speaks their language from here on.
    """
    g.person = granted.person
    g.reader = Reader(current_instance(), granted.person)
    g.reader.program = granted.name
    g.pop("wanted", None)
    g.pop("language").__exit__(None, None, None)
    g.language = use_language(wanted())
    g.language.__enter__()
