"""The one policy: who may read, edit, propose, change rights, claim. Pure: values in, answers out.

::

    change rights  ⊆  edit  ⊆  propose  ⊆  read
"""

from collections.abc import Iterable

from wiki.pages.access import (
    ALL,
    ANYONE,
    COMMENTS,
    GUEST_OF,
    MEMBERS,
    PUBLIC,
    READS,
    SUGGESTS,
    TEAM_OF,
    Access,
    visible,
)
from wiki.people.person import ROLES, Person

#: What a link lets people do with the pages that it shows, each with what those before it do.
READ, COMMENT, SUGGEST = "read", "comment", "suggest"
#: The audience of someone who is not logged in.
VISITOR = frozenset({PUBLIC})


def audience(
    person: Person | None,
    teams: Iterable[str] = (),
    entrusted: Iterable[str] = (),
    reads: Iterable[str] = (),
) -> frozenset[str]:
    """The groups that ``person`` is in; ``teams`` are the pages whose ``team`` names their page,
    or a group that they are in; ``reads`` those whose ``readers`` do.

    None, or a disabled account, is a visitor. ``guest:<path>`` grants come with the person; the
    page joined to the account has that account as its team; an admin is in ``all``. The role
    ``programme`` reads the ``entrusted`` spaces: it is in no team by that.
    """
    if person is None or person.disabled:
        return VISITOR
    groups = {PUBLIC, MEMBERS, *person.grants, *(TEAM_OF + path for path in teams)}
    if person.page:
        groups.add(TEAM_OF + person.page)
    groups |= {READS + path for path in reads}
    if person.role == "programme":
        groups |= {READS + path for path in entrusted}
    if person.role == "admin":
        groups.add(ALL)
    return frozenset(groups)


def audience_by_link(shown: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The groups of a visitor who came by links: of each page that they show, what they allow."""
    groups = {PUBLIC}
    for path, allows in shown:
        groups.add(GUEST_OF + path)
        if allows in (COMMENT, SUGGEST):
            groups.add(COMMENTS + path)
        if allows == SUGGEST:
            groups.add(SUGGESTS + path)
    return frozenset(groups)


def may_read(audience: frozenset[str], access: Access, path: str) -> bool:
    """Whether a page of this access, at ``path``, may be seen by, or mentioned to, ``audience``."""
    return visible(access.group, path, audience)


def may_edit(person: Person | None, audience: frozenset[str], access: Access, path: str) -> bool:
    """Whether what ``person`` writes at ``path`` is saved at once.

    For a page that does not exist yet, ``access`` is what it would inherit.
    """
    return _may_write(person, audience, access, path, held=person is not None and person.held)


def _may_write(
    person: Person | None, audience: frozenset[str], access: Access, path: str, *, held: bool
) -> bool:
    if person is None or person.disabled or not may_read(audience, access, path):
        return False
    if person.role == "admin" or f"guest:{path}" in audience:
        return True
    if person.role not in ROLES or person.role == "reader" or held:
        return False
    if access.group not in audience:  # shown to them to be read
        return False
    return access.editors in (MEMBERS, ANYONE) or _in_team(audience, access)


def may_propose(person: Person | None, audience: frozenset[str], access: Access, path: str) -> bool:
    """Whether ``person``, or a visitor, may propose another text for the page at ``path``.

    Whoever has an account suggests a change to any page that they may read; its team decides.
    """
    if not may_read(audience, access, path):
        return False
    if person is None:
        # What is restricted and shown by a link is not open to visitors for that.
        among_all = access.group in audience or ALL in audience
        return (access.editors == ANYONE and among_all) or SUGGESTS + path in audience
    return access.editors == ANYONE or not person.disabled


def may_comment_by_link(audience: frozenset[str], access: Access, path: str) -> bool:
    """Whether a visitor may comment on the page at ``path`` because a link lets them."""
    return may_read(audience, access, path) and COMMENTS + path in audience


def may_propose_new(
    person: Person | None, audience: frozenset[str], access: Access, path: str
) -> bool:
    """As ``may_propose``, for a page that is not there, with the access that it would inherit.

    A newcomer proposes what they will write once someone has read a text of theirs.
    """
    return _may_write(person, audience, access, path, held=False) or (
        access.editors == ANYONE and may_propose(person, audience, access, path)
    )


def may_change_rights(
    person: Person | None, audience: frozenset[str], access: Access, path: str
) -> bool:
    """Whether ``person`` may change ``team``, ``visibility``, ``editors``, or the page's parent.

    Only admins and the present team, whatever ``editors`` says; a guest of the page may not.
    """
    if person is None or not may_edit(person, audience, access, path):
        return False
    if person.role == "admin":
        return True
    return person.role != "reader" and not person.held and _in_team(audience, access)


def _in_team(audience: frozenset[str], access: Access) -> bool:
    return access.team_page is not None and TEAM_OF + access.team_page in audience
