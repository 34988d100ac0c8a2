"""Makes, and opens, the draft page of what was signalled: once, however often it is asked for."""

from dataclasses import replace
from urllib.parse import quote

from babel.dates import format_date

from wiki.api.pages import Page, edit_head
from wiki.api.pages.editing import change_page, write_turn
from wiki.api.pages.spaces import NewSpace, ensure_own_page, make_space, space_path
from wiki.api.paths import file_url, join
from wiki.api.people import Person, get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, is_taken, page_exists
from wiki.api.translation import gettext, use_language

from .models import SignalRow
from .plaintext import markdown_of
from .store import DRAFT, HELD, MAKING, files_of, find, move, unmade

#: where drafts are made, and whose right to write there is asked for
PLACE = "projets"
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


def may_draft(instance: Instance, person: Person | None) -> bool:
    """Whether what they signal becomes a draft at once, without the team."""
    return person is not None and Reader(instance, person).may_edit(join(PLACE, "nouveau"))


def make_draft(instance: Instance, signal_id: str, maker: Person) -> str:
    """The path of the draft page, made now if it is not there; ``maker`` is in its team.

    Killed in the middle it can be called again. Raises what ``make_space`` does, and NotFound.
    """
    with write_turn(instance), use_language(instance.settings.lang):
        row = find(instance, signal_id)
        if row.state != MAKING:
            return row.path or ""
        if row.path and is_taken(Reader(instance, maker), row.path):
            move(instance, row.id, MAKING, DRAFT)
            return row.path
        # In a commit of its own: the history of the draft must say nothing beside a public page.
        ensure_own_page(Reader(instance, maker))
        reader = Reader(instance, maker).renewed()
        new = NewSpace(
            "project",
            row.title,
            summary=row.summary,
            territory=row.territory,
            above=PLACE,
            visibility="team",
            files=files_of(instance, row.id),
        )
        path = space_path(reader, new)
        move(instance, row.id, MAKING, MAKING, path=path, maker=maker.id)
        credit = _credit(reader, row)
        found = row.created.astimezone(instance.settings.zone)
        day = format_date(found, "long", locale=instance.settings.lang)
        new = replace(new, at=path, opening=lambda at: _opening(row, at, new, credit, day))
        make_space(reader, new)
        move(instance, row.id, MAKING, DRAFT)
        return path


def finish(instance: Instance) -> None:
    """Makes the drafts that were begun; where nobody may any more, the team has it to read."""
    for row in unfinished(instance):
        maker = get_person(instance.private, row.person) if row.person else None
        if row.path and is_taken(Reader(instance), row.path):
            move(instance, row.id, MAKING, DRAFT)
        elif maker is not None and may_draft(instance, maker):
            make_draft(instance, row.id, maker)
        else:
            move(instance, row.id, MAKING, HELD, path=None)


def unfinished(instance: Instance) -> list[SignalRow]:
    """Rows whose page was being made; while somebody makes one, they hold the lock."""
    with write_turn(instance):
        return unmade(instance)


def publish(reader: Reader, row: SignalRow, path: str) -> None:
    """Opens the draft to whoever may read what is around it, in the name of who asks.

    They may if it is theirs, else by the right of who is in its team. Raises as ``change_page``.
    """
    acting = reader
    maker = get_person(reader.instance.private, row.maker) if row.maker else None
    if maker is not None and not reader.may_change_rights(path):
        acting = Reader(reader.instance, maker)

    def opened(page: Page) -> str:
        return edit_head(page.text, {"visibility": None})

    change_page(acting, path, opened, gettext("Opened to everyone"), by=reader)


def _credit(reader: Reader, row: SignalRow) -> str:
    """Who found it: their page, or the name they gave."""
    finder = get_person(reader.instance.private, row.person) if row.person else None
    if finder is not None and finder.page and page_exists(reader, finder.page):
        return f"[[{finder.page}]]"
    return markdown_of(finder.name if finder else row.name)


def _opening(row: SignalRow, path: str, new: NewSpace, credit: str, day: str) -> str:
    parts = [markdown_of(row.text)]
    for name in new.files:
        url = file_url(join(path, name))
        picture = name.endswith(_PICTURES)
        parts.append(f"![{markdown_of(row.title)}]({url})" if picture else f"[{name}]({url})")
    if row.link:
        parts.append(f"<{quote(row.link, safe=_IN_URLS)}>")
    if credit:
        words = gettext("Signalled by {who} on {day}.")
        parts.append(words.format(who=credit, day=day))
    return "\n\n".join(part for part in parts if part)


_IN_URLS = ":/?#[]@!$&'()*+,;=-._~%"
