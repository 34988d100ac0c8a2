"""Decides what was proposed: those who may edit a page say what becomes of a text held for it.

::

    accept_pieces ─┐                         ┌─▶ some still wait: written down, nobody is mailed
    decline_pieces ┼─▶ under the lock ───────┤
    accept, decline┘   of the repository     └─▶ the last: one decision, one mail, the ref goes

Rights are asked at that moment, through the door that any save passes: who accepts may do no more
by it than by writing the text themselves. Decisions queue behind the lock of the repository, so of
two people who answer at once the second is told.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from wiki.editing.review.pieces import Piece, Review, collision_of, pieces_of, settled
from wiki.editing.review.queue import (
    author_name,
    collision_in,
    for_decision,
    joined,
    may_decide,
    review_of,
    seen_of,
)
from wiki.editing.rights import check_no_rights, someone
from wiki.editing.save import Authorship, Saved, save_on_behalf
from wiki.editing.saved_text import tidy
from wiki.editing.write_queue import write_turn
from wiki.errors import AlreadyExists
from wiki.mail_dispatch import wake_sender
from wiki.pages.page import Page
from wiki.pages.paths import files_of
from wiki.people.accounts import get_person
from wiki.people.audit import record_audit
from wiki.people.mail.queue import queue_mail
from wiki.people.mail.values import Mail
from wiki.people.person import Person
from wiki.people.review import proposals
from wiki.people.review.choices import Choice, choices_of, choose
from wiki.people.review.proposals import ACCEPTED, ADAPTED, DECLINED, PARTLY, SPAM, Proposal
from wiki.reading import Reader
from wiki.reading.pages import find_page
from wiki.repository.objects import Author
from wiki.translation import gettext as _
from wiki.translation import use_language

#: visitors' commits: an address that is nobody's, and another one for each
_VISITORS = "visitors.invalid"

#: the mail that tells of what became of a proposal or report: what, how, to whom, in which words
Tell = Callable[[Any, str, str, str], Mail | None]


@dataclass(frozen=True)
class Answer:
    """What is said to whoever proposed; ``tell(what, state, to, words)`` writes the mail."""

    tell: Tell
    words: str = ""
    #: paragraphs that were declined, where others were accepted
    declined: Sequence[Choice] = ()

    def mail(self, what: Any, state: str, to: str) -> Mail | None:
        """The mail that tells of it."""
        told = [
            f"{_('“{text}”').format(text=one.excerpt)}\n{one.words}".strip()
            for one in self.declined
        ]
        return self.tell(what, state, to, "\n\n".join(told) if told else self.words)


@dataclass(frozen=True)
class Settle:
    """How a change that collides with the page is to be taken: ``mine``, in place of what stands
    there, or ``both``, after it. ``mark`` names what the page said when that was chosen.
    """

    how: Literal["", "mine", "both"] = ""
    mark: str = ""


NEVER = Settle()


def accept(
    reader: Reader,
    proposal_id: str,
    answer: Answer,
    *,
    text: str | None = None,
    base: str = "",
    seen: str | None = None,
) -> Saved:
    """Saves a proposal under its writer's name; ``text``, begun at ``base``, in its place if given.

    ``seen`` is ``seen_of`` what the reviewer has read: its writer may have changed it since.

    Raises EditConflict where the page changed in the same lines, AlreadyExists where it was decided
    meanwhile or the page is gone, and what ``saving.save`` raises; then it still waits.
    """
    with write_turn(reader.instance):
        reader = reader.renewed()
        proposal = _waiting(reader, proposal_id)
        if seen is not None and seen != seen_of(proposal):
            raise AlreadyExists(
                _("Its writer has changed it while you were reading. Please read it once more.")
            )
        state = ACCEPTED
        if text is None:
            text, base = joined(reader, proposal), reader.head
            _check_no_rights(reader, proposal, text)
        elif tidy(reader, text) != proposal.text:
            state = ADAPTED
        hand = _hand(reader, proposal, adapted=state == ADAPTED)
        saved = save_on_behalf(reader, proposal.path, text, base, proposal.message, hand)
        # The text first, then the row: killed in between, it waits, and accepting it does nothing.
        _finish(reader, proposal, state, answer)
    return saved


def accept_pieces(
    reader: Reader, proposal_id: str, keys: Collection[str], answer: Answer, settle: Settle = NEVER
) -> Saved:
    """Saves these changes of a proposal, and only these, under its writer's name.

    Where one collides with the page, ``settle`` says how, having seen what stands there. Raises as
    ``accept``, and AlreadyExists for a change that is not what was read.
    """
    with write_turn(reader.instance):
        reader = reader.renewed()
        proposal = _waiting(reader, proposal_id)
        review = review_of(reader, proposal)
        chosen = _chosen(review, keys)
        merged = review.merged(chosen)
        text = merged.text
        if text is None:
            if not settle.how:
                raise collision_in(reader, review)
            if settle.mark != collision_of(merged).mark:
                raise AlreadyExists(
                    _("The page has changed while you were reading. Please read it once more.")
                )
            text = settled(merged, settle.how)
        _check_no_rights(reader, proposal, text)
        hand = _hand(reader, proposal)
        saved = save_on_behalf(reader, proposal.path, text, reader.head, proposal.message, hand)
        _choose(reader, proposal, review, chosen, ACCEPTED, answer)
    return saved


def decline_pieces(reader: Reader, proposal_id: str, keys: Collection[str], answer: Answer) -> None:
    """Says no to these changes, in words; the others wait on. Raises AlreadyExists as above."""
    with write_turn(reader.instance):
        reader = reader.renewed()
        proposal = _waiting(reader, proposal_id)
        review = review_of(reader, proposal)
        chosen = _chosen(review, keys)
        _choose(reader, proposal, review, chosen, DECLINED, answer)


def brings_trust(by: Person, state: str) -> bool:
    """Whether a newcomer writes by themselves once ``by`` has decided so about a text of theirs.

    A guest who only reads elsewhere accepts a text for their page, and answers for nobody beyond.
    """
    return state in (ACCEPTED, ADAPTED, PARTLY) and by.role != "reader"


def decline(reader: Reader, proposal_id: str, answer: Answer) -> None:
    """Says no, in words. Raises AlreadyExists where it was decided meanwhile."""
    with write_turn(reader.instance):
        reader = reader.renewed()
        _finish(reader, _waiting(reader, proposal_id), DECLINED, answer)


def mark_spam(reader: Reader, proposal_id: str) -> int:
    """Sets it aside without a word, with all from there that the person may decide; how many."""
    with write_turn(reader.instance):
        reader = reader.renewed()
        first = _waiting(reader, proposal_id)
        others = proposals.of_sender(reader.instance.private, first.sender)
        found = [first, *(one for one in others if one.id != first.id and may_decide(reader, one))]
        for one in found:
            _decide(reader, one, SPAM, Answer(lambda *_told: None))
    return len(found)


def _check_no_rights(reader: Reader, proposal: Proposal, text: str) -> None:
    """Raises BadField where what is taken of a proposal would say who reads and edits the page.

    Asked again of what it comes to: of a line that it takes out and puts back, one half may be
    accepted alone.
    """
    here = find_page(reader, proposal.path)
    file = here.file if here else files_of(proposal.path)[0]
    check_no_rights(reader, proposal.path, here, Page(proposal.path, file, tidy(reader, text)))


def _waiting(reader: Reader, proposal_id: str) -> Proposal:
    proposal = for_decision(reader, proposal_id)
    if proposal.state != proposals.WAITING:
        raise AlreadyExists(_("Someone has answered this proposal meanwhile."))
    return proposal


def _chosen(review: Review, keys: Collection[str]) -> list[Piece]:
    chosen = [one for one in review.waiting if one.key in keys]
    if not chosen or len(chosen) != len(set(keys)):
        raise AlreadyExists(
            _("This has been answered or changed while you were reading. Please read it once more.")
        )
    return chosen


def _choose(
    reader: Reader,
    proposal: Proposal,
    review: Review,
    chosen: Sequence[Piece],
    state: str,
    answer: Answer,
) -> None:
    """Writes down what was said of some changes; with the last one, all is decided."""
    if len(chosen) == len(review.waiting):
        _finish(reader, proposal, state, answer)
        return
    private = reader.instance.private
    with private.session() as session:
        if not choose(private, session, proposal.id, _choices(chosen, state, answer.words)):
            raise AlreadyExists(_("Someone has answered this proposal meanwhile."))


def _choices(pieces: Iterable[Piece], state: str, words: str) -> list[Choice]:
    words = words if state == DECLINED else ""
    return [Choice(one.key, state, one.excerpt, words) for one in pieces]


def _finish(reader: Reader, proposal: Proposal, state: str, answer: Answer) -> None:
    """Decides all that waits as ``state``, and with it the whole, by what was said before too."""
    said = choices_of(reader.instance.private, proposal.id)
    pieces = [] if proposal.before is None else pieces_of(proposal.before, proposal.text)
    last = _choices((one for one in pieces if one.key not in said), state, answer.words)
    # Of a change that its writer took back after it was accepted nothing is left to say.
    known = {one.key for one in pieces}
    states = {one.state for key, one in said.items() if key in known} | {state}
    whole = state
    if len(states) > 1:
        whole = PARTLY if DECLINED in states else ADAPTED
    declined = [one for one in (*said.values(), *last) if one.state == DECLINED]
    if whole == PARTLY or (whole == DECLINED and said):
        answer = replace(answer, declined=declined)
    _decide(reader, proposal, whole, answer, last if len(pieces) > 1 else ())


def _hand(reader: Reader, proposal: Proposal, *, adapted: bool = False) -> Authorship:
    """The writer's, with the one who accepted it named below, beside them if they wrote in it."""
    reviewer = someone(reader)
    named = f"{_plain(reviewer.name)} <{reviewer.alias}>"
    by_program = f"Proposed-with: {_plain(proposal.program)}\n" if proposal.program else ""
    credit = f"\n\n{by_program}Accepted-by: {named}"
    credit += f"\nCo-authored-by: {named}" if adapted else ""
    person = get_person(reader.instance.private, proposal.person) if proposal.person else None
    if person is None:
        author = Author(author_name(reader, proposal), f"{proposal.id}@{_VISITORS}")
        return Authorship(author, reader, credit)
    return Authorship(Author(person.name, person.alias), Reader(reader.instance, person), credit)


def _plain(name: str) -> str:
    """A name as it may stand before an address in a trailer."""
    return " ".join("".join(c if c.isprintable() and c not in "<>" else " " for c in name).split())


def _decide(
    reader: Reader, proposal: Proposal, state: str, answer: Answer, last: Iterable[Choice] = ()
) -> None:
    """Writes down what was decided, the trust that it brings, and the mail that tells of it."""
    private = reader.instance.private
    by = someone(reader)
    person = get_person(private, proposal.person) if proposal.person else None
    to = person.email if person else proposal.email
    with use_language(proposal.lang):
        mail = answer.mail(proposal, state, to) if to and state != SPAM else None
    with private.session() as session:
        choose(private, session, proposal.id, last)
        if proposals.decide(private, session, proposal.id, state, answer.words) is None:
            raise AlreadyExists(_("Someone has answered this proposal meanwhile."))
        if person is not None and person.held and brings_trust(by, state):
            proposals.trust(private, session, person.id)
            record_audit(private, by.id, "trusted", person.id, proposal.path, session=session)
        if state == SPAM:
            record_audit(
                private, by.id, "spam", proposal.path, proposal.person or "", session=session
            )
        if mail is not None:
            queue_mail(private, session, mail)
    reader.instance.proposed.drop(proposal.id)
    if mail is not None:
        wake_sender(reader.instance)
