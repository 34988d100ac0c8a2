"""What waits for someone's decision: who may decide, and what a proposal would change by now.

Rights are asked of the pages as they are when it is shown, and again when it is decided
(``deciding``).
"""

from hashlib import sha256

from wiki.editing.review.pieces import Review
from wiki.editing.review.proposals import find, link_token
from wiki.editing.rights import someone
from wiki.errors import AlreadyExists, EditConflict, NotFound
from wiki.pages.access import visible
from wiki.people.accounts import get_person
from wiki.people.review import proposals
from wiki.people.review.choices import choices_of
from wiki.people.review.proposals import Proposal
from wiki.reading import Reader
from wiki.reading.pages import find_page
from wiki.translation import gettext as _
from wiki.translation import use_language


def may_decide(reader: Reader, proposal: Proposal) -> bool:
    """Whether the person says what becomes of it: who edits the page, and might read what it was.

    Nobody decides about a text of their own; about one that a program wrote in their name, they do.
    """
    person = reader.person
    if person is None or person.held:
        return False
    if proposal.person == person.id and not proposal.program:
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


def review_of(reader: Reader, proposal: Proposal) -> Review:
    """A proposal beside the page as it stands. Raises AlreadyExists where that is gone."""
    page = find_page(reader, proposal.path)
    if page is None and proposal.before is not None:
        # Accepting it would bring back what someone deleted, by a detour.
        raise AlreadyExists(
            _("The page is not there any more. Bring it back from its history first.")
        )
    said = choices_of(reader.instance.private, proposal.id)
    return Review(proposal.before or "", proposal.text, page.text if page else "", said)


def joined(reader: Reader, proposal: Proposal) -> str:
    """The text proposed, without what was declined, joined with what was saved since.

    Raises EditConflict, AlreadyExists.
    """
    if proposal.before is None and find_page(reader, proposal.path) is None:
        return proposal.text
    review = review_of(reader, proposal)
    merged = review.merged()
    if merged.text is None:
        raise collision_in(reader, review)
    return merged.text


def collision_in(reader: Reader, review: Review) -> EditConflict:
    """Both texts, where a proposal and the page say different things in one place."""
    return EditConflict(
        _("The page has changed in the same lines since."),
        base=review.base,
        theirs=review.here,
        mine=review.target(),
        head=reader.head,
    )


def seen_of(proposal: Proposal) -> str:
    """A short name for the text that waits, so that what is accepted is what was read."""
    return sha256(proposal.text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


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
