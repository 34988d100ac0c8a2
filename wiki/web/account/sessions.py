"""Where one is logged in: each session, to be ended, and the browsers that are known."""

from flask import Blueprint
from flask import session as flask_session
from werkzeug.wrappers import Response

from wiki.people.accounts import devices, sessions
from wiki.translation import gettext as _
from wiki.web.account.views import leave
from wiki.web.forms import FormText, render_tool, see_other
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
def end(action: FormText, device: FormText, session: FormText) -> Response:
    """Ends one session, or all others; or forgets a known browser, by the ``action``."""
    person, private = signed_in_person(), current_instance().private
    if action == "forget-device":
        devices.forget_device(private, person.id, device)
        return see_other(_HERE, _("Forgotten: wrong passwords there count as anywhere else."))
    if action == "everywhere":
        sessions.close_sessions(private, person.id, keep=flask_session.get("_user_id"))
        return see_other(_HERE, _("You are logged out everywhere else."))
    if session == current_session():
        leave()
        return see_other("/", _("You are logged out."))
    sessions.end_session(private, person.id, session)
    return see_other(_HERE, _("This session has ended: nobody is logged in there any more."))
