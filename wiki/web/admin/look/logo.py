"""The logo: one for light grounds, one for dark ones, and what is made of it."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from wiki.editing.settings import change_look
from wiki.errors import BadSetting, TooLarge, Unmade
from wiki.translation import gettext as _
from wiki.web.admin.index import admin, bp
from wiki.web.admin.look.pictures import MOST_LOGO, draw_from_logo, read_picture
from wiki.web.admin.look.presenters import HOME, render_look
from wiki.web.forms import redisplay, see_other
from wiki.web.look.presenters import picture_url
from wiki.web.support import current_instance
from wiki.web.throttle import count_request

_PAGE = f"{HOME}/logo"
_NAMES = ("logo", "logo_dark", "icon", "share")


@bp.get("/admin/settings/look/logo")
def logo_form() -> Response:
    """What is shown today, and fields for other pictures."""
    look = current_instance().look
    shown = {name: picture_url(getattr(look, name)) for name in _NAMES}
    return render_look("admin/look/logo.html", _PAGE, _NAMES, shown=shown)


@bp.post("/admin/settings/look/logo")
@redisplay(logo_form)
def change_logo() -> Response:
    """Keeps the pictures that were sent, or takes away what is ticked. Raises BadSetting."""
    instance = current_instance()
    count_request("save")
    values: dict[str, Any] = {}
    pictures: dict[str, bytes] = {}
    if "remove-logo" in request.form:
        values |= dict.fromkeys(_NAMES, "")
    elif "remove-logo_dark" in request.form:
        values["logo_dark"] = ""
    for field in ("logo", "logo_dark"):
        sent = request.files.get(field)
        if sent is None or not sent.filename:
            continue
        stem = field.replace("_", "-")
        name, kept, clean = read_picture(instance, sent, stem, field, MOST_LOGO)
        values[field], pictures[name] = name, kept
        if field == "logo":
            try:
                made = draw_from_logo(clean, sent.filename.rpartition(".")[2].lower())
            except (Unmade, TooLarge) as error:
                words = _("This picture cannot be drawn. Please send it as PNG.")
                raise BadSetting(words, field) from error
            for key, (called, data) in made.items():
                values[key], pictures[called] = called, data
    if values.get("logo_dark") and not values.get("logo", instance.look.logo):
        raise BadSetting(_("Please send a logo for light grounds too."), "logo")
    change_look(instance, admin(), values, pictures)
    return see_other(_PAGE, _("Saved. This is how it looks now."))
