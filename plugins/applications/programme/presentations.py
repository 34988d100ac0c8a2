"""That a project was presented stands on its page from the morning after, and can be objected to.

::

    agreed, in the programme, the evening held ──▶ ``presented`` on the page, and a mail
    “we were not there” ──▶ not on the page any more; “we were, after all” ──▶ on it again
"""

from datetime import time, timedelta

from sqlalchemy import select

from wiki.api.errors import WikiError
from wiki.api.mail import Mail, compose_mail, queue_mail, wake_sender
from wiki.api.pages import Page, edit_head
from wiki.api.pages.editing import change_page
from wiki.api.paths import action_url
from wiki.api.people import Person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, get_title, resolve_target, system_reader
from wiki.api.reading.rows import PageRow
from wiki.api.translation import gettext

from ..calls import call_at
from ..links import PRESENTED
from ..models import ApplicationRow, PresentedRow
from ..ownership import standing, team_accounts
from ..states import LIVE
from . import entries

#: from this hour of the site on, the morning after; so many days later it is no news any more
HOUR, LATE = time(9), timedelta(days=14)
#: an evening that was agreed to longer ago is not looked at
_BACK = timedelta(days=400)


def run(instance: Instance) -> None:
    """Writes it on the pages whose morning has come, and tells their teams; each by itself."""
    told = False
    rows = _agreed(instance)
    pages = standing(instance, rows)
    for row in rows:
        if row.id in pages and _is_due(instance, row):
            told = _tell(instance, row, pages[row.id]) or told
    if told:
        wake_sender(instance)


def row_of(instance: Instance, application: str) -> PresentedRow | None:
    """What became of it, once its team was told."""
    return instance.private.find_row(PresentedRow, application)


def say_presented(reader: Reader, row: ApplicationRow, *, unasked: bool = False) -> None:
    """Has the project's page say that it was presented there. Raises what saving does."""

    def said(page: Page) -> str:
        if row.event in {resolve_target(reader, one) for one in page.head.links("presented")}:
            return page.text
        words = list(page.head.words("presented"))
        return edit_head(page.text, {"presented": [*words, f"[[{row.event}]]"]})

    words = gettext("Told where it was presented")
    change_page(reader, row.project, said, words, unasked=unasked)
    _settle(reader.instance, row.id, objected=False)


def object_to(reader: Reader, row: ApplicationRow) -> None:
    """Takes it off the project's page again, for good. Raises what saving does."""

    def without(page: Page) -> str:
        links = zip(page.head.words("presented"), page.head.links("presented"), strict=False)
        kept = [word for word, one in links if row.event not in (one, resolve_target(reader, one))]
        return edit_head(page.text, {"presented": kept or None})

    change_page(reader, row.project, without, gettext("Took back where it was presented"))
    _settle(reader.instance, row.id, objected=True)


def says_so(reader: Reader, page: PageRow, event: str) -> bool:
    """Whether the project's page says that it was presented there."""
    return event in {resolve_target(reader, one) or one for one in page.facts.get("presented", ())}


def _agreed(instance: Instance) -> list[ApplicationRow]:
    """The applications whose teams agreed, and of which nobody was told yet."""
    known = select(PresentedRow.application)
    asked = select(ApplicationRow).where(
        ApplicationRow.agreed > instance.private.now() - _BACK,
        ApplicationRow.state.in_(LIVE),
        ApplicationRow.project != "",
        ApplicationRow.id.not_in(known),
    )
    return instance.private.list_rows(asked.order_by(ApplicationRow.id))


def _is_due(instance: Instance, row: ApplicationRow) -> bool:
    reader = system_reader(instance, "applications")
    call = call_at(reader, row.event)
    if call is None or call.event.when is None or call.event.cancelled:
        return False
    zone = instance.settings.zone
    if instance.private.now().astimezone(zone).time() < HOUR:
        return False
    over = call.event.when.is_over
    lately = over(reader.today, zone) and not over(reader.today - LATE, zone)
    return (
        lately
        and row.project in entries.named_in(instance, call)
        and entries.is_selected(reader, row)
    )


def _tell(instance: Instance, row: ApplicationRow, page: PageRow) -> bool:
    """Writes it and tells the team, once; False where nobody of it may change the page now."""
    team = team_accounts(instance, [page])[page.path]
    for person in team:
        try:
            say_presented(Reader(instance, person), row, unasked=True)
        except WikiError:
            continue
        break
    else:
        return False
    mails = [_mail(instance, row, page, person) for person in team]
    with instance.private.session() as session:
        if session.get(PresentedRow, row.id) is None:
            session.add(PresentedRow(application=row.id, at=instance.private.now(), objected=False))
            for mail in mails:
                queue_mail(instance.private, session, mail)
    return True


def _mail(instance: Instance, row: ApplicationRow, page: PageRow, person: Person) -> Mail:
    return compose_mail(
        instance,
        f"applications:{row.id}:presented:{person.id}",
        person,
        "applications/mail/presented",
        url=PRESENTED.url(instance, row.id, person.id, 0),
        secret=True,
        project=page.title,
        event=get_title(Reader(instance, person), row.event),
        page=instance.settings.public_url + action_url(f"application/{row.id}"),
    )


def _settle(instance: Instance, application: str, *, objected: bool) -> None:
    with instance.private.session() as session:
        row = session.get(PresentedRow, application)
        if row is not None:
            row.objected = objected
