"""What the two do once they were brought together: write, say what came of it, tell it, or stop."""

import re
from secrets import token_hex

from sqlalchemy import delete
from sqlalchemy.orm import Session

from wiki.api.errors import BadField, Forbidden
from wiki.api.limits import DAY, Limit, count_attempts
from wiki.api.mail import queue_mail, wake_sender
from wiki.api.people import get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.translation import gettext, lazy

from . import letters
from .links import who_of_side
from .models import BlockRow, QuietRow, SideRow
from .notifications import told
from .sisters import exchange
from .states import Event, reveals
from .store import Introduction, alone, apply, changing

MET, GOES_ON, LED, NOTHING = "met", "goes-on", "led", "nothing"
OUTCOMES = {
    MET: lazy("We met"),
    GOES_ON: lazy("It goes on"),
    LED: lazy("It led to something"),
    NOTHING: lazy("Nothing came of it"),
}
MESSAGE, LINE = 4000, 280
#: messages of one side a day
_MESSAGES = 10
_ADDRESS = re.compile(r"\S@\S")


def write(instance: Instance, introduction: Introduction, side: SideRow, words: str) -> None:
    """Mails ``words`` on to the other, who need not know the writer's address.

    Raises BadField, Forbidden (not connected), TooMany.
    """
    said = words.replace("\r\n", "\n").strip()
    if not said or len(said) > MESSAGE:
        raise BadField("words", gettext("Write a few lines; 4000 characters at most."))
    said = "".join(char for char in said if char.isprintable() or char == "\n")
    count_attempts(instance.private, [Limit(f"introductions:relay:{side.id}", _MESSAGES, DAY)])
    with alone(instance, introduction.row.id) as found:
        session, other = _other(found, side.id)
        elsewhere = other.elsewhere
        if elsewhere is None:
            mail = letters.relayed(instance, introduction.row, other, side.name, said, token_hex(8))
            queue_mail(instance.private, session, mail)
    if elsewhere is not None:
        exchange.send_words(instance, elsewhere, said)
    wake_sender(instance)


def say_outcome(instance: Instance, side_id: str, outcome: str) -> None:
    """Keeps what came of it, in the words of one of the two. Raises BadField, Forbidden."""
    if outcome not in OUTCOMES:
        raise BadField("outcome", gettext("Choose one of these."))
    with changing(instance, side_id) as found:
        _other(found, side_id)
        side = found[1].side(side_id) if found else None
        if side is not None:
            side.outcome = outcome


def propose_line(instance: Instance, side_id: str, line: str) -> None:
    """Proposes a line for the story of the page; the other is asked. Raises BadField, Forbidden."""
    said = " ".join(line.split())
    if not said or len(said) > LINE or not said.isprintable():
        raise BadField("line", gettext("One sentence; 280 characters at most."))
    if _ADDRESS.search(said):
        raise BadField("line", gettext("The story is public: leave mail addresses out of it."))
    with changing(instance, side_id) as found:
        session, other = _other(found, side_id)
        if other.elsewhere is not None:
            raise Forbidden(
                gettext("What came of it across two sites is told by each of you there.")
            )
        introduction = found[1] if found else None
        mine = introduction.side(side_id) if introduction else None
        if introduction is None or mine is None or introduction.row.line_told is not None:
            return
        introduction.row.line, introduction.row.line_by = said, side_id
        mail = letters.proposing_line(instance, introduction.row, other, mine.name)
        queue_mail(instance.private, session, mail)
    wake_sender(instance)


def agree_to_line(instance: Instance, side_id: str, line: str) -> bool:
    """The other agrees to the line that they read: it is written, by the right of the page's side.

    False where another line stands there by now, or it was told already. Raises what saving does;
    then nothing is told, and it can be tried again.
    """
    with changing(instance, side_id) as found:
        _other(found, side_id)
        if found is None:
            return False
        introduction = found[1]
        row = introduction.row
        if not row.line or row.line != line or row.line_by == side_id or row.line_told:
            return False
        writer = next((one for one in introduction.at("b") if one.chosen), None)
        person = get_person(instance.private, writer.person) if writer and writer.person else None
        if person is None:
            raise Forbidden(gettext("Whoever looks after the page no longer has an account."))
        # First said to be told: of two who press at once, one tells it.
        row.line_told = instance.private.now()
    try:
        told(Reader(instance, person), row.about, line)
    except Exception:
        with alone(instance, row.id) as again:
            if again is not None:
                again[1].row.line_told = None
        raise
    return True


def report(instance: Instance, side_id: str, *, reported: bool) -> None:
    """Nothing more from who wrote to this side; ``reported``: and it was not as it should be."""
    with changing(instance, side_id) as found:
        if found is None:
            return
        session, introduction = found
        side = introduction.side(side_id)
        if side is None:
            return
        who = who_of_side(instance, side)
        for sender in _senders(instance, introduction, side):
            row = session.get(BlockRow, (who, sender))
            if row is None:
                session.add(
                    BlockRow(who=who, sender=sender, at=instance.private.now(), reported=reported)
                )
            else:
                row.reported = row.reported or reported
        apply(instance, session, introduction, Event("report", side_id))


def set_quiet(instance: Instance, side: SideRow, *, quiet: bool) -> None:
    """Whether this person is not to be proposed to anybody any more; again is no fault."""
    who = who_of_side(instance, side)
    with instance.private.session() as session:
        if not quiet:
            session.execute(delete(QuietRow).where(QuietRow.who == who))
        elif session.get(QuietRow, who) is None:
            session.add(QuietRow(who=who, since=instance.private.now()))


def is_quiet(instance: Instance, side: SideRow) -> bool:
    """Whether they said so."""
    who = who_of_side(instance, side)
    return instance.private.find_row(QuietRow, who) is not None


def _senders(instance: Instance, introduction: Introduction, side: SideRow) -> set[str]:
    """Whom a report of ``side`` is about: who proposed it, else who answered."""
    if introduction.row.proposer:
        return {introduction.row.proposer}
    return {who_of_side(instance, one) for one in introduction.sides if one.place != side.place}


def _other(found: tuple[Session, Introduction] | None, side_id: str) -> tuple[Session, SideRow]:
    """The transaction, and whom the side met. Raises Forbidden where they are not in touch."""
    if found is not None:
        session, introduction = found
        side = introduction.side(side_id)
        other = introduction.other(side) if side else None
        if other is not None and reveals(introduction.talk, side_id, other.id):
            return session, other
    raise Forbidden(gettext("This introduction has ended: nothing was sent."))
