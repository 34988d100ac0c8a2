"""Asks for news by mail: once a milestone, one mail a month and person, for all of their projects.

::

    due today ──▶ one of its team ──▶ a row (project, since, months) and a mail ──▶ a link a choice
                                              │ never twice                            │
                                      none while one is open                           ▼
                                                                                  answer_views.py
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import func, select

from wiki.api.mail import Mail, compose_mail, queue_mail, wake_sender
from wiki.api.panels import Waiting
from wiki.api.paths import action_url, page_url
from wiki.api.people import Person
from wiki.api.plugin import Instance, hookimpl
from wiki.api.reading import Reader, find_redirect, get_title, page_exists, system_reader
from wiki.api.reading.rows import get_rows
from wiki.api.translation import gettext, use_language

from .due import Owed, owed, who_tells
from .models import RequestRow, StopRow
from .news import STATE, quick_choices
from .tokens import ANSWER, NOTHING, STOP, TELL

TASK = "news.ask"
#: mails a day, and projects that one of them asks about
MAILS_A_DAY, IN_ONE_MAIL = 50, 8
#: a link in a mail is good for so long; nobody gets a second mail sooner than after MONTH
GOOD_FOR, MONTH = timedelta(days=60), timedelta(days=31)
_SHOWN = 5


def run(instance: Instance) -> int:
    """Asks for the news that is due, at most ``MAILS_A_DAY``; how many mails there were."""
    if not instance.settings.news_requests:
        return 0
    left = MAILS_A_DAY - _asked_today(instance)
    sent = 0
    for person, asked in _groups(instance):
        if sent >= left:
            break
        sent += _ask(instance, person, asked[:IN_ONE_MAIL])
    if sent:
        wake_sender(instance)
    return sent


@hookimpl
def waiting(reader: Reader) -> list[Waiting]:
    """The requests of the person that are open: where does it stand?"""
    if reader.person is None:
        return []
    instance = reader.instance
    asked = (
        select(RequestRow.project)
        .where(
            RequestRow.person == reader.person.id,
            RequestRow.answered.is_(None),
            RequestRow.expires > instance.private.now(),
        )
        .order_by(RequestRow.asked.desc())
        .limit(_SHOWN)
    )
    paths = instance.private.list_rows(asked)
    rows = get_rows(reader, list(dict.fromkeys(moved(reader, path) for path in paths)))
    return [
        Waiting(
            gettext("Where does {project} stand? One sentence is enough").format(project=row.title),
            action_url("news/tell", row.path),
        )
        for row in rows.values()
        if reader.may_edit(row.path)
    ]


def moved(reader: Reader, path: str) -> str:
    """Where the page that was at ``path`` is now; that path itself where nobody knows."""
    return path if page_exists(reader, path) else find_redirect(reader, path) or path


def _groups(instance: Instance) -> Iterator[tuple[Person, list[Owed]]]:
    """Whom to ask, each with what they are to be asked about; who had a mail lately is left out."""
    everything = system_reader(instance, "news")
    asked, open_ = _asked(everything)
    stopped, lately = _stopped(everything), _lately(instance)
    groups: dict[str, tuple[Person, list[Owed]]] = {}
    for one in owed(instance):
        if one.row.path in open_ or (one.row.path, one.since, one.months) in asked:
            continue
        person = who_tells(instance, one.row, stopped)
        if person is not None and person.id not in lately:
            groups.setdefault(person.id, (person, []))[1].append(one)
    yield from groups.values()


def _asked(everything: Reader) -> tuple[set[tuple[str, date, int]], set[str]]:
    """The milestones that were asked about, and the projects with an open request, by their
    present paths.
    """
    now = everything.instance.private.now()
    rows = everything.instance.private.list_tuples(
        select(
            RequestRow.project,
            RequestRow.since,
            RequestRow.months,
            RequestRow.expires,
            RequestRow.answered,
        )
    )
    here = {path: moved(everything, path) for path in {row.project for row in rows}}
    return (
        {(here[row.project], date.fromisoformat(row.since), row.months) for row in rows},
        {here[row.project] for row in rows if row.answered is None and row.expires > now},
    )


def _stopped(everything: Reader) -> dict[str, set[str]]:
    rows = everything.instance.private.list_tuples(select(StopRow.person, StopRow.project))
    found: dict[str, set[str]] = {}
    for person, project in rows:
        found.setdefault(person, set()).add(moved(everything, project) if project else "")
    return found


def _lately(instance: Instance) -> set[str]:
    since = instance.private.now() - MONTH
    asked = select(RequestRow.person).where(RequestRow.asked > since)
    return {person for person in instance.private.list_rows(asked) if person}


def _asked_today(instance: Instance) -> int:
    since = instance.private.now() - timedelta(days=1)
    counted = select(func.count(func.distinct(RequestRow.person)))
    return instance.private.find_value(counted.where(RequestRow.asked > since)) or 0


def _ask(instance: Instance, person: Person, asked: Sequence[Owed]) -> bool:
    """Notes the requests and puts the mail, in one transaction; whether there was any."""
    private = instance.private
    with private.session(TASK) as session:
        lately = select(RequestRow.id).where(
            RequestRow.person == person.id, RequestRow.asked > private.now() - MONTH
        )
        if session.scalar(lately.limit(1)) is not None:
            return False
        noted = []
        for one in asked:
            if session.scalar(select(RequestRow.id).where(RequestRow.key == one.key)) is not None:
                continue
            row = RequestRow(
                id=token_hex(8),
                key=one.key,
                project=one.row.path,
                since=one.since.isoformat(),
                months=one.months,
                person=person.id,
                asked=private.now(),
                expires=private.now() + GOOD_FOR,
                outcome="",
            )
            session.add(row)
            noted.append((one, row.id))
        if not noted:
            return False
        session.flush()
        return queue_mail(private, session, _mail(instance, person, noted))


def _mail(instance: Instance, person: Person, noted: Sequence[tuple[Owed, str]]) -> Mail:
    site = instance.settings.public_url
    return compose_mail(
        instance,
        f"news:ask:{noted[0][1]}",
        person,
        "news/mail/ask",
        # Its links let whoever holds them answer.
        secret=True,
        projects=[
            _project(instance, person, one, request) | {"url": site + page_url(one.row.path)}
            for one, request in noted
        ],
        stop=site + action_url("account/watching"),
    )


def _project(instance: Instance, person: Person, one: Owed, request: str) -> dict[str, Any]:
    reader = Reader(instance, person)
    with use_language(person.lang):
        quick = quick_choices(reader, one.row.first(STATE))
    return {
        "title": one.row.title,
        "shown": one.since,
        "event": get_title(reader, one.event) if page_exists(reader, one.event) else "",
        "last": one.last.plain if one.last else "",
        "day": date.fromisoformat(one.last.date) if one.last and one.last.date else None,
        "months": one.months,
        "choices": [
            {"label": words, "url": ANSWER.url(instance, request, state)} for state, words in quick
        ],
        "tell": ANSWER.url(instance, request, TELL),
        "nothing": ANSWER.url(instance, request, NOTHING),
        "end": ANSWER.url(instance, request, STOP),
    }
