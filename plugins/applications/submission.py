"""Proposing a project: what the form holds, and the space that is made of it at once."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from wiki.api.errors import BadField, Forbidden
from wiki.api.limits import DAY, Limit, count_attempts
from wiki.api.pages import Page, edit_head
from wiki.api.pages.editing import change_page, write_turn
from wiki.api.pages.spaces import NewSpace, ensure_own_page, make_space, space_path
from wiki.api.people import Person, get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.rows import PageRow, list_own_spaces
from wiki.api.translation import gettext, use_language, written_language

from . import store
from .calls import Call
from .models import ApplicationRow
from .ownership import remember, standing
from .states import ASIDE, HELD, LIVE, RECEIVED, WITHDRAWN

PLACE = "projets"
LONGEST = {
    "title": 150,
    "summary": 300,
    "needs": 1000,
    "why": 1000,
    "who": 600,
    "territory": 100,
    "themes": 200,
}
#: what one account proposes a day
_A_DAY = 10
_LINES = ("needs", "why", "who")
LIST_MARK = re.compile(r"^\s*(?:[-*+•–]\s+|\d+[.)]\s+)?(?:\[[ xX-]?\]\s*)?")
_STEERS = re.compile(r"^([^\S\n]*)(:{3,}|-{3,}|#|=)", re.M)


@dataclass(frozen=True)
class Draft:
    """What the form holds of a new project; ``needs`` has one a line."""

    title: str = ""
    summary: str = ""
    needs: str = ""
    why: str = ""
    who: str = ""
    territory: str = ""
    themes: str = ""


def read_draft(form: Mapping[str, str]) -> Draft:
    """What was typed, tidied, nothing refused."""
    return Draft(**{name: _tidied(form.get(name, ""), name in _LINES) for name in LONGEST})


def check(draft: Draft, *, new: bool) -> None:
    """Raises BadField where something is missing or too long; ``new``: of a project to be made."""
    for name, most in LONGEST.items():
        if len(getattr(draft, name)) > most:
            words = gettext("At most {count} characters, please.")
            raise BadField(name, words.format(count=most))
    if new and not draft.title:
        raise BadField("title", gettext("Give it a name, or a few words that say what it is."))
    if new and not draft.summary:
        raise BadField("summary", gettext("Say in one sentence what it is."))


def check_takes(call: Call) -> None:
    """Raises BadField where the event takes no applications."""
    if not call.open:
        raise BadField("", gettext("This event no longer takes applications."))


def mine(reader: Reader) -> list[PageRow]:
    """The projects that the reader may propose: those whose team they are on."""
    return [
        row
        for row in list_own_spaces(reader)
        if row.type == "project" and row.team_page == row.path
    ]


def apply_with(reader: Reader, call: Call, project: str, why: str) -> ApplicationRow:
    """Proposes a project that is there. Raises BadField, TooMany."""
    person = _sender(reader, call)
    if project not in {row.path for row in mine(reader)}:
        raise BadField("project", gettext("Choose a project whose team you are on."))
    if person.held:
        raise Forbidden(gettext("Your first text is read by someone before you propose a project."))
    _count(reader.instance, person)
    row = _add(reader.instance, call.path, project, person, why)
    remember(reader.instance, row, anew=True)
    return row


def apply_new(reader: Reader, call: Call, draft: Draft) -> ApplicationRow:
    """Makes the space of a new project, seen by its team alone, and proposes it.

    A newcomer whose texts are read first is held: then someone who organises makes it. Raises
    BadField, Forbidden, TooMany, and what ``make_space`` does.
    """
    instance, person = reader.instance, _sender(reader, call)
    check(draft, new=True)
    if not person.held and (known := _same(reader, draft)):
        return apply_with(reader, call, known, draft.why)
    _count(instance, person)
    if person.held:
        return store.hold(instance, call.path, person, asdict(draft))[0]
    return _made(instance, call.path, person, draft, None)


def make_held(instance: Instance, row: ApplicationRow) -> ApplicationRow:
    """Makes the space of a newcomer's application, in their name, once someone has read it.

    Raises BadField where they, or what they wrote, are gone.
    """
    person = get_person(instance.private, row.person) if row.person else None
    kept = store.kept_of(instance, [row.id]).get(row.id)
    if row.state != HELD or person is None or person.disabled or kept is None:
        raise BadField("", gettext("This application has changed meanwhile: look at it again."))
    draft = Draft(**{name: getattr(kept, name) for name in LONGEST})
    return _made(instance, row.event, replace(person, held=False), draft, row)


def withdraw(instance: Instance, row: ApplicationRow) -> None:
    """Takes an application back: the programme team no longer reads the space."""
    store.move(instance, row.id, (*LIVE, HELD, ASIDE), WITHDRAWN, agreed=None)


def propose_again(reader: Reader, call: Call, row: ApplicationRow) -> ApplicationRow:
    """Proposes what was withdrawn, while the event takes applications. Raises BadField, TooMany."""
    person = _sender(reader, call)
    if not row.project:
        store.move(reader.instance, row.id, (WITHDRAWN,), HELD)
        return row
    _count(reader.instance, person)
    again = store.add(reader.instance, row.event, row.project, person, "", made=row.made)
    remember(reader.instance, again, anew=True)
    return again


def show_space(reader: Reader, path: str, *, to_all: bool) -> None:
    """Opens the space to whoever may read what is around it, or to its team alone again."""
    words = gettext("Opened to everyone") if to_all else gettext("Kept for the team")

    def changed(page: Page) -> str:
        return edit_head(page.text, {"visibility": None if to_all else "team"})

    change_page(reader, path, changed, words)


def _sender(reader: Reader, call: Call) -> Person:
    person = reader.person
    if person is None or person.role == "reader":
        raise Forbidden(gettext("This account only reads: ask an administrator for another one."))
    check_takes(call)
    return person


def _count(instance: Instance, person: Person) -> None:
    count_attempts(instance.private, [Limit(f"applications:{person.id}", _A_DAY, DAY)])


def _same(reader: Reader, draft: Draft) -> str:
    """The project of that title whose team they are on: what is sent twice is one space."""
    return next((row.path for row in mine(reader) if row.title == draft.title), "")


def _made(
    instance: Instance, event: str, person: Person, draft: Draft, held: ApplicationRow | None
) -> ApplicationRow:
    with write_turn(instance), use_language(instance.settings.lang):
        # In a commit of its own: the history of a draft must say nothing beside a public page.
        ensure_own_page(Reader(instance, person))
        reader = Reader(instance, person).renewed()
        path = "" if held else _same(reader, draft)  # the same form, sent twice at once
        new = NewSpace(
            "project",
            draft.title,
            summary=draft.summary,
            themes=[word.strip() for word in draft.themes.split(",") if word.strip()],
            territory=draft.territory,
            above=PLACE,
            visibility="team",
            opening=lambda _path: opening(draft),
        )
        if not path:
            path = space_path(reader, new)
            make_space(reader, replace(new, at=path))
        if held is None:
            row = _add(instance, event, path, person, draft.why, made=True)
            store.keep(instance, row.id, asdict(draft))
        else:
            store.move(instance, held.id, (HELD,), RECEIVED, project=path)
            row = store.find(instance, held.id)
    remember(instance, row, anew=True)
    return row


def _add(
    instance: Instance, event: str, project: str, person: Person, why: str, *, made: bool = False
) -> ApplicationRow:
    """The application of a project; what was said of another one that was at its address is not
    said of this one.
    """
    here = (ApplicationRow.event == event, ApplicationRow.project == project)
    rows = store.find_all(instance, *here)
    theirs = standing(instance, rows)
    for row in rows:
        if row.id not in theirs:
            store.settle(instance, row.id, project="", state=WITHDRAWN, agreed=None)
    return store.add(instance, event, project, person, why, made=made)


def opening(draft: Draft) -> str:
    """The first words of the space: what it needs, one line each, and who carries it."""
    french = written_language() == "fr"
    parts = []
    needs = [LIST_MARK.sub("", line).strip() for line in draft.needs.splitlines()]
    if lines := [f"- [ ] {need}" for need in needs if need]:
        name = "besoins" if french else "needs"
        parts.append(f"::: {name}\n" + "\n".join(lines) + "\n\n:::")
    if draft.who:
        title = "Qui le porte" if french else "Who carries it"
        parts.append(f"## {title}\n\n" + _STEERS.sub(r"\1\\\2", draft.who))
    return "\n\n".join(parts)


def _tidied(typed: str, lines: bool) -> str:
    text = typed.replace("\0", "").replace("\r\n", "\n")
    if not lines:
        return " ".join(text.split())
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()
