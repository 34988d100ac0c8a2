"""Invitations by mail that wait, whoever sent them, and codes that open sign-up."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from werkzeug.wrappers import Response

from wiki.errors import BadField
from wiki.pages.urls import action_url
from wiki.pages.words import read_number
from wiki.people.access import invitations
from wiki.people.accounts import codes
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.account.invitations import waiting_lines
from wiki.web.admin.index import admin, bp
from wiki.web.admin.sections import PEOPLE, Line, Section, register
from wiki.web.forms import FormText, redisplay, render_tool, see_other, typed_values
from wiki.web.support import current_instance, current_reader


@bp.get("/admin/invitations")
def invited() -> Response:
    """Invitations and codes, and the form for a new code."""
    reader = current_reader()
    settings, private = reader.instance.settings, reader.instance.private
    now = private.now()
    default = (reader.today + timedelta(days=30)).isoformat()
    return render_tool(
        "admin/invitations.html",
        pending=waiting_lines(reader, invitations.pending(private)),
        codes=[
            {
                "code": one.code,
                "uses": one.uses,
                "used": one.used,
                "until": one.until,
                "ended": one.until <= now or one.used >= one.uses,
                "address": settings.public_url + action_url("register", query={"code": one.code}),
            }
            for one in codes.list_codes(private)
        ],
        registration=settings.registration,
        values=typed_values("code", uses="100", until=default),
    )


@bp.post("/admin/invitations")
@redisplay(invited)
def change_codes(action: FormText, code: FormText, uses: FormText, until: FormText) -> Response:
    """Makes a code, or (``action=end``) ends one."""
    by = admin().id
    private = current_instance().private
    if action == "end":
        codes.end_code(private, code, by=by)
        return see_other("/-/admin/invitations", _("Nobody comes by this code any more."))
    made = codes.make_code(private, code, read_number(uses.strip()) or 0, _end(until), by=by)
    return see_other(
        "/-/admin/invitations", _("The code {code} is good from now on.").format(code=made.code)
    )


def _end(until: str) -> datetime:
    """The end of the day that was chosen, on the site. Raises BadField."""
    zone = current_instance().settings.zone
    try:
        day = date.fromisoformat(until)
        return datetime.combine(day + timedelta(days=1), time.min, zone)
    except (ValueError, OverflowError) as error:
        raise BadField("until", _("Choose a day that is not past.")) from error


def _lines(reader: Reader) -> Sequence[Line]:
    private = reader.instance.private
    now = private.now()
    good = [one for one in codes.list_codes(private) if one.until > now and one.used < one.uses]
    return [
        Line(_("Invite to the wiki"), "/-/invite"),
        Line(_("Invitations that wait"), "/-/admin/invitations", len(invitations.pending(private))),
        Line(_("Codes that are good"), "/-/admin/invitations#codes", len(good)),
    ]


register(Section(lazy("Invitations"), _lines, order=20, part=PEOPLE))
