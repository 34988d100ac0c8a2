"""The lines of a head that name people and groups, ``team`` and ``readers``, in words and forms."""

from collections.abc import Iterable
from typing import Any

from wiki.errors import BadField
from wiki.pages.access import TEAM_OF, Access
from wiki.pages.members import GROUP, Member, member_of, members
from wiki.pages.urls import action_url, page_url
from wiki.people.access.groups import group_titles, groups_seen_by
from wiki.people.accounts import people_by_page
from wiki.projections.cataloguing.facts import page_named
from wiki.projections.pagespan import levels
from wiki.reading import Reader
from wiki.reading.lists import get_row, get_rows
from wiki.reading.pages import resolve_target
from wiki.translation import gettext as _

Values = dict[str, Any]


def lines_of(reader: Reader, access: Access, path: str) -> Values | None:
    """``team`` and ``readers`` of the page whose head has them, to be changed; None elsewhere."""
    head = levels(reader.instance.repository, reader.head).head(path)
    if head is None or access.team_page != path or head.text("type").casefold() == "person":
        return None
    known = groups_seen_by(reader.instance.private, reader.person) if reader.person else []
    return {
        "team": told_members(reader, members(head, "team"), rights=True),
        "readers": told_members(reader, members(head, "readers"), rights=True),
        "groups": [GROUP + one.name for one in known],
    }


def named_readers(reader: Reader, group: str) -> list[Values]:
    """Whom the page that a group is of names as its readers."""
    if not group.startswith(TEAM_OF):
        return []
    head = levels(reader.instance.repository, reader.head).head(group.removeprefix(TEAM_OF))
    return told_members(reader, members(head, "readers"), rights=False) if head else []


def told_members(reader: Reader, found: Iterable[Member], *, rights: bool) -> list[Values]:
    """People who may be seen, and groups that there are, as ``templates/access/page.html`` wants.

    Whether a person has an account, what is no group, and whose day is over is told to those alone
    who may change it.
    """
    entries = {page_named(one.name): one for one in found}
    rows = get_rows(reader, [name for name in entries if not name.startswith(GROUP)])
    private = reader.instance.private
    joined = people_by_page(private, rows) if rights else {}
    titles = group_titles(private)
    told = []
    for name, one in entries.items():
        group = name.removeprefix(GROUP) if name.startswith(GROUP) else ""
        row, over = rows.get(name), one.until is not None and one.until < reader.today
        there = group in titles if group else row is not None
        if not rights and (over or not there):
            continue
        told.append(
            {
                "name": name,
                "label": titles.get(group, name) if group else row.title if row else name,
                "url": page_url(name) if row else action_url("groups", group) if group else "",
                "group": bool(group),
                "unknown": bool(group) and group not in titles,
                "no_account": rights
                and not group
                and (name not in joined or joined[name].disabled),
                "until": one.until,
                "over": over,
            }
        )
    return told


def member_called(reader: Reader, typed: str) -> str:
    """The name of a group, or of a person by the title or path of their page. Raises BadField."""
    said = member_of(typed)
    titles = group_titles(reader.instance.private)
    if said is not None and said.name.startswith(GROUP):
        if said.name.removeprefix(GROUP) in titles:
            return said.name
        raise BadField("member", _("There is no such group."))
    path = resolve_target(reader, typed.strip()) if typed.strip() else None
    row = get_row(reader, path) if path else None
    if row is not None and row.type == "person":
        return row.path
    words = _("Give the title of a person's page, or a group as in groupe:jury-2027.")
    raise BadField("member", words)
