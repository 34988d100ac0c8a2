"""A need that a program proposes: ``POST /-/api/v1/needs``; held to what the form asks.

::

    what is sent ──typed()──▶ Fields ──▶ open needs that ask the same? ──▶ told, and nothing else
       as by the form                                └── none, or all of them told ──▶ a proposal

Nothing is saved by it, also where the person may write there: a person reads it first.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from wiki.api.limits import count_request
from wiki.api.pages.editing import ProposalForm
from wiki.api.pages.items import new_identity
from wiki.api.paths import normalise
from wiki.api.reading import Reader, get_page
from wiki.api.web.json_api import ApiProposal, ApiRoute, Proposal

from . import changes
from .api import NeedOrOffer
from .fields import DETAILS_LENGTH, MOST_WORDS, WHAT_LENGTH, Fields, typed
from .model import NEED
from .places import own_page
from .presenters import Values, json_values
from .views.duplicates import find_same

_Word = Annotated[str, StringConstraints(min_length=1, max_length=60)]
_TOLD = 20


class NewNeed(BaseModel):
    """A need, as the form asks for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: str = Field(
        "",
        max_length=1000,
        description="The path of the project that needs it, or of another page that it is said"
        " for; empty: the page of the person.",
    )
    what: str = Field(
        max_length=10 * WHAT_LENGTH,
        description="What is needed, and what for, in one sentence such as “someone who knows"
        f" LoRa, to read over our radio part”: {WHAT_LENGTH} characters at most.",
    )
    details: str = Field(
        "",
        max_length=10 * DETAILS_LENGTH,
        description=f"What else helps, in Markdown: {DETAILS_LENGTH} characters at most.",
    )
    keywords: list[_Word] = Field(
        default_factory=list, max_length=MOST_WORDS, description="Skills and subjects, a few words."
    )
    places: list[_Word] = Field(
        default_factory=list, max_length=MOST_WORDS, description="Where, if it matters."
    )
    before: str = Field(
        "", max_length=40, description="The day that it is needed by, such as 2027-03-01."
    )
    told: list[_Word] = Field(
        default_factory=list,
        max_length=_TOLD,
        description="The `id` of each need among `duplicates` that the person was told of, and for"
        " which they go on all the same.",
    )


class Duplicates(BaseModel):
    """What is told beside the proposal."""

    duplicates: list[NeedOrOffer] = Field(
        description="Open needs that ask the same: the person may rather answer one of these."
    )


def routes() -> Sequence[ApiRoute]:
    """The one operation."""
    words = """Proposes a need of a project, for somebody to read; nothing is saved by it.

    Where open needs ask the same, nothing is proposed, and `duplicates` says which: tell the person
    of them, and send it again with their `id` in `told` if they go on. Those who edit the page
    accept what is proposed, change it or say why not; also the person in whose name it is, if they
    edit there.
    """
    path = f"/{NEED.board}"
    return [ApiProposal(NEED.board, "propose_need", path, words, NewNeed, Duplicates, propose)]


def propose(
    reader: Reader, sent: Any, form: ProposalForm
) -> tuple[Proposal | None, Mapping[str, Sequence[Values]]]:
    """Holds the need, or tells which others ask the same. Raises what the form is refused by."""
    count_request("search")  # by the words, for what asks the same
    fields = typed(
        NEED,
        what=sent.what,
        details=sent.details,
        keywords=", ".join(sent.keywords),
        places=", ".join(sent.places),
        before=sent.before,
    )
    page = normalise(sent.page) if sent.page else own_page(reader)
    if page:
        get_page(reader, page)
    same = find_same(reader, fields.what, fields.details, ", ".join(fields.keywords))
    if any(one.identity not in sent.told for one in same):
        return None, {"duplicates": [json_values(one, reader.today) for one in same]}
    kept = changes.hold(reader, page, NEED, fields, _identity(reader, page, fields), form)
    return kept, {"duplicates": []}


def _identity(reader: Reader, page: str, fields: Fields) -> str:
    """The same where the same is sent again, as programs do that got no answer: it is held once."""
    who = reader.person.id if reader.person else ""
    said = reader.instance.secret + repr((who, page, fields)).encode()
    found = new_identity(NEED.prefix, Random(said).choice)  # noqa: S311 - a name, no secret
    taken = reader.catalogue.identity_owner(found) is not None
    return new_identity(NEED.prefix) if taken else found
