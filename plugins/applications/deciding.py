"""Selected, or not this time: a row, a letter that one can edit, and each of the team told once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from wiki.api import (
    BadField,
    Instance,
    Mail,
    PageRow,
    Person,
    Reader,
    action_url,
    compose,
    gettext,
    page_url,
    put,
    show_anew,
    use_language,
    wake_sender,
)

from .keeping import forget_decision
from .links import Link, agree_path
from .models import ApplicationRow, DecisionRow, DoorRow, ReasonRow
from .reasons import words_of
from .standing import standing, team_accounts
from .states import CHOICES, LATER, LIVE, READ, RECEIVED, SELECTED

LETTER = 3000


@dataclass(frozen=True)
class Decision:
    """A decision with its reasons, as they were kept, and the pages that its doors lead to."""

    row: DecisionRow
    reasons: tuple[str, ...]
    doors: tuple[str, ...]

    @property
    def choice(self) -> str:
        """``selected`` or ``later``."""
        return self.row.choice

    @property
    def told(self) -> bool:
        """Whether the team knows."""
        return self.row.told is not None


def decisions(instance: Instance, ids: Sequence[str]) -> dict[str, Decision]:
    """Application → what was decided of it."""
    with instance.private.reading() as session:
        chosen = select(DecisionRow).where(DecisionRow.application.in_(ids))
        return {row.application: _whole(session, row) for row in session.scalars(chosen).all()}


def decision_of(instance: Instance, application: str) -> Decision | None:
    """What was decided of one application."""
    return decisions(instance, [application]).get(application)


def ready_letter(choice: str, event: str, lang: str) -> str:
    """The text that a letter begins with, for who decides to edit."""
    with use_language(lang):
        if choice == SELECTED:
            words = gettext(
                "We would be glad to have your project at “{event}”. Your space stays yours: what "
                "is shown of it, and when, is for you to say.\n\nWe will write to you soon about "
                "the rehearsal. Until then, the notes of the briefing are where we meet."
            )
        else:
            words = gettext(
                "Thank you for proposing your project to “{event}”. It will not be on the stage "
                "this time. Its space is yours, and stands in this wiki like every other.\n\nWhat "
                "we understood of it made us want to open the doors below to you."
            )
        return words.format(event=event)


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
        raise BadField("doors", gettext("Open at least one next door."))
    with private.session() as session:
        private.lock(session, f"applications:{application.id}")
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
                told=None,
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
    show_anew(reader.instance)


def undecide(instance: Instance, application: str) -> None:
    """Takes back what nobody was told of. Raises BadField."""
    with instance.private.session() as session:
        instance.private.lock(session, f"applications:{application}")
        known = session.get(DecisionRow, application)
        if known is not None and known.told:
            raise BadField("", gettext("The team has been told: this can no longer be changed."))
        forget_decision(session, application)
    show_anew(instance)


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
        mails = [_letter(instance, row, decision, page, person) for person in teams[page.path]]
        with instance.private.session() as session:
            instance.private.lock(session, f"applications:{row.id}")
            fresh = session.get(DecisionRow, row.id)
            if fresh is None or fresh.told or fresh.at != decision.row.at:
                continue
            fresh.told = instance.private.now()
            for mail in mails:
                put(instance.private, session, mail)
        told += 1
    if told:
        show_anew(instance)
        wake_sender(instance)
    return told


def link_for(decision: Decision, person: Person) -> Link:
    """What the link in a letter to ``person`` says."""
    return Link(decision.row.application, person.id, int(decision.row.at.timestamp()))


def _letter(
    instance: Instance, row: ApplicationRow, decision: Decision, page: PageRow, person: Person
) -> Mail:
    reader = Reader(instance, person)
    site = instance.settings.public_url
    selected = decision.choice == SELECTED
    doors = reader.rows(list(decision.doors))
    with use_language(person.lang):
        reasons = [words_of(one) for one in decision.reasons]
    agree = agree_path(instance, link_for(decision, person))
    letter = compose(
        instance,
        "applications/mail/decision",
        person.lang,
        name=person.name,
        project=page.title,
        event=reader.title(row.event),
        selected=selected,
        words=decision.row.words,
        reasons=reasons,
        doors=[{"label": one.title, "url": site + page_url(one.path)} for one in doors.values()],
        agree=site + agree if selected else "",
        url=site + action_url(f"application/{row.id}"),
    )
    return Mail(
        key=f"applications:{row.id}:{decision.choice}:{decision.row.at:%y%m%d%H%M%S}:{person.id}",
        to=person.email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        person=person.id,
        lang=person.lang,
        secret=selected,
    )


def _whole(session: Session, row: DecisionRow) -> Decision:
    reasons = select(ReasonRow.words).where(ReasonRow.application == row.application)
    doors = select(DoorRow.page).where(DoorRow.application == row.application, DoorRow.page != "")
    return Decision(
        row,
        tuple(session.scalars(reasons.order_by(ReasonRow.id))),
        tuple(session.scalars(doors.order_by(DoorRow.id))),
    )
