"""The index page of administrators, and the guard before every page of theirs."""

import logging
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.errors import Forbidden
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.web.admin.sections import sections
from wiki.web.forms.responses import render_tool
from wiki.web.support import current_reader, signed_in_person

bp = Blueprint("admin", __name__)
log = logging.getLogger(__name__)


def admin() -> Person:
    """The administrator who asks. Raises LogInFirst, Forbidden."""
    person = signed_in_person()
    if person.role != "admin" or person.disabled:
        raise Forbidden(_("This is for administrators."))
    return person


@bp.before_request
def _guard() -> None:
    admin()


@bp.get("/admin")
def index() -> Response:
    """What there is to do, by section."""
    reader = current_reader()
    told: list[dict[str, Any]] = []
    for section in sections():
        try:
            lines = section.lines(reader)
        except Exception:
            log.exception("the section %s cannot be told", section.title)
            continue
        told.append({"title": str(section.title), "lines": lines})
    return render_tool("admin/index.html", sections=told)
