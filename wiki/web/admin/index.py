"""The index page of administrators, and the guard before every page of theirs."""

import logging
from collections.abc import Sequence

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.errors import Forbidden
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.admin.sections import CONTENT, HEALTH, PEOPLE, USE, Line, Need, Section, sections
from wiki.web.forms import render_tool
from wiki.web.support import current_reader, signed_in_person

bp = Blueprint("admin", __name__)
log = logging.getLogger(__name__)

_PARTS = {
    HEALTH: lazy("How the wiki is doing"),
    PEOPLE: lazy("People"),
    CONTENT: lazy("Content"),
    USE: lazy("Use"),
}


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
    """What needs someone, in order; then all else that there is to see, by part."""
    reader = current_reader()
    told = {part: list[Line]() for part in _PARTS}
    needs: list[Need] = []
    for section in sections():
        lines, its_own = _told(section, reader)
        needs += its_own
        told[section.part] += lines
    return render_tool(
        "admin/index.html",
        needs=sorted(needs, key=lambda one: one.order),
        parts=[
            {"name": part, "title": str(title), "lines": told[part]}
            for part, title in _PARTS.items()
            if told[part]
        ],
    )


def _told(section: Section, reader: Reader) -> tuple[Sequence[Line], list[Need]]:
    """The lines of a section, and its needs; what cannot be told of it is logged."""
    needs: list[Need] = []
    lines: Sequence[Line] = ()
    try:
        lines = section.lines(reader)
        needs += [
            Need(one.warning, _("Have a look"), one.url, one.order) for one in lines if one.warning
        ]
        if section.needs is not None:
            needs += section.needs(reader)
    except Exception:
        log.exception("the section %s cannot be told", section.title)
    return lines, needs
