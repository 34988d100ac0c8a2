"""Decides what was proposed: those who may edit a page say what becomes of a text held for it.

Rights are asked at that moment, through the door that any save passes: who accepts may do no more
by it than by writing the text themselves. Decisions queue behind the lock of the repository, so of
two people who answer at once the second is told.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from wiki.editing.proposing import find, link_token, show_anew
from wiki.editing.rights import someone
from wiki.editing.saving import Hand, Saved, save_for, tidy
from wiki.errors import AlreadyExists, EditConflict, NotFound
from wiki.pages.access import visible
from wiki.people import proposals
from wiki.people.accounts import get_person
from wiki.people.audit import note
from wiki.people.mails import Mail, put
from wiki.people.person import Person
from wiki.people.proposals import ACCEPTED, ADAPTED, DECLINED, SPAM, Proposal
from wiki.reading import Reader
from wiki.repository.merge import merge
from wiki.repository.objects import Author
from wiki.sending import wake_sender
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


def may_decide(reader: Reader, proposal: Proposal) -> bool:
    """Whether the person says what becomes of it: who edits the page, and might read what it was.

    Nobody decides about a text of their own.
    """
    person = reader.person
    if person is None or person.held or proposal.person == person.id:
        return False
    return _may(reader, proposal.path, proposal.readers)


def count_to_review(reader: Reader) -> int:
    """About how many texts wait for the person's decision, in microseconds where none does."""
    if reader.person is None or reader.person.held:
        return 0
    places = proposals.waiting_places(reader.instance.private)
    return sum(count for place, count in places.items() if _may(reader, *place))


def to_review(reader: Reader, limit: int = 50) -> list[Proposal]:
    """What waits for the person's decision, oldest first, without the texts."""
    person = reader.person
    if person is None or person.held:
        return []
    private = reader.instance.private
    paths = {
        path for path, readers in proposals.waiting_places(private) if _may(reader, path, readers)
    }
    found = proposals.waiting_for(private, sorted(paths), 4 * limit) if paths else []
    return [one for one in found if may_decide(reader, one)][:limit]


def for_decision(reader: Reader, proposal_id: str) -> Proposal:
    """A proposal that the person may decide, or has been decided. Raises LogInFirst, NotFound."""
    someone(reader)
    found = find(reader.instance, proposal_id)
    if found is None or not may_decide(reader, found):
        raise NotFound(_("There is nothing here."))
    return found


def joined(reader: Reader, proposal: Proposal) -> str:
    """The proposed text, joined with what was saved since. Raises EditConflict, AlreadyExists."""
    page = reader.page_here(proposal.path)
    if page is None:
        if proposal.before is not None:
            # Accepting it would bring back what someone deleted, by a detour.
            raise AlreadyExists(
                _("The page is not there any more. Bring it back from its history first.")
            )
        return proposal.text
    merged = merge(proposal.before or "", proposal.text, page.text)
    if merged.text is None:
        raise EditConflict(
            _("The page has changed in the same lines since."),
            base=proposal.before or "",
            theirs=page.text,
            mine=proposal.text,
            head=reader.head,
        )
    return merged.text


def seen_of(proposal: Proposal) -> str:
    """A short name for the text that waits, so that what is accepted is what was read."""
    return sha256(proposal.text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


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
    with reader.instance.repository.lock():
        reader = reader.renewed()
        proposal = _waiting(reader, proposal_id)
        if seen is not None and seen != seen_of(proposal):
            raise AlreadyExists(
                _("Its writer has changed it while you were reading. Please read it once more.")
            )
        if text is None:
            text, base, state = joined(reader, proposal), reader.head, ACCEPTED
        else:
            state = ACCEPTED if tidy(reader, text) == proposal.text else ADAPTED
        hand = _hand(reader, proposal)
        saved = save_for(reader, proposal.path, text, base, proposal.message, hand)
        # The text first, then the row: killed in between, it waits, and accepting it does nothing.
        _decide(reader, proposal, state, answer)
    return saved


def brings_trust(by: Person, state: str) -> bool:
    """Whether a newcomer writes by themselves once ``by`` has decided so about a text of theirs.

    A guest who only reads elsewhere accepts a text for their page, and answers for nobody beyond.
    """
    return state in (ACCEPTED, ADAPTED) and by.role != "reader"


def decline(reader: Reader, proposal_id: str, answer: Answer) -> None:
    """Says no, in words. Raises AlreadyExists where it was decided meanwhile."""
    with reader.instance.repository.lock():
        reader = reader.renewed()
        _decide(reader, _waiting(reader, proposal_id), DECLINED, answer)


def mark_spam(reader: Reader, proposal_id: str) -> int:
    """Sets it aside without a word, with all from there that the person may decide; how many."""
    with reader.instance.repository.lock():
        reader = reader.renewed()
        first = _waiting(reader, proposal_id)
        others = proposals.of_sender(reader.instance.private, first.sender)
        found = [first, *(one for one in others if one.id != first.id and may_decide(reader, one))]
        for one in found:
            _decide(reader, one, SPAM, Answer(lambda *_told: None))
    return len(found)


def author_name(reader: Reader, proposal: Proposal) -> str:
    """What to call who proposed: an account by its name, a visitor so that all see it is one."""
    person = get_person(reader.instance.private, proposal.person) if proposal.person else None
    if person is not None:
        return person.name
    with use_language(reader.instance.settings.lang):
        if not proposal.name:
            return _("A visitor")
        return _("{name} (visitor)").format(name=proposal.name)


def own_link(reader: Reader, proposal: Proposal) -> str:
    """The address of a proposal for its writer, whole, as it stands in a mail."""
    token = link_token(reader.instance.secret, proposal.id)
    return f"{reader.instance.settings.public_url}/-/proposal/{token}"


def _may(reader: Reader, path: str, readers: str) -> bool:
    return reader.may_edit(path) and visible(readers, path, reader.audience)


def _waiting(reader: Reader, proposal_id: str) -> Proposal:
    proposal = for_decision(reader, proposal_id)
    if proposal.state != proposals.WAITING:
        raise AlreadyExists(_("Someone has answered this proposal meanwhile."))
    return proposal


def _hand(reader: Reader, proposal: Proposal) -> Hand:
    """The writer's, with the one who accepted it named below."""
    reviewer = someone(reader)
    credit = f"\n\nAccepted-by: {reviewer.name} <{reviewer.alias}>"
    person = get_person(reader.instance.private, proposal.person) if proposal.person else None
    if person is None:
        author = Author(author_name(reader, proposal), f"{proposal.id}@{_VISITORS}")
        return Hand(author, reader, credit)
    return Hand(Author(person.name, person.alias), Reader(reader.instance, person), credit)


def _decide(reader: Reader, proposal: Proposal, state: str, answer: Answer) -> None:
    """Writes down what was decided, the trust that it brings, and the mail that tells of it."""
    private = reader.instance.private
    by = someone(reader)
    person = get_person(private, proposal.person) if proposal.person else None
    to = person.email if person else proposal.email
    with use_language(proposal.lang):
        mail = answer.tell(proposal, state, to, answer.words) if to and state != SPAM else None
    with private.session() as session:
        if proposals.decide(private, session, proposal.id, state, answer.words) is None:
            raise AlreadyExists(_("Someone has answered this proposal meanwhile."))
        if person is not None and person.held and brings_trust(by, state):
            proposals.trust(private, session, person.id)
            note(private, by.id, "trusted", person.id, proposal.path, session=session)
        if state == SPAM:
            note(private, by.id, "spam", proposal.path, proposal.person or "", session=session)
        if mail is not None:
            put(private, session, mail)
    show_anew(reader.instance)
    if mail is not None:
        wake_sender(reader.instance)
