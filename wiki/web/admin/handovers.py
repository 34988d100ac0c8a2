"""Projects that nobody answers for any more, which someone offers to take over."""

from collections.abc import Sequence

from werkzeug.wrappers import Response

from wiki.editing.membership.teams import join_team, team_home
from wiki.errors import BadField, Forbidden, WikiError
from wiki.mail_dispatch import send_mail
from wiki.mail_templates import compose_mail
from wiki.pages.urls import page_url
from wiki.people.access import handovers
from wiki.people.access.handovers import Handover
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.reading.pages import get_title
from wiki.translation import gettext as _
from wiki.translation import lazy, ngettext
from wiki.web.admin.index import admin, bp
from wiki.web.admin.sections import PEOPLE, PROPOSALS, Line, Need, Section, register
from wiki.web.forms import FormLine, FormText, render_tool, see_other, show_refusal
from wiki.web.support import current_reader

_LONGEST = 500


@bp.get("/admin/handovers")
def offers() -> Response:
    """The offers that wait."""
    reader = current_reader()
    return render_tool(
        "admin/handovers.html",
        offers=[
            {
                "id": one.id,
                "page": {"label": get_title(reader, one.path), "url": page_url(one.path)},
                "who": one.person.name,
                "who_url": f"/-/admin/people/{one.person.id}",
                "words": one.words,
                "asked": one.asked,
            }
            for one in handovers.waiting(reader.instance.private)
        ],
    )


@bp.post("/admin/handovers/<id>")
def decide_offer(id: str, action: FormText, answer: FormLine) -> Response:
    """Accepts an offer, or declines it with a sentence; who offered is told by mail."""
    reader, by = current_reader(), admin()
    offer = handovers.get_waiting(reader.instance.private, id)
    try:
        if action == "accept":
            _accept(reader, offer, by)
            words = _("{name} is in the team.")
        else:
            _decline(reader, offer, by, answer)
            words = _("{name} is told so.")
    except WikiError as error:
        return show_refusal(offers, error, id)
    return see_other("/-/admin/handovers", words.format(name=offer.person.name))


def _accept(reader: Reader, offer: Handover, by: Person) -> None:
    home = team_home(reader, offer.path)
    if home is None or offer.person.disabled or offer.person.role == "reader":
        raise Forbidden(_("This cannot be: the account is closed or only reads, or the page went."))
    join_team(reader, home, offer.person)
    handovers.decide(reader.instance.private, offer.id, accepted=True, answer="", by=by.id)
    _tell(reader, offer, accepted=True, answer="")


def _decline(reader: Reader, offer: Handover, by: Person, answer: str) -> None:
    if not answer or len(answer) > _LONGEST:
        raise BadField("answer", _("Say why in a sentence: it is what they are told."))
    handovers.decide(reader.instance.private, offer.id, accepted=False, answer=answer, by=by.id)
    _tell(reader, offer, accepted=False, answer=answer)


def _tell(reader: Reader, offer: Handover, *, accepted: bool, answer: str) -> None:
    instance, person = reader.instance, offer.person
    # The title is said as they may know it: the page may have been restricted since they offered.
    theirs = Reader(instance, person)
    mail = compose_mail(
        instance,
        f"handover:{offer.id}",
        person,
        "handover",
        path=page_url(offer.path),
        title=get_title(theirs, offer.path),
        accepted=accepted,
        answer=answer,
    )
    send_mail(instance, mail)


def _lines(reader: Reader) -> Sequence[Line]:
    count = handovers.count_waiting(reader.instance.private)
    return [Line(_("Offers to take over a project"), "/-/admin/handovers", count)]


def _needs(reader: Reader) -> Sequence[Need]:
    if not (count := handovers.count_waiting(reader.instance.private)):
        return []
    words = ngettext(
        "Someone offers to take over a project.",
        "{count} people offer to take over projects.",
        count,
    )
    return [Need(words.format(count=count), _("Decide"), "/-/admin/handovers", PROPOSALS)]


register(Section(lazy("Projects"), _lines, order=25, part=PEOPLE, needs=_needs))
