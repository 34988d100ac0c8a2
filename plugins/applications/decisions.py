"""Selected, or not this time: a row with its letter, and each of the team told once."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from wiki.api.errors import BadField
from wiki.api.mail import queue_mail, wake_sender
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from .letters import Decision, mail_to
from .models import ApplicationRow, DecisionRow, DoorRow, ReasonRow
from .ownership import standing, team_accounts
from .states import CHOICES, LATER, LIVE, READ, RECEIVED, SELECTED
from .store import forget_decision

LETTER = 3000


def decisions(instance: Instance, ids: Sequence[str]) -> dict[str, Decision]:
    """Application → what was decided of it."""
    with instance.private.reading() as session:
        chosen = select(DecisionRow).where(DecisionRow.application.in_(ids))
        return {row.application: _whole(session, row) for row in session.scalars(chosen).all()}


def decision_of(instance: Instance, application: str) -> Decision | None:
    """What was decided of one application."""
    return decisions(instance, [application]).get(application)


def decide(
    reader: Reader,
    application: ApplicationRow,
    choice: str,
    words: str,
    reasons: Sequence[str],
    doors: Sequence[str],
) -> None:
    """Notes a decision; nobody is told yet. Raises BadField.

    It can be changed until it is told; afterwards, from “not this time” to “selected” alone.
    """
    person, private = reader.person, reader.instance.private
    said = words.replace("\0", "").replace("\r\n", "\n").strip()
    if choice not in CHOICES or person is None or application.state not in LIVE:
        raise BadField("", gettext("This application has changed meanwhile: look at it again."))
    if not said:
        raise BadField("words", gettext("Write a word to the team: it is what they will read."))
    if len(said) > LETTER:
        too_long = gettext("At most {count} characters, please.")
        raise BadField("words", too_long.format(count=LETTER))
    if choice == LATER and not reasons:
        raise BadField("reasons", gettext("Tick at least one reason: it is owed to them."))
    if choice == LATER and not doors:
        raise BadField("doors", gettext("Offer at least one other lead."))
    with private.session(f"applications:{application.id}") as session:
        known = session.get(DecisionRow, application.id)
        if known is not None and known.told and (known.choice, choice) != (LATER, SELECTED):
            raise BadField("", gettext("The team has been told: this can no longer be changed."))
        forget_decision(session, application.id)
        read = update(ApplicationRow).where(
            ApplicationRow.id == application.id, ApplicationRow.state == RECEIVED
        )
        session.execute(read.values(state=READ))
        session.add(
            DecisionRow(
                application=application.id,
                choice=choice,
                words=said,
                person=person.id,
                at=private.now(),
            )
        )
        if choice == LATER:
            session.add_all(
                ReasonRow(application=application.id, words=one[:300])
                for one in dict.fromkeys(reasons)
            )
            session.add_all(
                DoorRow(application=application.id, page=one) for one in dict.fromkeys(doors)
            )


def undecide(instance: Instance, application: str) -> None:
    """Takes back what nobody was told of. Raises BadField."""
    with instance.private.session(f"applications:{application}") as session:
        known = session.get(DecisionRow, application)
        if known is not None and known.told:
            raise BadField("", gettext("The team has been told: this can no longer be changed."))
        forget_decision(session, application)


def tell(instance: Instance, rows: Sequence[ApplicationRow]) -> int:
    """Tells the teams of ``rows`` what was decided, each once; how many teams were told now.

    Mails and mark are one transaction. A team without an account that reads mails stays untold.
    """
    found = decisions(instance, [row.id for row in rows if row.state in LIVE])
    pages = standing(instance, [row for row in rows if row.id in found])
    teams = team_accounts(instance, pages.values())
    told = 0
    for row in rows:
        decision, page = found.get(row.id), pages.get(row.id)
        if decision is None or page is None or decision.told or not teams[page.path]:
            continue
        mails = [mail_to(instance, row, decision, page, person) for person in teams[page.path]]
        with instance.private.session(f"applications:{row.id}") as session:
            fresh = session.get(DecisionRow, row.id)
            if fresh is None or fresh.told or fresh.at != decision.row.at:
                continue
            fresh.told = instance.private.now()
            for mail in mails:
                queue_mail(instance.private, session, mail)
        told += 1
    if told:
        wake_sender(instance)
    return told


def _whole(session: Session, row: DecisionRow) -> Decision:
    reasons = select(ReasonRow.words).where(ReasonRow.application == row.application)
    doors = select(DoorRow.page).where(DoorRow.application == row.application, DoorRow.page != "")
    return Decision(
        row,
        tuple(session.scalars(reasons.order_by(ReasonRow.id))),
        tuple(session.scalars(doors.order_by(DoorRow.id))),
    )
