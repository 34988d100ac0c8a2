"""Into the programme, and out of it again: only with the word of the project's team."""

from wiki.api import (
    BadField,
    Forbidden,
    Page,
    Reader,
    change_page,
    edit_head,
    get_person,
    gettext,
    normalise,
)

from . import keeping
from .calls import Call, may_organise
from .deciding import decision_of
from .models import ApplicationRow
from .states import LIVE, SELECTED


def is_selected(reader: Reader, row: ApplicationRow) -> bool:
    """Whether the team was told that its project is selected."""
    decision = decision_of(reader.instance, row.id)
    return (
        row.state in LIVE and decision is not None and decision.told and decision.choice == SELECTED
    )


def agree(reader: Reader, row: ApplicationRow) -> None:
    """The team would be glad to stand in the programme; said twice, it is said once."""
    if is_selected(reader, row) and row.agreed is None:
        keeping.settle(reader.instance, row.id, agreed=reader.instance.private.now())


def in_programme(call: Call, project: str) -> bool:
    """Whether the project stands in the programme of ``call``, as its reader sees it."""
    return project in call.event.programme


def add(reader: Reader, row: ApplicationRow) -> None:
    """Puts the project last in the event's programme. Raises BadField, and what saving does.

    The order and the writing of the others stay as they are; pressed twice, it stands there once.
    """
    if row.agreed is None or not is_selected(reader, row):
        raise BadField("", gettext("The team has not said yet that it would stand there."))

    def added(page: Page) -> str:
        words = list(page.head.words("programme"))
        if row.project in {reader.resolve(one) for one in page.head.links("programme")}:
            return page.text
        return edit_head(page.text, {"programme": [*words, f"[[{row.project}]]"]})

    change_page(reader, row.event, added, gettext("Added a project to the programme"))


def disagree(reader: Reader, row: ApplicationRow) -> bool:
    """The team no longer wants to stand there; False where the programme has to be changed by hand.

    It acts with the right of who decided, while they still organise it, in the name of who asks.
    """
    keeping.settle(reader.instance, row.id, agreed=None)
    decision = decision_of(reader.instance, row.id)
    who = decision.row.person if decision else None
    organiser = get_person(reader.instance.private, who) if who else None
    acting = Reader(reader.instance, organiser)

    def removed(page: Page) -> str:
        words = [
            word
            for word, target in zip(
                page.head.words("programme"), page.head.links("programme"), strict=True
            )
            if acting.resolve(target) != row.project and normalise(target) != row.project
        ]
        return edit_head(page.text, {"programme": words or None})

    page = acting.page_here(row.event)
    if page is None:
        return True
    named = {acting.resolve(one) for one in page.head.links("programme")}
    if row.project not in named:
        return True
    if organiser is None or may_organise(acting, row.event) is None:
        return False
    try:
        change_page(acting, row.event, removed, gettext("Took a project out"), by=reader)
    except (BadField, Forbidden):
        return False
    return True


def tell_presented(reader: Reader, row: ApplicationRow) -> None:
    """The team says on its page that the project was shown there. Raises what saving does."""

    def said(page: Page) -> str:
        if row.event in {reader.resolve(one) for one in page.head.links("presented")}:
            return page.text
        words = list(page.head.words("presented"))
        return edit_head(page.text, {"presented": [*words, f"[[{row.event}]]"]})

    change_page(reader, row.project, said, gettext("Told where it was presented"))
