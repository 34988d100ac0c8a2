"""Who is counted: people, once each, and not the machines that ask for addresses."""

from contextlib import suppress

from flask import has_request_context, request

from wiki.api.errors import StorageFailed, TooMany
from wiki.api.limits import client_address, client_network, count_request
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader

from .counts import count
from .questions import question_of

#: what they find depends on what is closed: their number would tell of it
_READ_ALL = ("admin", "programme")


@hookimpl
def asked_in_vain(words: str, way: str, reader: Reader) -> None:
    """See the hook. An account is an asker, and so is the network of visitors.

    An account that nobody vouches for yet asks as its network does: anybody makes several.
    """
    person = reader.person
    if not _is_typed_here() or (person is not None and person.role in _READ_ALL):
        return
    question = question_of(words)
    if question is None:
        return
    known = person is not None and not person.held
    asker = person.id if person and known else f"@{client_network(client_address())}"
    # Reading never needs to write: what cannot be counted is not.
    with suppress(TooMany, StorageFailed):
        count_request("unanswered")
        count(reader.instance, question, asker, way, member=known)


def _is_typed_here() -> bool:
    """Whether a browser asks from a page of this wiki: no link of elsewhere, and no program."""
    if not has_request_context():
        return False
    sent = request.headers
    return sent.get("Sec-Fetch-Site") == "same-origin" and "Sec-Purpose" not in sent
