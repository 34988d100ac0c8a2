"""The mails that tell people what was decided about their proposal, or about what they reported."""

from wiki.editing.review.decisions import brings_trust
from wiki.editing.review.queue import own_link
from wiki.editing.rights import someone
from wiki.mail_templates import Recipient, address_letter, compose
from wiki.pages.urls import page_url
from wiki.people.accounts import get_person
from wiki.people.mail.values import Mail
from wiki.people.review import proposals
from wiki.people.review.proposals import Proposal
from wiki.people.review.reports import Report
from wiki.reading.pages import get_title
from wiki.web.support import current_instance, current_reader


def tell_proposer(proposal: Proposal, state: str, to: str, words: str) -> Mail:
    """To who proposed: what became of it, with the words chosen for them."""
    instance = current_instance()
    reader = current_reader()
    person = get_person(instance.private, proposal.person) if proposal.person else None
    letter = compose(
        instance,
        "proposal_declined"
        if state == proposals.DECLINED
        else "proposal_partly"
        if state == proposals.PARTLY
        else "proposal_accepted",
        proposal.lang,
        title=get_title(reader, proposal.path),
        adapted=state == proposals.ADAPTED,
        trusted=person is not None
        and person.held
        and brings_trust(someone(current_reader()), state),
        words=words,
        url=instance.settings.public_url + page_url(proposal.path),
        link=own_link(reader, proposal),
    )
    who = Recipient(to, proposal.lang, id=proposal.person)
    return address_letter(letter, f"proposal:{proposal.id}", who)


def tell_reporter(found: Report, state: str, to: str, words: str, title: str) -> Mail:
    """To who reported a page, which was called ``title`` then."""
    letter = compose(
        current_instance(), "report_answered", found.lang, title=title, state=state, words=words
    )
    who = Recipient(to, found.lang, id=found.person)
    return address_letter(letter, f"report:{found.id}", who)
