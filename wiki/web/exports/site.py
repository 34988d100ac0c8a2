"""The site taken along by administrators: as others read it, or all of it, once they prove to be
them."""

from collections.abc import Callable

from werkzeug.wrappers import Response

from wiki.errors import BadField
from wiki.people.exports import ALL
from wiki.translation import gettext as _
from wiki.web.account.confirmation import asked_of, confirm
from wiki.web.admin.index import admin, bp
from wiki.web.exports.presenters import SCOPES, begin, drop, present_exports
from wiki.web.forms import FormText, pressed_button, redisplay, render_tool, see_other
from wiki.web.support import current_instance

PLACE = "/-/admin/export"


@bp.get("/admin/export")
def export() -> Response:
    """What to take, in which form; and what was made."""
    person = admin()
    values = present_exports(current_instance(), person)
    scopes = list(SCOPES.items())
    return render_tool("exports/site.html", **values, scopes=scopes, **asked_of(person))


@bp.post("/admin/export")
@redisplay(export)
def act_on_exports() -> Response:
    """Has an export be made, or forgets one; everything is for who has said that it is them."""
    act: Callable[..., Response] = pressed_button({"make": _make, "drop": _drop})
    return act()


def _make(scope: FormText) -> Response:
    person = admin()
    if scope not in SCOPES:
        raise BadField("scope", _("Choose what to take."))
    if scope == ALL:
        confirm(person)
    begin(current_instance(), person, scope)
    return see_other(PLACE)


def _drop() -> Response:
    drop(current_instance(), admin())
    return see_other(PLACE)
