"""How often one may ask: named limits, by person, and by network for visitors.

Each is a setting, and is counted over all processes (``people/limits/frequent.py``). What is
rare and must be counted together with what it writes, such as log-ins and mails, has its limits in
the database (``people/limits/durable.py``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import g, request
from werkzeug.wrappers import Response

from wiki.config import Settings
from wiki.errors import TooMany, WikiError
from wiki.people.limits.durable import client_network
from wiki.web.support import current_instance, current_person

MINUTE, HOUR = 60, 3600
#: seconds after which what does not answer may do so
_PASSES = "10"


@dataclass(frozen=True)
class Rate:
    """So many in ``window`` seconds as the settings say."""

    limit: Callable[[Settings], int]
    window: int


RATES: Mapping[str, Rate] = {
    #: answers of the search, and whatever else looks through all texts
    "search": Rate(lambda settings: settings.searches_per_minute, MINUTE),
    #: answers that a model puts into sentences
    "sentences": Rate(lambda settings: settings.sentences_per_minute, MINUTE),
    #: what is proposed while one types
    "suggestion": Rate(lambda settings: settings.suggestions_per_second, 1),
    #: questions of one asker in vain that are counted among what is lacking
    "unanswered": Rate(lambda _settings: 30, HOUR),
    "preview": Rate(lambda settings: settings.searches_per_minute, MINUTE),
    "save": Rate(lambda settings: settings.saves_per_minute, MINUTE),
    #: what differs between two versions
    "comparison": Rate(lambda settings: settings.comparisons_per_minute, MINUTE),
    #: whole tables and maps as files
    "table": Rate(lambda settings: settings.documents_per_hour, HOUR),
    #: what browsers report, from one network and from all
    "report": Rate(lambda _settings: 60, MINUTE),
    "reports": Rate(lambda _settings: 600, MINUTE),
    #: what sister Carrefours ask and send, from one network and from all
    "sister": Rate(lambda _settings: 240, MINUTE),
    "sisters": Rate(lambda _settings: 1200, MINUTE),
    #: what servers of other networks send, from one network and from all
    "inbox": Rate(lambda _settings: 600, MINUTE),
    "inboxes": Rate(lambda _settings: 3000, MINUTE),
    #: what names a server that is not known here, and has to be asked
    "stranger": Rate(lambda _settings: 60, MINUTE),
    "api": Rate(lambda settings: settings.api_requests_per_minute, MINUTE),
}


def count_request(name: str, by: str = "") -> None:
    """Counts this request among those called ``name``. Raises TooMany.

    ``by``: who asks, where that is neither the person nor the network, such as a token.
    """
    rate, instance = RATES[name], current_instance()
    key = f"{name}:{by or who_asks()}"
    try:
        instance.rates.attempt(key, rate.limit(instance.settings), rate.window)
    except TooMany as refused:
        # A form that keeps what was typed answers for itself.
        g.retry_after = refused.retry_after
        raise


def say_when(response: Response) -> Response:
    """``response`` with the seconds after which to come back, where it is a refusal for that."""
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers.setdefault("Retry-After", str(g.get("retry_after", MINUTE)))
    return response


def who_asks() -> str:
    """The id of the person who asks; of a visitor, the network."""
    person = current_person()
    return person.id if person is not None and person.id else network_of_request()


def network_of_request() -> str:
    """Where the request comes from, as a name that no person has."""
    return f"@{client_network(request.remote_addr or '')}"


def client_address() -> str:
    """Where the request comes from, for limits."""
    return request.remote_addr or ""


def set_retry_after(response: Response, error: WikiError) -> Response:
    """``response`` with the seconds after which to come back, where that is what to do."""
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    elif error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = _PASSES
    return response
