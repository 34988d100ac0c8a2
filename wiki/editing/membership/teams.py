"""Who is in a team: putting someone in by a commit, leaving, and projects that nobody is left for.

::

    invitation accepted ─┐
    offer accepted ──────┼──▶ join_team ──▶ one commit: a person page if none, `team` of the page
    an admin hands over ─┘                  with the account joined to the page
"""

from dataclasses import replace
from datetime import date

from wiki.editing.makers import WITH_TEAM, joined, page_for
from wiki.editing.rights import author_of, check_may_edit, check_rights_kept, someone
from wiki.editing.templates import one_line
from wiki.editing.write_queue import write_turn
from wiki.errors import BadField, Forbidden
from wiki.instance import Instance
from wiki.pages.head.changes import edit_head
from wiki.pages.head.frontmatter import Head
from wiki.pages.members import Member, member_of, members
from wiki.pages.members import written as as_written
from wiki.pages.page import Page
from wiki.people.accounts import accounts_named, get_person
from wiki.people.audit import record_audit
from wiki.people.person import Person
from wiki.projections.cataloguing.facts import page_named
from wiki.projections.pagespan import levels, space_of, type_of
from wiki.reading import Reader
from wiki.reading.pages import get_page
from wiki.repository.commit import Change, commit
from wiki.translation import gettext as _


def team_home(reader: Reader, path: str) -> str | None:
    """The page whose ``team`` someone invited at ``path`` would join; None where there is none.

    The nearest page with a team, else the project, dossier or event that the page belongs to. The
    team of a person page is its account alone.
    """
    at = levels(reader.instance.repository, reader.head)
    team_page = reader.access(path).team_page
    if team_page is None:
        heads = [*at.above(path), *([(path, own)] if (own := at.head(path)) is not None else [])]
        team_page = space_of(path, heads)
        if team_page is None or type_of(at.head(team_page)) not in WITH_TEAM:
            return None
    return None if type_of(at.head(team_page)) == "person" else team_page


def join_team(reader: Reader, path: str, person: Person) -> Person:
    """Puts ``person`` in the team of the page ``path``, in the name of who asks.

    They are given a person page if they have none. Returns the account as it then is. Raises
    Forbidden where the team is not for the reader to change, and BadField where the page's head
    cannot be changed.
    """
    with write_turn(reader.instance):
        reader = reader.renewed()
        page = _changeable(reader, path)
        changes: dict[str, Change] = {}
        now = get_person(reader.instance.private, person.id)
        person = replace(person, page=now.page if now else person.page)
        own = page_for(reader, person, changes)
        if own not in _standing(page.head, reader.today):
            # Of two entries for one name the first counts: one whose day is over goes.
            words = [*_others(page, "team", own), f"[[{own}]]"]
            changes[page.file] = _with_team(reader, page, words)
        if changes:
            said = _("Welcomed {name} in the team of “{title}”")
            message = one_line(said.format(name=person.name, title=page.title))
            with joined(reader, person, own):
                commit(reader.instance.repository, reader.head, changes, author_of(reader), message)
            person = replace(person, page=own)
        record_audit(reader.instance.private, someone(reader).id, "team", path, person.id)
    return person


def leave_team(reader: Reader, path: str) -> None:
    """Takes who asks out of the team of ``path``. Raises Forbidden, BadField for the last of it."""
    with write_turn(reader.instance):
        reader = reader.renewed()
        page = _changeable(reader, path)
        own = someone(reader).page
        names = page.head.words("team")
        kept = [name for name in names if own is None or _named(name) != own]
        if len(kept) == len(names):
            raise BadField("team", _("You are not in this team."))
        if not kept:
            raise BadField(
                "team", _("You are the last of the team: first invite who goes on after you.")
            )
        changes: dict[str, Change] = {page.file: _with_team(reader, page, kept)}
        message = one_line(_("Left the team of “{title}”").format(title=page.title))
        commit(reader.instance.repository, reader.head, changes, author_of(reader), message)
        record_audit(reader.instance.private, someone(reader).id, "team-left", path)


def set_member(reader: Reader, path: str, key: str, member: Member) -> None:
    """Puts someone or a group in the line ``team`` or ``readers`` of the page, for as long as said.

    In place of what the line says of them. Raises Forbidden, BadField.
    """
    with write_turn(reader.instance):
        reader = reader.renewed()
        page = _changeable(reader, path)
        words = [*_others(page, key, member.name), as_written(member)]
        _commit_line(reader, page, key, words, _("Who is in the team, and who reads"))


def remove_member(reader: Reader, path: str, key: str, name: str) -> None:
    """Takes someone or a group out of the line. Raises Forbidden, BadField for the last of a team.

    Who is not in it is no fault.
    """
    with write_turn(reader.instance):
        reader = reader.renewed()
        page = _changeable(reader, path)
        words = _others(page, key, name)
        if len(words) == len(page.head.words(key)):
            return
        if key == "team" and not words:
            raise BadField(
                "member", _("This is the last of the team: first put someone else in it.")
            )
        _commit_line(reader, page, key, words, _("Who is in the team, and who reads"))


def _others(page: Page, key: str, name: str) -> list[str]:
    """The entries of the line but for those of that name, as they are written."""
    return [word for word in page.head.words(key) if _named(word) != page_named(name)]


def _commit_line(reader: Reader, page: Page, key: str, words: list[str], message: str) -> None:
    after = Page(page.path, page.file, edit_head(page.text, {key: words or None}))
    check_rights_kept(reader, page, after)
    changes: dict[str, Change] = {page.file: after.text.encode()}
    commit(reader.instance.repository, reader.head, changes, author_of(reader), message)
    record_audit(reader.instance.private, someone(reader).id, f"line-{key}", page.path)


def is_left_alone(instance: Instance, path: str) -> bool:
    """Whether ``path`` is a project in whose team nobody has an account that is in use.

    Says so whoever asks, so it is for those who may read the page.
    """
    now = instance.projections.commit()
    project = levels(instance.repository, now).head(path)
    if project is None or type_of(project) != "project" or project.broken:
        return False
    if "team" in project.doubtful:
        return False
    today = instance.private.now().astimezone(instance.settings.zone).date()
    people = _standing(project, today)

    def look() -> bool:
        return all(person.disabled for person in accounts_named(instance.private, people))

    return instance.private.remembered(("left alone", path, people), look)


def team_of(page: Page) -> list[str]:
    """The person pages that the head of a page names as its team."""
    return [page_named(name) for name in page.team]


def _standing(head: Head, today: date) -> tuple[str, ...]:
    """Whom the line ``team`` names and whose day, if any, is not over: paths, names of groups."""
    found = members(head, "team")
    return tuple(page_named(one.name) for one in found if one.until is None or today <= one.until)


def _changeable(reader: Reader, path: str) -> Page:
    check_may_edit(reader, path)
    if not reader.may_change_rights(path):
        raise Forbidden(_("Only its team or an administrator may say who is in it."))
    return get_page(reader, path)


def _with_team(reader: Reader, page: Page, words: list[str]) -> bytes:
    after = Page(page.path, page.file, edit_head(page.text, {"team": words}))
    check_rights_kept(reader, page, after)
    return after.text.encode()


def _named(word: str) -> str:
    """The path that one entry of ``team`` names."""
    found = member_of(word)
    return page_named(found.name) if found else ""
