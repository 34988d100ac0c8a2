"""Asks once, by mail, whether a need without news still stands; one mail for all of someone's.

::

    asleep since ``heard`` ──▶ its owner ──▶ a row (identity, heard) and a mail ──▶ a link a need
                                                    │ never twice                       │
                                     renewed, and asleep again: another ``heard``       ▼
                                                                                   views/answers.py

What was imported may be silent for years: it is asked about once it has been here for as long as
others are silent. Nobody gets two of these mails in a month.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy import func, select

from wiki.api.mail import Mail, compose_mail, queue_mail, wake_sender
from wiki.api.panels import Waiting
from wiki.api.paths import SignedLink, action_url
from wiki.api.people import Person, accounts_named, following
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, system_reader
from wiki.api.reading.item_rows import ItemRow, find_items, get_item_moments, select_items
from wiki.api.reading.rows import get_row, list_own_spaces
from wiki.api.translation import gettext

from .lists import narrowed
from .model import NEED, SLEEPING, SLEEPS_AFTER, entry_of
from .models import QuestionRow
from .presenters import item_url, silence_words

TASK = "needs.ask"
#: mails a day, and needs that one of them asks about
MAILS_A_DAY, IN_ONE_MAIL = 50, 12
#: between two mails to one person
_REST = timedelta(days=30)
#: needs that are looked at in one go
_LOOKED_AT = 500
#: lines on the account page
_SHOWN = 5
#: a link in a mail is good for so long
GOOD_FOR = timedelta(days=60)

#: what a link may do
ACTS = ("renew", "met", "withdraw")


class Token(NamedTuple):
    """Which question a link is about, and which of ``ACTS`` it is for."""

    question: str
    act: str


#: the links of these mails: they answer without a log-in
ANSWER = SignedLink("needs-answer", "needs/answer", Token)


_ASKED = select(QuestionRow.person).distinct()


@dataclass(frozen=True)
class Asked:
    """A need that someone is to be asked about, and the row that notes it."""

    row: ItemRow
    question: str


def run(instance: Instance) -> int:
    """Asks the owners of sleeping needs, at most ``MAILS_A_DAY``; how many mails there were."""
    left = MAILS_A_DAY - _asked_today(instance)
    sent = 0
    for person, rows in _owners(instance):
        if sent >= left:
            break
        sent += _ask(instance, person, rows[:IN_ONE_MAIL])
    if sent:
        wake_sender(instance)
    return sent


def waiting_lines(reader: Reader) -> list[Waiting]:
    """The sleeping needs of the person's own spaces: do they still stand?"""
    if reader.person is None:
        return []
    spaces = [one.path for one in list_own_spaces(reader)]
    own = [reader.person.page] if reader.person.page else []
    if not spaces and not own:
        return []
    chosen = select_items(NEED.blocks, subjects=[*spaces, *own])
    rows = find_items(reader, narrowed(chosen, {SLEEPING}, reader.today), "old", _SHOWN).rows
    return [
        Waiting(
            gettext("Does it still stand? {said}").format(said=row.plain),
            item_url(NEED, row.identity),
        )
        for row in rows
        if row.identity and reader.may_edit(row.path)
    ]


def _asked_today(instance: Instance) -> int:
    since = instance.private.now() - timedelta(days=1)
    counted = select(func.count(func.distinct(QuestionRow.person)))
    return instance.private.find_value(counted.where(QuestionRow.asked > since)) or 0


def _owners(instance: Instance) -> Iterator[tuple[Person, list[ItemRow]]]:
    """Whom to ask, each with the needs that nobody was asked about since they fell asleep."""
    everything = system_reader(instance, "needs")
    chosen = narrowed(select_items(NEED.blocks), {SLEEPING}, everything.today)
    known, asked_lately = _known(instance), _asked_lately(instance)
    arrived_before = instance.private.now() - SLEEPS_AFTER
    by_person: dict[str, tuple[Person, list[ItemRow]]] = {}
    start = 0
    while rows := find_items(everything, chosen, "old", _LOOKED_AT, start).rows:
        start += len(rows)
        arrived = get_item_moments(everything, [row.number for row in rows])
        for row in rows:
            if row.identity is None or (row.identity, row.heard) in known:
                continue
            if row.number in arrived and arrived[row.number] > arrived_before:
                continue
            person = _owner(everything, row)
            if person is not None and person.id not in asked_lately:
                by_person.setdefault(person.id, (person, []))[1].append(row)
    yield from by_person.values()


def _owner(everything: Reader, row: ItemRow) -> Person | None:
    """The first of the team with an account who may change the item and takes mails."""
    instance = everything.instance
    space = get_row(everything, row.space) if row.space else None
    if space is None:
        return None
    pages: Sequence[str] = (
        [space.path] if space.type == "person" else list(space.facts.get("team", ()))
    )
    for person in accounts_named(instance.private, pages):
        if person.disabled or following(instance.private, person.id).paused:
            continue
        if Reader(instance, person).may_edit(row.path):
            return person
    return None


def _known(instance: Instance) -> set[tuple[str, str]]:
    found = instance.private.list_tuples(select(QuestionRow.identity, QuestionRow.heard))
    return {(identity, heard) for identity, heard in found}


def _asked_lately(instance: Instance) -> set[str]:
    since = instance.private.now() - _REST
    return set(instance.private.list_rows(_ASKED.where(QuestionRow.asked > since)))


def _ask(instance: Instance, person: Person, rows: Sequence[ItemRow]) -> bool:
    """Notes the questions and puts the mail, in one transaction; whether there was any."""
    private = instance.private
    with private.session(TASK) as session:
        asked = []
        for row in rows:
            known = select(QuestionRow.id).where(
                QuestionRow.identity == row.identity, QuestionRow.heard == row.heard
            )
            if session.scalar(known) is not None:
                continue
            question = QuestionRow(
                id=token_hex(8),
                identity=row.identity or "",
                heard=row.heard,
                person=person.id,
                asked=private.now(),
                expires=private.now() + GOOD_FOR,
            )
            session.add(question)
            asked.append(Asked(row, question.id))
        if not asked:
            return False
        session.flush()
        return queue_mail(private, session, _mail(instance, person, asked))


def _mail(instance: Instance, person: Person, asked: Sequence[Asked]) -> Mail:
    reader = Reader(instance, person)
    site = instance.settings.public_url
    return compose_mail(
        instance,
        f"needs:still:{asked[0].question}",
        person,
        "needs/mail/still",
        # Its links let whoever holds them answer.
        secret=True,
        needs=[
            {
                "said": one.row.plain,
                "silence": silence_words(entry_of(one.row, NEED), reader.today),
                "place": one.row.space_title or one.row.page_title,
                "url": site + item_url(NEED, one.row.identity),
                **{
                    act: ANSWER.url(instance, one.question, act)
                    for act in ("renew", "met", "withdraw")
                },
            }
            for one in asked
        ],
        stop=site + action_url("account/watching"),
    )
