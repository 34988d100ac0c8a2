"""What must be so before an introduction begins: its words, who asks, whom, how often a day."""

import re
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wiki.api.errors import BadField, Forbidden, TooMany
from wiki.api.limits import DAY, Limit, client_network, count_attempts
from wiki.api.paths import action_url
from wiki.api.people import Person
from wiki.api.plugin import Instance
from wiki.api.translation import gettext

from .links import who_of_side
from .models import BlockRow, QuietRow, SideRow
from .someone import Someone
from .subjects import Subject

WORDS = 400
#: different people after whose reports someone introduces nobody any more
REPORTS = 3
#: introductions of one sender to the same recipient a day; to one recipient by all, by all of one
#: sister (who says as whom she asks); from a network
_SAME, _ONE, _ONE_OF_SISTER, _NETWORK = 3, 20, 8, 20
_ADDRESS = re.compile(r"\S@\S")


def check_words(words: str) -> str:
    """The words as they are kept: a line or two, without an address. Raises BadField."""
    said = "\n".join(" ".join(line.split()) for line in words.strip().splitlines())
    if not said or len(said) > WORDS:
        raise BadField("words", gettext("Say it in a line or two; 400 characters at most."))
    if any(not char.isprintable() and char != "\n" for char in said):
        raise BadField("words", gettext("This holds characters that cannot be seen."))
    if _ADDRESS.search(said):
        raise BadField(
            "words",
            gettext("Leave mail addresses out: each learns the other’s once both have said yes."),
        )
    return said


def check_team(subject: Subject, someone: Someone) -> None:
    """Raises BadField where nobody can be asked about the subject, or only whom it is about."""
    if not subject.team:
        raise BadField(
            "", gettext("Nobody who looks after this page reads mails here yet: write on the page.")
        )
    if not subject.open:
        raise BadField("", gettext("This no longer waits for an answer."))
    if someone.person in subject.team and not someone.by_address:
        raise BadField("", gettext("This is looked after by the very person that you would bring."))


def check_proposer(person: Person | None, instance: Instance) -> None:
    """Raises Forbidden for a newcomer whom nobody has read yet, and a visitor who will be one.

    A proposal sends words of theirs to any address: whoever signs up to do that gets no further.
    """
    if person.held if person else instance.settings.first_posts == "reviewed":
        raise Forbidden(
            gettext(
                "Your first text is read by someone before you bring others together. Until then, "
                "you can answer for yourself."
            ),
            [] if person else [(gettext("Present myself"), f"{action_url('new')}?type=person")],
        )


def check_trust(instance: Instance, who: str) -> None:
    """Raises Forbidden for one whom several people have reported."""
    asked = select(func.count()).where(BlockRow.sender == who, BlockRow.reported.is_(True))
    if (instance.private.find_value(asked) or 0) >= REPORTS:
        raise Forbidden(
            gettext("Several people have asked not to hear from you: nothing more is sent.")
        )


def is_quiet(instance: Instance, who: str) -> bool:
    """Whether they are not to be proposed any more."""
    return instance.private.find_row(QuietRow, who) is not None


def refusing(
    session: Session, instance: Instance, sides: Sequence[SideRow], sender: str
) -> set[str]:
    """The sides that want nothing from the sender: for them it is a no that nobody hears."""
    known = {side.id: who_of_side(instance, side) for side in sides}
    blocking = select(BlockRow.who).where(BlockRow.sender == sender)
    blocks = set(session.scalars(blocking.where(BlockRow.who.in_(known.values()))))
    return {side for side, who in known.items() if who in blocks}


def spend(instance: Instance, sender: str, recipients: Sequence[str], origin: str) -> None:
    """Counts against the limits of a day. Raises TooMany."""
    most = instance.settings.introductions_per_day
    limits = [
        Limit(f"introductions:{sender}", most, DAY),
        Limit(f"introductions@{client_network(origin)}", _NETWORK * max(most, 1), DAY),
    ]
    for one in recipients:
        limits.append(Limit(f"introductions:{sender}>{one}", _SAME, DAY))
        limits.append(Limit(f"introductions>{one}", _ONE, DAY))
    try:
        count_attempts(instance.private, limits)
    except TooMany as error:
        raise TooMany(
            gettext("That is as many introductions as one day takes. Nothing was sent; tomorrow."),
            retry_after=error.retry_after,
        ) from None


def spend_of_sister(
    instance: Instance, sister: str, sender: str, recipients: Sequence[str]
) -> None:
    """Counts what a sister asks: as one person's, and all of hers as a network's. Raises Forbidden.

    Not TooMany, which it would answer by asking again.
    """
    most = instance.settings.introductions_per_day
    limits = [
        Limit(f"introductions:{sender}", most, DAY),
        Limit(f"introductions@{sister}", _NETWORK * max(most, 1), DAY),
    ]
    for one in recipients:
        # Most of what somebody can take in a day is left to their own site.
        limits += [
            Limit(f"introductions:{sender}>{one}", _SAME, DAY),
            Limit(f"introductions@{sister}>{one}", _ONE_OF_SISTER, DAY),
            Limit(f"introductions>{one}", _ONE, DAY),
        ]
    try:
        count_attempts(instance.private, limits)
    except TooMany:
        raise Forbidden(gettext("That is as many introductions as one day takes.")) from None


def no_room(name: str) -> str:
    """What is said where someone is not to be asked now; why is theirs."""
    return gettext(
        "{name} is not to be asked just now: they have been asked as much as they can take. "
        "Somebody else may be glad to be."
    ).format(name=name)
