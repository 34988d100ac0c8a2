"""One proposal at a time, for who decides: what would change, and the answers that it can get."""

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.editing.review import decisions, queue, reports
from wiki.editing.review.decisions import Answer
from wiki.editing.rights import someone
from wiki.errors import AlreadyExists, BadField, EditConflict, WikiError
from wiki.pages.page import Page
from wiki.pages.paths import files_of
from wiki.people.accounts import get_person
from wiki.people.audit import record_audit
from wiki.people.review import proposals
from wiki.people.review.proposals import Proposal
from wiki.reading import Reader
from wiki.reading.history import list_history
from wiki.reading.pages import find_page
from wiki.translation import gettext as _
from wiki.translation import lazy, ngettext
from wiki.web.edit.conflict_choices import PIECES
from wiki.web.edit.conflicts import sides
from wiki.web.edit.views import Writing, form, preview_of, sent_writing
from wiki.web.forms import (
    FormFlag,
    FormList,
    FormText,
    read_fields,
    render_tool,
    see_other,
    show_refusal,
)
from wiki.web.history.differences import shown
from wiki.web.page.presenters import page_values
from wiki.web.review.notifications import tell_proposer
from wiki.web.review.pieces import (
    SHOWN,
    answer_piece,
    next_anchor,
    of_one_piece,
    part_values,
    piece_values,
)
from wiki.web.support import current_reader, flash_message

bp = Blueprint("cards", __name__)

#: why not, in words that can be chosen by a tick
REASONS = {
    "elsewhere": lazy("This would have its place on another page."),
    "source": lazy("We could not check it: where does it come from?"),
    "already": lazy("The page says so already."),
    "otherwise": lazy("The team sees it otherwise, and keeps its text."),
    "later": lazy("It comes too early: please propose it again when there is more to say."),
}


@bp.get("/moderation/proposal/<id>")
def card(id: str) -> Response:
    """One proposal: who, what would change, and the answers."""
    reader = current_reader()
    return _card(reader, queue.for_decision(reader, id))


@bp.post("/moderation/proposal/<id>")
def decide(id: str, action: FormText, piece: FormText, mark: FormText) -> Response:
    """What the buttons of the card, or of the editor behind it, ask for."""
    reader = current_reader()
    proposal = queue.for_decision(reader, id)
    written = {"text", PIECES} & request.form.keys()
    todo = "save" if written else action
    try:
        if todo == "save":
            return _save(reader, proposal)
        if of_one_piece(todo):
            flash_message(answer_piece(reader, proposal, todo, _chosen_words(), piece, mark))
            return _go_on(reader, id)
        said = read_fields(_ACTIONS[todo])(reader, proposal) if todo in _ACTIONS else ""
    except EditConflict as conflict:
        if of_one_piece(todo):  # the card shows both texts in its place
            return show_refusal(partial(_card, reader, proposal), conflict)
        return _conflict(reader, proposal, conflict)
    except WikiError as error:
        return show_refusal(partial(_card, reader, queue.for_decision(reader, id)), error)
    if said:
        flash_message(said)
    return _next(reader) if todo != "trust" else see_other(request.path)


@bp.get("/moderation/proposal/<id>/edit")
def reopen(id: str) -> Response:
    """The editor with the proposed text, to change it and accept it."""
    reader = current_reader()
    proposal = queue.for_decision(reader, id)
    if proposal.state != proposals.WAITING:
        return see_other("/-/moderation")
    try:
        text = queue.joined(reader, proposal)
    except EditConflict as conflict:
        return _conflict(reader, proposal, conflict)
    except AlreadyExists as gone:
        return show_refusal(partial(_card, reader, proposal), gone)
    writing = Writing(proposal.path, text, reader.head, proposal.message)
    return _editor(reader, proposal, writing)


def _accept(reader: Reader, proposal: Proposal, seen: FormText) -> str:
    answer = Answer(tell_proposer, _chosen_words())
    decisions.accept(reader, proposal.id, answer, seen=seen)
    return _("Accepted. It stands in the page, under its writer’s name.")


def _decline(reader: Reader, proposal: Proposal) -> str:
    words = _chosen_words()
    if not words:
        raise BadField("words", _("Choose a sentence, or write one: a no without a word hurts."))
    decisions.decline(reader, proposal.id, Answer(tell_proposer, words))
    return _("Declined. Whoever wrote it is told so, with your words.")


def _spam(reader: Reader, proposal: Proposal) -> str:
    return spam_words(decisions.mark_spam(reader, proposal.id))


def _trust(reader: Reader, proposal: Proposal) -> str:
    private = reader.instance.private
    if someone(reader).role != "admin" or proposal.person is None:
        return ""
    with private.session() as session:
        proposals.trust(private, session, proposal.person)
        record_audit(private, someone(reader).id, "trusted", proposal.person, session=session)
    return _("From now on what this person writes is saved at once.")


_ACTIONS: Mapping[str, Callable[..., str]] = {
    "accept": _accept,
    "decline": _decline,
    "spam": _spam,
    "trust": _trust,
}


@read_fields
def _save(reader: Reader, proposal: Proposal, preview: FormFlag, then: FormText) -> Response:
    """Accepts the text that the reviewer made of a proposal."""
    writing = sent_writing(proposal.path)
    if preview:
        return _editor(reader, proposal, writing, preview=preview_of(reader, writing))
    if then == "write":
        return _editor(reader, proposal, writing)
    try:
        answer = Answer(tell_proposer)
        decisions.accept(reader, proposal.id, answer, text=writing.text, base=writing.base)
    except EditConflict:
        raise
    except WikiError as error:
        return show_refusal(partial(_editor, reader, proposal, writing), error)
    flash_message(_("Accepted, as you changed it. It stands in the page, under its writer’s name."))
    return _next(reader)


def _go_on(reader: Reader, id: str) -> Response:
    """Back to the card, at the next paragraph that waits; elsewhere once all are answered."""
    found = queue.for_decision(reader, id)
    if found.state != proposals.WAITING:
        return _next(reader)
    anchor = next_anchor(queue.review_of(reader.renewed(), found))
    return see_other(f"{request.path}{anchor}")


def _next(reader: Reader) -> Response:
    """To the card that waits longest, else to the queue, which says that nothing does."""
    waiting = queue.to_review(reader.renewed(), limit=1)
    url = f"/-/moderation/proposal/{waiting[0].id}" if waiting else "/-/moderation"
    return see_other(url)


@read_fields
def _chosen_words(reason: FormList, words: FormText) -> str:
    chosen = [str(REASONS[key]) for key in reason if key in REASONS]
    own = reports.tidy_words(words)
    return "\n".join([*chosen, own]).strip()[: reports.LONGEST]


@read_fields
def _card(
    reader: Reader, proposal: Proposal, piece: FormText, reason: FormList, words: FormText
) -> Response:
    reader = reader.renewed()
    page = find_page(reader, proposal.path)
    waits = proposal.state == proposals.WAITING
    gone, review = False, None
    try:
        review = queue.review_of(reader, proposal) if waits else None
    except AlreadyExists:
        gone = True
    merged = review.merged() if review else None
    text = merged.text if merged and merged.text is not None else proposal.text
    draft = Page(proposal.path, files_of(proposal.path)[0], text)
    # One change alone is answered as a whole, and so is a page that is not there yet.
    parts = review if review and page and proposal.before and len(review.pieces) > 1 else None
    merges = merged is None or merged.text is not None
    older = page.text if page and merges else proposal.before or ""
    passages = part_values(reader, proposal.path, review) if review and review.pieces else None
    writer = get_person(reader.instance.private, proposal.person) if proposal.person else None
    whole = waits and parts is None and passages is None
    return render_tool(
        "moderation/card.html",
        page=page_values(page or draft),
        new=page is None and not gone,
        gone=gone,
        merges=merges,
        waits=waits,
        who=queue.author_name(reader, proposal),
        visitor=writer is None,
        newcomer=writer is not None
        and writer.held
        and decisions.brings_trust(someone(reader), proposals.ACCEPTED),
        may_trust=reader.person is not None and reader.person.role == "admin",
        told=bool(proposal.email) or writer is not None,
        program=proposal.program,
        message=proposal.message,
        when=proposal.created,
        pieces=piece_values(parts) if parts and passages is None else [],
        passages=passages,
        apart=parts is not None,
        moved_on=review is not None and page is not None and review.base != review.here,
        waiting=len(parts.waiting) if parts else 0,
        more=max(0, len(parts.pieces) - SHOWN) if parts else 0,
        failed=piece,
        hunks=shown(older, text, draft.document.headings) if whole else [],
        action=f"/-/moderation/proposal/{proposal.id}",
        seen=queue.seen_of(proposal) if waits else "",
        reasons=[(key, str(words)) for key, words in REASONS.items()],
        chosen=reason,
        words=words,
    )


def _editor(reader: Reader, proposal: Proposal, writing: Writing, preview: Any = None) -> Response:
    values = {
        "action": f"/-/moderation/proposal/{proposal.id}",
        "visitor": False,
        "amends": False,
        "accepts": queue.author_name(reader, proposal),
    }
    return form(reader, writing, preview=preview, proposal=values)


def _conflict(reader: Reader, proposal: Proposal, conflict: EditConflict) -> Response:
    """Both texts: the proposed one, and the page as it is now."""
    page = Page(proposal.path, files_of(proposal.path)[0], conflict.theirs)
    last = next(iter(list_history(reader.renewed(), proposal.path, limit=1)), None)
    return render_tool(
        "pages/conflict.html",
        HTTPStatus.CONFLICT,
        page=page_values(page),
        who=last.author if last else "",
        proposed_by=queue.author_name(reader, proposal),
        action=f"/-/moderation/proposal/{proposal.id}",
        base=conflict.head,
        message=proposal.message,
        **sides(reader, proposal.path, conflict),
    )


def spam_words(count: int) -> str:
    """How many were set aside."""
    words = ngettext("Set aside as spam.", "{count} set aside as spam.", count)
    return words.format(count=count)
