"""What the team says of an answer: let through, no message at all, or one of four fates."""

from dataclasses import astuple, dataclass

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.orm import Session

from wiki.api.errors import BadField
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.history import list_history
from wiki.api.translation import gettext

from .fates import ANSWERED, ASIDE, FATES, KEPT, REASONS, USED
from .links import who_of
from .models import HELD, OPEN, AnswerRow
from .store import alone, person_of, sender
from .submission import checked_text

#: versions of the page that one chooses among
VERSIONS = 12
_SENTENCE = 160


@dataclass(frozen=True)
class Fate:
    """One of FATES, with what goes with it."""

    fate: str
    revision: str = ""
    reply: str = ""
    reason: str = ""


def read_fate(reader: Reader, row: AnswerRow, fate: Fate) -> Fate:
    """What was chosen, checked. Raises BadField."""
    if fate.fate not in FATES:
        raise BadField("fate", gettext("Choose what becomes of it."))
    reply = checked_text(fate.reply, "reply")
    if fate.fate == USED:
        known = {one.commit for one in list_history(reader, row.path, limit=VERSIONS)}
        if fate.revision not in known:
            raise BadField("revision", gettext("Choose the change in which it was used."))
        return Fate(USED, revision=fate.revision, reply=reply)
    if fate.fate == ANSWERED:
        if not reply:
            raise BadField("reply", gettext("Write your answer: it is what its author reads."))
        return Fate(ANSWERED, reply=reply)
    if fate.fate == ASIDE:
        if fate.reason not in REASONS:
            raise BadField("reason", gettext("Choose a reason: its author reads it."))
        return Fate(ASIDE, reason=fate.reason, reply=reply)
    return Fate(KEPT, reply=reply)


def versions(reader: Reader, path: str) -> list[tuple[str, str]]:
    """The last changes of the page, each with its sentence: when, who, what they said of it."""
    when = reader.instance.templates.filters["when"]
    found = []
    for one in list_history(reader, path, limit=VERSIONS):
        message = one.message.partition("\n")[0]
        words = gettext("{day} — {who}: {message}")
        said = words.format(day=when(one.when), who=one.author, message=message)
        found.append((one.commit, said[:_SENTENCE]))
    return found


def decide(instance: Instance, answer_id: str, fate: Fate) -> None:
    """Gives it that fate; another one than before is told anew, the same one is nothing.

    Whoever says what becomes of a first message has let it through.
    """
    with alone(instance, answer_id) as found:
        if found is None:
            return
        _session, row = found
        if row.state != OPEN or fate == Fate(row.fate, row.revision, row.reply, row.reason):
            return
        row.fate, row.revision, row.reply, row.reason = astuple(fate)
        row.fated, row.told = instance.private.now(), None


def let_through(instance: Instance, answer_id: str) -> None:
    """A first message goes on, and all else of its author from now on."""
    with alone(instance, answer_id) as found:
        if found is None or found[1].state != HELD:
            return
        session, row = found
        _remember(instance, session, row, trusted=True)
        session.execute(
            update(AnswerRow)
            .where(AnswerRow.state == HELD, _same_author(row))
            .values(state=OPEN)
            .execution_options(synchronize_session=False)
        )


def drop(instance: Instance, answer_id: str) -> None:
    """It is no message: it goes, with all of its author that is held, and nothing more comes."""
    with alone(instance, answer_id) as found:
        if found is None or found[1].state != HELD:
            return
        session, row = found
        _remember(instance, session, row, trusted=False)
        session.execute(
            delete(AnswerRow)
            .where(AnswerRow.state == HELD, _same_author(row))
            .execution_options(synchronize_session=False)
        )


def _remember(instance: Instance, session: Session, row: AnswerRow, *, trusted: bool) -> None:
    """Of whom the wiki thinks so; an account that is gone has left nobody to think of."""
    if row.person or row.email:
        who = who_of(instance, person_of(instance, row), row.email)
        sender(session, who).trusted = trusted
        session.flush()


def _same_author(row: AnswerRow) -> ColumnElement[bool]:
    if row.person:
        return AnswerRow.person == row.person
    # What an account that is gone has left is nobody's: it is not of one author with the rest.
    return AnswerRow.email == row.email if row.email else AnswerRow.id == row.id
