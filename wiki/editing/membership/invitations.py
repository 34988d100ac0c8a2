"""Inviting by mail, and what happens when an invitation is accepted.

::

    may_invite ──▶ invite ──▶ a row, a mail                           (the inviter)
    the link   ──▶ stands? ──▶ accept ──▶ a grant, a role, or a commit that welcomes in the team

Whether the inviter may still give what they offered is asked again when it is accepted.
"""

from dataclasses import dataclass

from wiki.editing.membership.teams import join_team, team_home
from wiki.errors import Forbidden, NotFound
from wiki.instance import Instance
from wiki.mail_dispatch import send_mail
from wiki.mail_templates import Recipient, compose_mail
from wiki.pages.paths import ROOT
from wiki.pages.urls import action_url
from wiki.people.access import invitations
from wiki.people.access.invitations import Draft, Invitation
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.reading.pages import get_title, list_crumbs, page_exists
from wiki.translation import gettext as _
from wiki.translation import use_language


@dataclass(frozen=True)
class Accepted:
    """What was accepted, and the account as it is now."""

    invitation: Invitation
    person: Person


def may_invite(reader: Reader, kind: str, path: str = "", role: str = "member") -> bool:
    """Whether the person may invite: to a team or as a guest, its team; to the wiki, admins.

    Members invite members where the setting says so.
    """
    person = reader.person
    if person is None or person.disabled:
        return False
    if kind == "role":
        if person.role == "admin":
            return True
        allowed = reader.instance.settings.member_invitations
        return allowed and role == "member" and person.role != "reader" and not person.held
    if not page_exists(reader, path) or not reader.may_change_rights(path):
        return False
    return kind == "guest" or team_home(reader, path) == path


def invite(reader: Reader, draft: Draft) -> None:
    """Has an invitation mailed. Raises Forbidden, BadField, TooMany.

    What follows is the same whether or not the address has an account.
    """
    if reader.person is None or not may_invite(reader, draft.kind, draft.path, draft.role):
        raise Forbidden(_("Only its team or an administrator may invite here."))
    instance = reader.instance
    invitation, token = invitations.invite(
        instance.private, instance.settings, draft, by=reader.person
    )
    _mail(reader, invitation, token)


def send_again(reader: Reader, invitation: Invitation) -> None:
    """Mails a new link for one that waits; the earlier one is no longer good. Raises as above."""
    if reader.person is None or not may_invite(
        reader, invitation.kind, invitation.path, invitation.role
    ):
        raise Forbidden(_("Only its team or an administrator may invite here."))
    instance = reader.instance
    renewed, token = invitations.send_again(
        instance.private, instance.settings, invitation.id, by=reader.person
    )
    _mail(reader, renewed, token)


def stands(instance: Instance, token: str) -> Invitation | None:
    """The invitation of a link, if its inviter may still give what it offers; else None."""
    invitation = invitations.peek(instance.private, token)
    if invitation is None:
        return None
    reader = Reader(instance, invitation.inviter)
    asked = (invitation.kind, invitation.path, invitation.role)
    return invitation if may_invite(reader, *asked) else None


def accept(instance: Instance, token: str, person: Person) -> Accepted:
    """Gives ``person`` what the link offers, and uses it up. Raises NotFound where it is no good.

    Where something goes wrong on the way, the link stays good.
    """
    if stands(instance, token) is None:
        raise NotFound(no_longer_good())
    with invitations.taking(instance.private, token) as invitation:
        if invitation is None:
            raise NotFound(no_longer_good())
        person = invitations.give(instance.private, invitation, person)
        if invitation.kind == "team":
            inviter = Reader(instance, invitation.inviter)
            with use_language(instance.settings.lang):
                person = join_team(inviter, invitation.path, person)
    return Accepted(invitation, person)


def title_for(inviter: Reader, invitation: Invitation) -> str:
    """What the invitation is to, in the words of who sent it; "" for the wiki.

    A chapter is named with the first page above it: “Specifications” alone tells nobody of which
    project. A page above that is not for everyone is not named, since a guest may not know of it.
    """
    if not invitation.path:
        return ""
    title = get_title(inviter, invitation.path)
    above = [
        name for name in list_crumbs(Reader(inviter.instance), invitation.path) if name.path != ROOT
    ]
    return f"{title} · {above[-1].title}" if invitation.kind == "guest" and above else title


def no_longer_good() -> str:
    """What is said of a link that is used, old, withdrawn or wrong: always the same."""
    return _("It has been used or withdrawn, or is too old. Ask who invited you for another one.")


def _mail(reader: Reader, invitation: Invitation, token: str) -> None:
    instance = reader.instance
    mail = compose_mail(
        instance,
        f"invitation:{invitation.id}:{invitation.sent.timestamp()}",
        Recipient(invitation.email, invitation.lang),
        "invitation",
        path=action_url("invitation", token),
        secret=True,
        invitation=invitation,
        who=invitation.inviter.name,
        title=title_for(reader, invitation),
        days=instance.settings.invitation_days,
    )
    send_mail(instance, mail)
