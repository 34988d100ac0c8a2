"""Into the programme, and out of it again: only with the word of the project's team."""

from collections.abc import Iterator
from contextlib import suppress

from wiki.api.errors import BadField, Forbidden, NotFound
from wiki.api.pages import Page, edit_head
from wiki.api.pages.editing import change_page
from wiki.api.people import get_person
from wiki.api.plugin import Instance
from wiki.api.programmes import ProgrammeEntry, programme_entries, programme_paths, programme_word
from wiki.api.reading import Reader, find_page, resolve_target, system_reader
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext

from .. import store
from ..calls import Call, may_organise
from ..decisions import decision_of
from ..models import ApplicationRow
from ..ownership import team_accounts
from ..states import LIVE, SELECTED
from . import consent
from .consent import Words


def is_selected(reader: Reader, row: ApplicationRow) -> bool:
    """Whether the team was told that its project is selected."""
    decision = decision_of(reader.instance, row.id)
    return (
        row.state in LIVE and decision is not None and decision.told and decision.choice == SELECTED
    )


def agree(reader: Reader, row: ApplicationRow, words: Words) -> bool:
    """The team has ``words`` stand in the programme, from now on; said again, with other words.

    Whether they stand there: where nobody may change the page in the name of who prepares the
    event, somebody of them adds it.
    """
    if not is_selected(reader, row):
        return False
    instance = reader.instance
    consent.keep_words(instance, row.id, words)
    if row.agreed is None:
        store.settle(instance, row.id, agreed=instance.private.now())
    for acting in _acting(reader, row):
        with suppress(BadField, Forbidden, NotFound):
            _put(acting, row, words, by=reader)
            return True
    return False


def named_in(instance: Instance, call: Call) -> frozenset[str]:
    """The projects that stand in the programme of ``call``, whoever may read their pages."""
    return frozenset(programme_paths(system_reader(instance, "applications"), call.event))


def add(reader: Reader, row: ApplicationRow) -> None:
    """Puts the project last in the event's programme. Raises BadField, and what saving does.

    The order and the writing of the others stay as they are; pressed twice, it stands there once.
    """
    if row.agreed is None or not is_selected(reader, row):
        raise BadField("", gettext("The team has not said yet that it would stand there."))
    _put(reader, row, consent.words_of(reader.instance, row.id), by=reader)


def disagree(reader: Reader, row: ApplicationRow) -> bool:
    """The team no longer wants to stand there; False where the programme has to be changed by hand.

    It acts with the right and in the name of who prepares the event.
    """
    if row.agreed is not None:
        store.settle(reader.instance, row.id, agreed=None)
    return take_out(reader, row)


def take_out(reader: Reader, row: ApplicationRow) -> bool:
    """Takes what is said of the project out of the programme; False where nobody of them may."""

    def removed(page: Page) -> str:
        here = _entry_of(reader, row, page)
        kept = [one.word for one in programme_entries(page.head) if one != here]
        return page.text if here is None else edit_head(page.text, {"programme": kept or None})

    page = find_page(system_reader(reader.instance, "applications"), row.event)
    done = page is None or _entry_of(reader, row, page) is None
    for acting in () if done else _acting(reader, row):
        with suppress(BadField, Forbidden, NotFound):
            change_page(acting, row.event, removed, gettext("Took a project out"))
            done = True
            break
    if done:
        consent.drop_words(reader.instance, row.id)
    return done


def _put(acting: Reader, row: ApplicationRow, words: Words | None, *, by: Reader) -> None:
    """Has the programme say ``words`` of the project, where it stands or last."""
    word = programme_word(row.project, *((words.title, words.summary) if words else ()))

    def added(page: Page) -> str:
        stand = [one.word for one in programme_entries(page.head)]
        here = _entry_of(by, row, page)
        if here is None:
            return edit_head(page.text, {"programme": [*stand, word]})
        if words is None or here.word == word:
            return page.text
        shown = [word if one == here.word else one for one in stand]
        return edit_head(page.text, {"programme": shown})

    # In the name of who prepares the event: the public is told name and sentence, and not whose.
    change_page(acting, row.event, added, gettext("Added a project to the programme"))


def _entry_of(reader: Reader, row: ApplicationRow, page: Page) -> ProgrammeEntry | None:
    """What the programme says of the project, whoever may read its page."""
    whole = system_reader(reader.instance, "applications")
    for one in programme_entries(page.head):
        if row.project in (one.target, resolve_target(whole, one.target)):
            return one
    return None


def _acting(reader: Reader, row: ApplicationRow) -> Iterator[Reader]:
    """Who may change the programme: whoever selected the project, else the team of the event.

    They asked the team whether it would stand there; its answer does what they asked for.
    """
    instance = reader.instance
    decision = decision_of(instance, row.id)
    who = decision.row.person if decision else None
    event = get_row(system_reader(instance, "applications"), row.event)
    team = team_accounts(instance, [event])[event.path] if event is not None else []
    for person in (get_person(instance.private, who) if who else None, *team):
        if person is None or person.disabled or person.held:
            continue
        acting = Reader(instance, person)
        if may_organise(acting, row.event) is not None and acting.may_edit(row.event):
            yield acting
