"""Proposals: texts that stand once somebody who looks after the page has read them."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from pydantic import Field, create_model
from werkzeug.wrappers import Response

from wiki.editing.review import proposals as proposing
from wiki.editing.review.proposals import ProposalForm, link_token
from wiki.editing.rights import check_may_propose, someone
from wiki.hookspecs.site import ApiProposal
from wiki.people.review import proposals
from wiki.people.review.proposals import Proposal
from wiki.reading import Reader
from wiki.reading.pages import get_title
from wiki.web.api.authentication import program
from wiki.web.api.models import Answer, NewProposal, PagePath, ProposalList, Proposed
from wiki.web.api.responses import answer, page_path, room, route
from wiki.web.support import current_reader
from wiki.web.throttle import client_address

bp = room("proposals", "Changes that somebody reads before they stand.")


@route(bp, "post", "/proposals/<path:path>", Proposed, 404, 413, 415, status=201, scope="propose")
def propose_change(path: PagePath, body: NewProposal) -> Response:
    """Proposes another text of a page, or a new page; nothing is changed by it.

    Those who edit the page read it and accept it, in part or as a whole, or say why not; of a text
    that a program wrote, also the person in whose name it did, if they edit there. Who reads and
    who edits the page is not for a proposal to say.
    """
    reader, name = current_reader(), page_path(path.path)
    someone(reader)
    check_may_propose(reader, name)
    sent = replace(
        _form(reader), text=body.text, base=body.base or reader.head, message=body.message
    )
    kept = proposing.propose(reader, name, sent)
    return answer(_told(reader, kept), HTTPStatus.CREATED)


@route(bp, "get", "/proposals", ProposalList)
def list_own_proposals() -> Response:
    """What one proposed lately, and what became of it."""
    reader = current_reader()
    found = (
        proposals.proposals_of(reader.instance.private, reader.person.id) if reader.person else []
    )
    told = [_told(reader, one) for one in found if proposing.readable(reader, one)]
    return answer(ProposalList(proposals=told))


def join_proposal(bp: APIBlueprint, declared: ApiProposal) -> None:
    """Declares what a plugin proposes."""
    proposed: Any = (
        Proposed | None,
        Field(description="What waits for somebody to read it; null: nothing was proposed."),
    )
    told: Any = create_model(
        f"{declared.row.__name__}Proposed",
        __base__=(declared.row, Answer),
        __doc__="A proposal, and what is said beside it.",
        proposal=proposed,
    )

    def view(body: Any) -> Response:
        reader = current_reader()
        someone(reader)
        kept, row = declared.answer(reader, body, _form(reader))
        proposal = _told(reader, kept) if isinstance(kept, Proposal) else None
        status = HTTPStatus.OK if proposal is None else HTTPStatus.CREATED
        return answer(told.model_validate({**row, "proposal": proposal}), status)

    view.__annotations__["body"] = declared.body
    view.__name__ = declared.name
    view.__doc__ = declared.summary
    route(bp, "post", declared.path, told, 200, 404, 413, 415, status=201, scope="propose")(view)


def _form(reader: Reader) -> ProposalForm:
    """From where what is sent comes, and by which program."""
    return ProposalForm("", reader.head, address=client_address(), program=program())


def _told(reader: Reader, proposal: Proposal) -> Proposed:
    # Whoever sends spam is told nothing that would help to send more.
    spam = proposal.state == proposals.SPAM
    return Proposed(
        path=proposal.path,
        title=get_title(reader, proposal.path),
        url=f"/-/proposal/{link_token(reader.instance.secret, proposal.id)}",
        state=proposals.DECLINED if spam else proposal.state,
        words=proposal.words,
        program=proposal.program,
        created=proposal.created,
        decided=proposal.decided,
    )
