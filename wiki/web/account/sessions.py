"""Where one is logged in: each session, to be ended, and the browsers that are known."""

from flask import Blueprint, request, session
from werkzeug.wrappers import Response

from wiki.people.accounts import devices, sessions
from wiki.translation import gettext as _
from wiki.web.account.views import leave
from wiki.web.forms.responses import render_tool, see_other
from wiki.web.support import current_instance, current_session, signed_in_person

bp = Blueprint("sessions", __name__)

_HERE = "/-/account/sessions"


@bp.get("/account/sessions")
def list_own() -> Response:
    """One's sessions, the one that asks first, and known browsers."""
    person = signed_in_person()
    private, here = current_instance().private, current_session()
    opened = sessions.list_sessions(private, person.id)
    return render_tool(
        "account/sessions.html",
        sessions=sorted(opened, key=lambda one: one.id != here),
        this=here,
        times=private.times(),
        devices=devices.list_devices(private, person.id),
    )


@bp.post("/account/sessions")
def end() -> Response:
    """Ends one session, or all others; or forgets a known browser, by the ``action``."""
    person = signed_in_person()
    private, form = current_instance().private, request.form
    if form.get("action") == "forget-device":
        devices.forget_device(private, person.id, form.get("device", ""))
        return see_other(_HERE, _("Forgotten: wrong passwords there count as anywhere else."))
    if form.get("action") == "everywhere":
        sessions.close_sessions(private, person.id, keep=session.get("_user_id"))
        return see_other(_HERE, _("You are logged out everywhere else."))
    if form.get("session") == current_session():
        leave()
        return see_other("/", _("You are logged out."))
    sessions.end_session(private, person.id, form.get("session", ""))
    return see_other(_HERE, _("This session has ended: nobody is logged in there any more."))
