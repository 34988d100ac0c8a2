"""What everyone who is signed in may take along: what they may read, in a form of their choice."""

from flask import Blueprint, send_file
from werkzeug.wrappers import Response

from wiki.errors import NotFound
from wiki.exports.job import file_of
from wiki.people.exports import OWN, list_exports
from wiki.translation import gettext as _
from wiki.web.exports.presenters import begin, drop, present_exports
from wiki.web.forms import pressed_button, redisplay, render_tool, see_other
from wiki.web.support import current_instance, signed_in_person

bp = Blueprint("export", __name__)

PLACE = "/-/account/export"


@bp.get("/account/export")
def show() -> Response:
    """The forms to choose from, and what was made of them."""
    person = signed_in_person(_("Log in to take along what you may read."))
    return render_tool("exports/account.html", **present_exports(current_instance(), person))


@bp.post("/account/export")
@redisplay(show)
def act() -> Response:
    """Has an export be made, or forgets one."""
    return pressed_button({"make": _make, "drop": _drop})()


@bp.get("/account/export/<id>/file")
def file(id: str) -> Response:
    """The archive, for its person alone, while they may read all that is in it. Raises NotFound."""
    instance, person = current_instance(), signed_in_person()
    for one in list_exports(instance.private, person.id):
        if one.id == id:
            name = f"carrefour-{one.form}-{one.created:%Y-%m-%d}.zip"
            path = file_of(instance, person, one)
            taken = send_file(path, "application/zip", as_attachment=True, download_name=name)
            taken.headers["Cache-Control"] = "private, no-store"
            return taken
    raise NotFound(_("This export is gone: they are kept for a day. Make it again."))


def _make() -> Response:
    begin(current_instance(), signed_in_person(), OWN)
    return see_other(PLACE)


def _drop() -> Response:
    drop(current_instance(), signed_in_person())
    return see_other(PLACE)
