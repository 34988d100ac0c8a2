"""Proposing a change: the editor for who may not save at once, and what became of it."""

from functools import partial
from http import HTTPStatus
from secrets import token_hex
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.editing import save
from wiki.editing.review import proposals as proposing
from wiki.editing.review.proposals import ProposalForm, link_token
from wiki.editing.rights import check_may_propose
from wiki.errors import BadField, WikiError
from wiki.pages.page import Page
from wiki.pages.paths import files_of, normalise
from wiki.pages.urls import action_url, page_url
from wiki.people.review import proposals
from wiki.people.review.choices import choices_of
from wiki.people.review.proposals import Proposal
from wiki.reading import Reader
from wiki.reading.pages import find_page, get_title
from wiki.translation import gettext as _
from wiki.translation import language, lazy
from wiki.web import antispam
from wiki.web.edit.views import Writing, first_text, form, preview_of, sent_writing, whole
from wiki.web.forms import FormFlag, FormText, render_tool, show_refusal, typed_values
from wiki.web.history.differences import shown
from wiki.web.link_session import open_to_links
from wiki.web.page.presenters import page_values
from wiki.web.review.pieces import CHOICE_WORDS, own_pieces
from wiki.web.support import current_reader, flash_message, hide_address
from wiki.web.throttle import client_address, count_request

bp = Blueprint("proposing", __name__)

STATE_WORDS = {
    proposals.WAITING: lazy("It waits to be read."),
    proposals.ACCEPTED: lazy("Accepted: it stands in the page."),
    proposals.ADAPTED: lazy("Accepted, with changes."),
    proposals.PARTLY: lazy("Accepted in part: that part stands in the page."),
    proposals.DECLINED: lazy("It was not taken up."),
    # Whoever sends spam is told nothing that would help to send more.
    proposals.SPAM: lazy("It was not taken up."),
    proposals.WITHDRAWN: lazy("You have taken it back."),
}


@bp.get("/propose/<path:raw>")
@open_to_links
def propose(raw: str) -> Response:
    """The editor, whose text goes to the page's team."""
    reader = current_reader()
    path = normalise(raw)
    if reader.may_edit(path):
        return redirect(action_url("edit", path))
    check_may_propose(reader, path)
    page = find_page(reader, path)
    section = request.args.get("section", "") if page else ""
    text = page.text if page else first_text(path)
    if page is not None and section:
        text = save.split_section(page, section)[1]
    return _form(reader, Writing(path, text, reader.head, section=section))


@bp.post("/propose/<path:raw>")
@open_to_links
def send(raw: str, preview: FormFlag, name: FormText, email: FormText) -> Response:
    """Holds the text; or shows the preview, where there is no script to do so."""
    reader = current_reader()
    writing = sent_writing(normalise(raw))
    check_may_propose(reader, writing.path)
    # Whoever has an account is known already: no text of theirs may be lost to a trap.
    verdict = antispam.check() if reader.person is None else antispam.Verdict.FINE
    if verdict is antispam.Verdict.FILLED:
        return thanks(token_hex(16))
    try:
        if preview:
            count_request("preview")
            return _form(reader, writing, preview=preview_of(reader, writing))
        if words := antispam.words(verdict):
            raise BadField("", words)
        kept = proposing.propose(
            reader,
            writing.path,
            ProposalForm(
                text=whole(reader, writing),
                base=writing.base,
                message=writing.message,
                name=name,
                email=email,
                lang=language(),
                address=client_address(),
            ),
        )
    except WikiError as error:
        return show_refusal(partial(_form, reader, writing), error)
    return thanks(kept.id)


@bp.get("/proposal/<token>")
@open_to_links
def mine(token: str) -> Response:
    """One's own proposal: what became of it, and while it waits, the way to change one's mind."""
    reader = current_reader()
    return _state(reader, proposing.opened(reader, token))


@bp.post("/proposal/<token>")
@open_to_links
def change(
    token: str, action: FormText, text: FormText, message: FormText, preview: FormFlag
) -> Response:
    """Takes one's proposal back, or puts another text in its place."""
    reader = current_reader()
    proposal = proposing.opened(reader, token)
    if action == "withdraw":
        proposing.withdraw(reader, proposal)
        flash_message(_("You have taken it back; nothing of your text is kept."))
        return _back(proposal.id)
    writing = Writing(proposal.path, text, "", message)
    try:
        if preview:
            count_request("preview")
            return _amend_form(reader, proposal, writing, preview=preview_of(reader, writing))
        proposing.amend(reader, proposal, text, message)
    except WikiError as error:
        return show_refusal(partial(_amend_form, reader, proposal, writing), error)
    flash_message(_("Changed. Whoever reads it over sees your new text."))
    return _back(proposal.id)


@bp.get("/proposal/<token>/edit")
@open_to_links
def reopen(token: str) -> Response:
    """The editor with the text that waits."""
    reader = current_reader()
    proposal = proposing.opened(reader, token)
    if proposal.state != proposals.WAITING:
        return _back(proposal.id)
    writing = Writing(proposal.path, proposal.text, "", proposal.message)
    return _amend_form(reader, proposal, writing)


def own_proposals(reader: Reader) -> list[dict[str, Any]]:
    """What the account has proposed, as its page lists it: title, address, state, when."""
    if reader.person is None:
        return []
    found = proposals.proposals_of(reader.instance.private, reader.person.id)
    return [
        {
            "title": get_title(reader, one.path),
            "url": f"/-/proposal/{link_token(reader.instance.secret, one.id)}",
            "state": str(STATE_WORDS[one.state]),
            "when": one.decided or one.created,
        }
        for one in found
        if proposing.readable(reader, one)
    ]


def thanks(proposal_id: str) -> Response:
    """To the page that says what became of it, with a word."""
    flash_message(_("Thank you. What you wrote is read over by those who look after the page."))
    return _back(proposal_id)


def _back(proposal_id: str) -> Response:
    token = link_token(current_reader().instance.secret, proposal_id)
    return hide_address(redirect(f"/-/proposal/{token}", HTTPStatus.SEE_OTHER))


def _form(reader: Reader, writing: Writing, preview: Any = None) -> Response:
    proposal = {
        "action": action_url("propose", writing.path),
        "visitor": reader.person is None,
        "named": reader.link_to(writing.path) is not None,
        "amends": False,
        **typed_values("name", "email"),
        "traps": antispam.fields(),
    }
    return form(reader, writing, preview=preview, proposal=proposal)


def _amend_form(
    reader: Reader, proposal: Proposal, writing: Writing, preview: Any = None
) -> Response:
    token = link_token(reader.instance.secret, proposal.id)
    values = {"action": f"/-/proposal/{token}", "visitor": False, "amends": True}
    response = form(reader, writing, preview=preview, proposal=values)
    return hide_address(response)


def _state(reader: Reader, proposal: Proposal) -> Response:
    page = find_page(reader, proposal.path)
    draft = page or Page(proposal.path, files_of(proposal.path)[0], proposal.text)
    waits = proposal.state == proposals.WAITING
    token = link_token(reader.instance.secret, proposal.id)
    pieces = own_pieces(reader, proposal) if waits else []
    hunks = waits and not pieces
    response = render_tool(
        "moderation/proposal.html",
        page=page_values(draft),
        there=page is not None,
        state=proposal.state if proposal.state != proposals.SPAM else proposals.DECLINED,
        state_words=str(STATE_WORDS[proposal.state]),
        words=proposal.words,
        said=_said(reader, proposal),
        program=proposal.program,
        message=proposal.message,
        created=proposal.created,
        decided=proposal.decided,
        pieces=pieces,
        hunks=shown(proposal.before or "", proposal.text, draft.document.headings) if hunks else [],
        told=bool(proposal.email) or proposal.person is not None,
        action=f"/-/proposal/{token}" if waits else "",
        link=f"{reader.instance.settings.public_url}/-/proposal/{token}",
        back=page_url(proposal.path),
    )
    return hide_address(response)


def _said(reader: Reader, proposal: Proposal) -> list[dict[str, str]]:
    """What was said of single passages, so far or in the end."""
    said = choices_of(reader.instance.private, proposal.id).values()
    return [
        {"excerpt": one.excerpt, "state": str(CHOICE_WORDS[one.state]), "words": one.words}
        for one in said
    ]
