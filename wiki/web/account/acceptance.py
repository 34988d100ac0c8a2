"""The screen where an invitation is accepted: signed in, or with an account made on the way."""

from functools import partial
from http import HTTPStatus

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from wiki.editing.membership import invitations as inviting
from wiki.errors import AlreadyExists, WikiError
from wiki.pages.urls import action_url, page_url
from wiki.people.access import invitations
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import language
from wiki.web.account.views import enter
from wiki.web.forms import FormText, render_tool, show_refusal, typed_values
from wiki.web.support import (
    current_instance,
    current_person,
    error_page,
    flash_message,
    hide_address,
)

bp = Blueprint("accepting", __name__)


@bp.get("/invitation/<token>")
def follow(token: str) -> Response:
    """What the invitation is, and a button, since mail scanners follow links too."""
    return _screen(token)


@bp.post("/invitation/<token>")
def accept(token: str, name: FormText, password: FormText) -> Response:
    """Accepts: as who is signed in, or with a new account for an address that has none."""
    instance = current_instance()
    person = current_person()
    invitation = inviting.stands(instance, token)
    if invitation is None:
        return _not_good()
    if person is not None:
        return _accepted(inviting.accept(instance, token, person), person)
    try:
        newcomer = invitations.make_account(
            instance.private,
            instance.settings,
            token,
            name=name,
            password=password or None,
            lang=language(),
        )
    except AlreadyExists:
        return _screen(token)
    except WikiError as error:
        return show_refusal(partial(_screen, token), error)
    if newcomer is None:
        return _not_good()
    try:
        return _accepted(inviting.accept(instance, token, newcomer), None)
    except WikiError as error:
        # The account is there: who has it goes on from the same link, signed in.
        response = enter(newcomer, action_url("invitation", token))
        flash_message(error.words, "error")
        return response


def _accepted(done: inviting.Accepted, signed_in: Person | None) -> Response:
    path = done.invitation.path
    target = page_url(path) if path else "/"
    if signed_in is None:
        response = enter(done.person, target)
    else:
        response = redirect(target, HTTPStatus.SEE_OTHER)
    flash_message(_welcome(done))
    return response


def _welcome(done: inviting.Accepted) -> str:
    if done.invitation.kind == "guest":
        return _("Welcome. You may read this page and correct it: “Edit” opens its text.")
    if done.invitation.kind == "team":
        if done.person.role == "reader":
            return _(
                "Welcome in the team. Your account only reads for now: ask an administrator to "
                "make you a member."
            )
        return _("Welcome in the team. Your page is named in it.")
    return _("Welcome.")


def _screen(token: str) -> Response:
    instance = current_instance()
    invitation = inviting.stands(instance, token)
    if invitation is None:
        return _not_good()
    inviter = Reader(instance, invitation.inviter)
    signed_in = current_person() is not None
    # The address holds a secret: no page that is gone to from here learns of it.
    return render_tool(
        "invitations/accept.html",
        private_address=True,
        token=token,
        kind=invitation.kind,
        who=invitation.inviter.name,
        said=invitation.words,
        title=inviting.title_for(inviter, invitation),
        has_account=not signed_in and invitations.has_account(instance.private, invitation),
        values=typed_values("name"),
    )


def _not_good() -> Response:
    words = _("This invitation is no longer good")
    return hide_address(error_page(HTTPStatus.NOT_FOUND, words, inviting.no_longer_good()))
