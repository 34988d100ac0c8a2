"""Reports of pages, and the three answers to one: restrict, delete, keep.

A report by itself does nothing to a page: a stranger must not be able to hide what others wrote.
Who is spoken of without having been asked is answered by an admin, who needs one tap.
"""

from dataclasses import dataclass

from wiki.editing.move import delete
from wiki.editing.review.decisions import Answer
from wiki.editing.rights import someone
from wiki.editing.save import save
from wiki.editing.write_queue import write_turn
from wiki.errors import AlreadyExists, BadField, NotFound
from wiki.mail_dispatch import wake_sender
from wiki.pages.head.changes import edit_head
from wiki.people.accounts import get_person
from wiki.people.accounts.fields import fold_email
from wiki.people.audit import record_audit
from wiki.people.limits.durable import DAY, HOUR, Limit, client_network, count_attempts
from wiki.people.mail.queue import queue_mail
from wiki.people.mail.values import Mail
from wiki.people.review import reports
from wiki.people.review.reports import ABOUT_ME, DELETED, KEPT, REASONS, RESTRICTED, Report
from wiki.reading import Reader
from wiki.reading.pages import find_page, get_page
from wiki.translation import gettext as _
from wiki.translation import use_language

LONGEST = 1000


@dataclass(frozen=True)
class Complaint:
    """What the form holds; ``address`` is where it came from."""

    reason: str
    words: str = ""
    email: str = ""
    lang: str = "fr"
    address: str = ""


def report(reader: Reader, path: str, sent: Complaint) -> Report:
    """Tells those who answer for the page. Raises NotFound, BadField, TooMany."""
    page = get_page(reader, path)
    person = reader.person
    if sent.reason not in REASONS:
        raise BadField("reason", _("Please say what is the matter."))
    email = fold_email(sent.email) if sent.email.strip() and person is None else ""
    if sent.reason == ABOUT_ME and not (email or person):
        raise BadField("email", _("Leave an address, so that we can answer you."))
    words = tidy_words(sent.words)
    hourly = reader.instance.settings.reports_per_hour
    key = f"account:{person.id}" if person else client_network(sent.address)
    limits = [Limit(f"report:{key}:h", hourly, HOUR), Limit(f"report:{key}:d", 4 * hourly, DAY)]
    count_attempts(reader.instance.private, limits)
    new = Report(
        path=page.path,
        reason=sent.reason,
        words=words,
        email=email,
        lang=person.lang if person else sent.lang,
        person=person.id if person else None,
    )
    return reports.keep(reader.instance.private, new)


def may_answer(reader: Reader, found: Report) -> bool:
    """Admins all; the page's team, all but the plea of who is spoken of."""
    return _may(reader, found.path, plea=found.reason == ABOUT_ME)


def count_to_answer(reader: Reader) -> int:
    """How many reports wait for the person."""
    places = reports.waiting_places(reader.instance.private) if reader.person else {}
    return sum(count for (path, plea), count in places.items() if _may(reader, path, plea=plea))


def to_answer(reader: Reader, limit: int = 50) -> list[Report]:
    """The reports that wait for the person, oldest first."""
    person = reader.person
    if person is None or person.held:
        return []
    private = reader.instance.private
    paths = {
        path for path, plea in reports.waiting_places(private) if _may(reader, path, plea=plea)
    }
    found = reports.waiting_for(private, sorted(paths), 4 * limit) if paths else []
    return [one for one in found if may_answer(reader, one)][:limit]


def for_answer(reader: Reader, report_id: str) -> Report:
    """A report that waits for the person. Raises LogInFirst, NotFound, AlreadyExists."""
    someone(reader)
    found = reports.find(reader.instance.private, report_id)
    if found is None or not may_answer(reader, found):
        raise NotFound(_("There is nothing here."))
    if found.state != reports.WAITING:
        raise AlreadyExists(_("Someone has answered this report meanwhile."))
    return found


def answer_report(reader: Reader, report_id: str, state: str, answer: Answer) -> Report:
    """Does with the page what ``state`` says, and tells who reported it.

    ``restricted``, which only admins do, leaves the page to them. Raises NotFound, AlreadyExists
    where someone answered before, and what the door in raises; then the report still waits.
    """
    with write_turn(reader.instance):
        reader = reader.renewed()
        found = for_answer(reader, report_id)
        if state == RESTRICTED:
            _restrict(reader, found.path)
        elif state == DELETED:
            _delete(reader, found.path)
        elif state != KEPT:
            raise BadField("state", _("Please say what is the matter."))
        _decide(reader, found, state, answer)
    return found


def tidy_words(words: str) -> str:
    """A few lines as they are kept: bounded, without what cannot be seen."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ("".join(c if c.isprintable() else " " for c in line).rstrip() for line in lines)
    return "\n".join(kept).strip()[:LONGEST]


def _restrict(reader: Reader, path: str) -> None:
    if someone(reader).role != "admin":
        raise NotFound(_("There is nothing here."))
    page = get_page(reader, path)
    # Without a team, “team” is the admins alone, unless a page above has one that sees all below.
    text = edit_head(page.text, {"visibility": "team", "team": None})
    save(reader, path, text, reader.head, _("Restricted while it is looked at"))


def _delete(reader: Reader, path: str) -> None:
    if find_page(reader, path) is not None:
        delete(reader, path, _("Taken down"))


def _may(reader: Reader, path: str, *, plea: bool) -> bool:
    if reader.person is None:
        return False
    return reader.person.role == "admin" or (not plea and reader.may_change_rights(path))


def _decide(reader: Reader, found: Report, state: str, answer: Answer) -> None:
    private = reader.instance.private
    by = someone(reader)
    person = get_person(private, found.person) if found.person else None
    to = person.email if person else found.email
    mail: Mail | None = None
    with use_language(found.lang):
        mail = answer.tell(found, state, to, answer.words) if to else None
    with private.session() as session:
        if reports.decide(private, session, found.id, state, answer.words) is None:
            raise AlreadyExists(_("Someone has answered this report meanwhile."))
        record_audit(private, by.id, f"report-{state}", found.path, found.reason, session=session)
        if mail is not None:
            queue_mail(private, session, mail)
    if mail is not None:
        wake_sender(reader.instance)
