"""What proposals need beside all requests, each day: git tidied, and a word to who waits for long.

Those who decide are reminded by what waits for them (``waiting``); who proposed is written to once,
after a month, with what they can do.
"""

from datetime import timedelta

from wiki.editing.review.proposals import readable, tidy_held
from wiki.editing.review.queue import own_link
from wiki.instance import Instance
from wiki.mail_dispatch import wake_sender
from wiki.mail_templates import Recipient, compose_mail
from wiki.pages.urls import page_url
from wiki.people.accounts import get_person
from wiki.people.mail.queue import queue_mail
from wiki.people.mail.values import Mail
from wiki.people.review import proposals
from wiki.people.review.proposals import Proposal
from wiki.reading import Reader
from wiki.reading.pages import get_title, page_exists

#: the task that does it
TASK = "proposals"
#: after which whoever proposed is told that nobody has answered
LONG = timedelta(days=30)


def run(instance: Instance) -> None:
    """Forgets the texts of what was decided, and writes to those who wait for long."""
    tidy_held(instance)
    write_to_who_waits(instance)


def write_to_who_waits(instance: Instance) -> None:
    """Tells those who proposed a month ago that it still waits; each once."""
    private = instance.private
    put_any = False
    for one in proposals.waiting_since(private, private.now() - LONG):
        mail = _mail(instance, one)
        with private.session() as session:
            if proposals.note_told(session, one.id) and mail is not None:
                queue_mail(private, session, mail)
                put_any = True
    if put_any:
        wake_sender(instance)


def _mail(instance: Instance, proposal: Proposal) -> Mail | None:
    """None where no address was left, or the page is not theirs to know of any more."""
    person = get_person(instance.private, proposal.person) if proposal.person else None
    to = person.email if person else proposal.email
    reader = Reader(instance, person)
    if not to or (person and person.disabled) or not readable(reader, proposal):
        return None
    return compose_mail(
        instance,
        f"proposal-waits:{proposal.id}",
        Recipient(to, proposal.lang, id=proposal.person),
        "proposal_waits",
        path=page_url(proposal.path),
        title=get_title(reader, proposal.path),
        there=page_exists(reader, proposal.path),
        link=own_link(reader, proposal),
    )
