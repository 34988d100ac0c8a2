"""Applications as rows: proposed, read, noted, withdrawn; each once, pressed twice or not."""

from collections.abc import Collection, Sequence
from secrets import token_hex

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from wiki.api.errors import BadField, NotFound
from wiki.api.people import Person
from wiki.api.plugin import Instance
from wiki.api.translation import gettext

from .models import ApplicationRow, DecisionRow, DoorRow, KeptRow, NoteRow, ReasonRow
from .states import BRIEFING, HELD, LIVE, READ, RECEIVED, WITHDRAWN

NOTE_LENGTH = 3000


def find(instance: Instance, id_: str) -> ApplicationRow:
    """The application of that id. Raises NotFound."""
    row = instance.private.find_row(ApplicationRow, id_)
    if row is None:
        raise NotFound(gettext("There is nothing here."))
    return row


def find_all(
    instance: Instance, *conditions: ColumnElement[bool], limit: int = 2000
) -> list[ApplicationRow]:
    """The applications of which all that holds, the newest first."""
    asked = select(ApplicationRow).where(*conditions)
    newest = asked.order_by(ApplicationRow.created.desc(), ApplicationRow.id)
    return instance.private.list_rows(newest.limit(limit))


def add(
    instance: Instance, event: str, project: str, person: Person, why: str, *, made: bool = False
) -> ApplicationRow:
    """The application of ``project`` to ``event``: a new one, or the one that there is, again.

    A withdrawn one is received anew, and what was decided of it before is over.
    """
    private = instance.private
    with private.session(f"applications:{event}") as session:
        row = session.scalar(
            select(ApplicationRow).where(
                ApplicationRow.event == event, ApplicationRow.project == project
            )
        )
        if row is None:
            row = _new(instance, event, project, person, why, RECEIVED, made=made)
            session.add(row)
        else:
            if row.state == WITHDRAWN:
                row.state, row.agreed, row.person = RECEIVED, None, person.id
                forget_decision(session, row.id)
            row.why, row.changed = why or row.why, private.now()
    return row


def hold(
    instance: Instance, event: str, person: Person, kept: dict[str, str]
) -> tuple[ApplicationRow, bool]:
    """What a newcomer proposes before anyone has read them; False beside one that was there."""
    private = instance.private
    with private.session(f"applications:{event}") as session:
        known = session.scalars(
            select(ApplicationRow)
            .join(KeptRow, KeptRow.application == ApplicationRow.id)
            .where(
                ApplicationRow.event == event,
                ApplicationRow.person == person.id,
                KeptRow.title == kept["title"],
            )
        ).first()
        if known is not None:
            if known.state == WITHDRAWN:
                known.state, known.changed = HELD, private.now()
            return known, False
        row = _new(instance, event, "", person, kept["why"], HELD, made=True)
        session.add(row)
        session.flush()
        session.add(_make_kept(instance, row.id, kept))
    return row, True


def keep(instance: Instance, application: str, kept: dict[str, str]) -> None:
    """Keeps what the form said, once, for those who go on reading the application alone."""
    with instance.private.session() as session:
        if not session.scalar(select(KeptRow.id).where(KeptRow.application == application)):
            session.add(_make_kept(instance, application, kept))


def kept_of(instance: Instance, applications: Collection[str]) -> dict[str, KeptRow]:
    """Application → what its form said of a new project."""
    chosen = select(KeptRow).where(KeptRow.application.in_(applications))
    return {row.application or "": row for row in instance.private.list_rows(chosen)}


def forget(instance: Instance) -> None:
    """Deletes what waited for someone who has left."""
    with instance.private.session() as session:
        nobodys = (ApplicationRow.project == "", ApplicationRow.person.is_(None))
        session.execute(delete(ApplicationRow).where(*nobodys))


def move(
    instance: Instance, id_: str, before: Collection[str], after: str, **values: object
) -> bool:
    """From one of some states to another; False where it is in none of them."""
    with instance.private.session() as session:
        done = session.execute(
            update(ApplicationRow)
            .where(ApplicationRow.id == id_, ApplicationRow.state.in_(before))
            .values(state=after, changed=instance.private.now(), **values)
            .returning(ApplicationRow.id)
        ).all()
    return bool(done)


def settle(instance: Instance, id_: str, **values: object) -> None:
    """Writes columns of an application that its state does not depend on."""
    instance.private.execute(
        update(ApplicationRow).where(ApplicationRow.id == id_).values(**values)
    )


def note(
    instance: Instance, row: ApplicationRow, person: Person, text: str, *, organiser: bool
) -> None:
    """Adds a briefing note; the first of an organiser begins the briefing. Raises BadField.

    The same words twice in a row are a double click.
    """
    said = "\n".join(line.rstrip() for line in text.replace("\0", "").splitlines()).strip()
    if not said:
        raise BadField("text", gettext("Write something first."))
    if len(said) > NOTE_LENGTH:
        words = gettext("At most {count} characters, please.").format(count=NOTE_LENGTH)
        raise BadField("text", words)
    private = instance.private
    with private.session(f"applications:{row.id}") as session:
        newest = select(NoteRow).where(NoteRow.application == row.id)
        last = session.scalars(newest.order_by(NoteRow.id.desc()).limit(1)).first()
        if last is not None and (last.person, last.text) == (person.id, said):
            return
        session.add(
            NoteRow(
                application=row.id,
                person=person.id,
                organiser=organiser,
                text=said,
                at=private.now(),
            )
        )
        if organiser:
            session.execute(
                update(ApplicationRow)
                .where(ApplicationRow.id == row.id, ApplicationRow.state.in_((RECEIVED, READ)))
                .values(state=BRIEFING)
            )


def notes(instance: Instance, application: str) -> list[NoteRow]:
    """The notes of an application, in their order."""
    asked = select(NoteRow).where(NoteRow.application == application).order_by(NoteRow.id)
    return instance.private.list_rows(asked.limit(500))


def unanswered(instance: Instance, ids: Sequence[str]) -> frozenset[str]:
    """Those of the applications whose newest note is the team's."""
    newest = (
        select(func.max(NoteRow.id))
        .where(NoteRow.application.in_(ids))
        .group_by(NoteRow.application)
    )
    asked = select(NoteRow.application).where(
        NoteRow.id.in_(newest.scalar_subquery()), NoteRow.organiser.is_(False)
    )
    return frozenset(instance.private.list_rows(asked))


def events_with(instance: Instance, states: Collection[str] = (HELD, *LIVE)) -> list[str]:
    """The events that have applications in one of those states."""
    asked = select(ApplicationRow.event).where(
        ApplicationRow.state.in_(states), ApplicationRow.event != ""
    )
    return sorted(set(instance.private.list_rows(asked)))


def forget_decision(session: Session, application: str) -> None:
    """What was decided of an application is over."""
    for table in (DecisionRow, ReasonRow, DoorRow):
        session.execute(delete(table).where(table.application == application))


def _make_kept(instance: Instance, application: str, kept: dict[str, str]) -> KeptRow:
    now = instance.private.now()
    return KeptRow(id=token_hex(16), application=application, created=now, **kept)


def _new(
    instance: Instance,
    event: str,
    project: str,
    person: Person,
    why: str,
    state: str,
    *,
    made: bool,
) -> ApplicationRow:
    now = instance.private.now()
    return ApplicationRow(
        id=token_hex(8),
        event=event,
        project=project,
        state=state,
        person=person.id,
        why=why,
        made=made,
        created=now,
        changed=now,
    )
