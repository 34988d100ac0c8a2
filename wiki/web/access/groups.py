"""Groups of people: one's own, those that one keeps, and who is in each."""

from collections.abc import Callable, Sequence

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.errors import BadField, Forbidden, NotFound
from wiki.pages.members import GROUP
from wiki.pages.urls import action_url, page_url
from wiki.people.access import groups
from wiki.people.access.groups import Group
from wiki.people.accounts import find_person, get_person, people_by_page
from wiki.people.membership import groups_of
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.reading.pages import page_exists, resolve_target
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.admin.sections import PEOPLE, Line, Section, register
from wiki.web.forms import (
    FormFlag,
    FormText,
    FormWord,
    pressed_button,
    read_fields,
    redisplay,
    render_tool,
    see_other,
    typed_values,
)
from wiki.web.support import signed_in_person, signed_in_reader

bp = Blueprint("groups", __name__)


@bp.get("/groups")
def listed() -> Response:
    """The groups that one knows of, and the form for another one."""
    reader, person = _signed_in()
    private = reader.instance.private
    mine = groups_of(private, person.id)
    return render_tool(
        "access/groups.html",
        groups=[
            {
                "title": one.title,
                "url": action_url("groups", one.name),
                "written": GROUP + one.name,
                "mine": one.name in mine,
                "keeps": groups.may_keep(private, person, one.name),
            }
            for one in groups.groups_seen_by(private, person)
        ],
        may_make=groups.may_make(person),
        values=typed_values("title", "open"),
    )


@bp.post("/groups")
@redisplay(listed)
def make(title: FormText, open: FormFlag) -> Response:
    """Makes a group, which its maker keeps."""
    reader, person = _signed_in()
    if not groups.may_make(person):
        raise Forbidden(_("The programme team and administrators make groups."))
    made = groups.make_group(reader.instance.private, title, open=open, by=person)
    return see_other(action_url("groups", made.name), _("The group is there: say who is in it."))


@bp.get("/groups/<name>")
def group(name: str) -> Response:
    """One group: who is in it, for who may know, and what one can do."""
    reader, person = _signed_in()
    private = reader.instance.private
    found = _known(reader, person, name)
    keeps = groups.may_keep(private, person, name)
    people = groups.people_in(private, name)
    direct = any(one.person.id == person.id for one in people)
    sees = keeps or found.open
    return render_tool(
        "access/group.html",
        group={"title": found.title, "written": GROUP + name, "open": found.open},
        url=action_url("groups", name),
        keeps=keeps,
        sees=sees,
        direct=direct,
        people=[
            {
                "id": one.person.id,
                "name": one.person.name,
                "url": _page_of(reader, one.person),
                "keeper": one.keeper,
            }
            for one in people
        ]
        if sees
        else [],
        parts=[{"name": one.name, "title": one.title} for one in groups.groups_in(private, name)]
        if sees
        else [],
        others=[
            (one.name, one.title)
            for one in groups.groups_seen_by(private, person)
            if one.name != name
        ]
        if keeps
        else [],
        by_address=person.role == "admin",
        values=typed_values("who", "part", title=found.title),
    )


@bp.post("/groups/<name>")
@redisplay(group)
def change(name: str) -> Response:
    """What the page's forms ask for, by their ``action``."""
    reader, person = _signed_in()
    _known(reader, person, name)
    action: Callable[..., str] = pressed_button(
        {
            "leave": _leave,
            "add-member": _add_member,
            "remove-member": _remove_member,
            "keeper": _keeper,
            "no-keeper": _keeper,
            "add-part": _add_part,
            "remove-part": _remove_part,
            "rename": _rename,
            "end-group": _end,
        }
    )
    keeps = groups.may_keep(reader.instance.private, person, name)
    if action is not _leave and not keeps:
        raise Forbidden(_("Its keepers and administrators say who is in a group."))
    words = action(reader, person, name)
    there = groups.find_group(reader.instance.private, name) is not None
    here = there and action is not _leave
    return see_other(action_url("groups", name) if here else "/-/groups", words)


def _leave(reader: Reader, person: Person, name: str) -> str:
    groups.remove_member(reader.instance.private, name, person.id, by=person.id)
    return _("You have left the group.")


def _add_member(reader: Reader, person: Person, name: str, who: FormWord) -> str:
    found = _called(reader, person, who)
    groups.add_member(reader.instance.private, name, found.id, by=person.id)
    return _("{name} is in the group.").format(name=found.name)


def _remove_member(reader: Reader, person: Person, name: str) -> str:
    groups.remove_member(reader.instance.private, name, _chosen(reader), by=person.id)
    return _("Removed: they have nothing by this group any more.")


def _keeper(reader: Reader, person: Person, name: str, action: FormText) -> str:
    keeper = action == "keeper"
    groups.set_keeper(reader.instance.private, name, _chosen(reader), keeper=keeper, by=person.id)
    return _("Noted.")


def _add_part(reader: Reader, person: Person, name: str, part: FormText) -> str:
    known = {one.name for one in groups.groups_seen_by(reader.instance.private, person)}
    if part not in known:
        raise BadField("part", _("There is no such group."))
    groups.add_part(reader.instance.private, name, part, by=person.id)
    return _("Its people are in this group too.")


def _remove_part(reader: Reader, person: Person, name: str, part: FormText) -> str:
    groups.remove_part(reader.instance.private, name, part, by=person.id)
    return _("Its people are in this group no more, unless by another way.")


def _rename(reader: Reader, _person: Person, name: str, title: FormText, open: FormFlag) -> str:
    groups.change_group(reader.instance.private, name, title, open=open)
    return _("Saved.")


def _end(reader: Reader, person: Person, name: str) -> str:
    groups.end_group(reader.instance.private, name, by=person.id)
    return _("The group has ended: nobody reads or writes anything by it.")


def _signed_in() -> tuple[Reader, Person]:
    return signed_in_reader(), signed_in_person()


def _known(reader: Reader, person: Person, name: str) -> Group:
    """The group, for who is in it and administrators. Raises NotFound, alike for all others."""
    found = groups.find_group(reader.instance.private, name)
    mine = name in groups_of(reader.instance.private, person.id)
    if found is None or not (mine or person.role == "admin"):
        raise NotFound(_("There is no such group."))
    return found


def _called(reader: Reader, by: Person, typed: str) -> Person:
    """The account that was typed: of a person page that one sees, or, for administrators, by its
    address, which others are not told to exist. Raises BadField.
    """
    private = reader.instance.private
    if "@" in typed:
        found = find_person(private, typed) if by.role == "admin" else None
    else:
        path = resolve_target(reader, typed) if typed else None
        found = people_by_page(private, [path]).get(path) if path else None
    if found is None or found.disabled:
        words = _("No account in use is found by this. Give the title of the person's page.")
        raise BadField("who", words)
    return found


@read_fields
def _chosen(reader: Reader, person: FormText) -> str:
    found = get_person(reader.instance.private, person)
    if found is None:
        raise NotFound(_("There is no such account."))
    return found.id


def _page_of(reader: Reader, person: Person) -> str:
    return page_url(person.page) if person.page and page_exists(reader, person.page) else ""


def _lines(reader: Reader) -> Sequence[Line]:
    person = reader.person
    count = len(groups.groups_seen_by(reader.instance.private, person)) if person else 0
    return [Line(_("Groups"), "/-/groups", count)]


register(Section(lazy("Groups"), _lines, order=15, part=PEOPLE))
