"""Links that show a page without an account: made, seen in a list, revoked; and opened."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from wiki.errors import BadField, Forbidden, LogInFirst, NotFound
from wiki.pages.paths import normalise
from wiki.pages.urls import action_url, page_url
from wiki.people.access import share_links
from wiki.people.access.policy import READ
from wiki.people.access.share_links import ALLOWS, MOST_DAYS, USUAL_DAYS, NewLink, ShareLink
from wiki.reading import Reader
from wiki.reading.births import birth_name
from wiki.reading.lent_pages import MOST_PAGES, may_share, pages_to_share, shown_by
from wiki.reading.pages import get_page, get_title, page_exists
from wiki.translation import gettext as _
from wiki.web.forms import (
    DayField,
    FormFlag,
    FormText,
    read_fields,
    redisplay,
    render_tool,
    see_other,
    typed_values,
)
from wiki.web.link_session import ALLOW_WORDS, last_day, remember_link
from wiki.web.page.presenters import crumbs_of, page_values
from wiki.web.support import (
    current_instance,
    current_person,
    current_reader,
    error_page,
    hide_address,
    signed_in_person,
)

bp = Blueprint("share_links", __name__)


@bp.get("/share/<path:raw>")
def share(raw: str, token: str = "") -> Response:
    """The links to a page, and the form for another; ``token``: of the one made just now."""
    reader = current_reader()
    path = _shareable(reader, raw)
    all_pages = pages_to_share(reader, path, below=True)
    days = reader.today + timedelta(days=USUAL_DAYS), reader.today + timedelta(days=MOST_DAYS)
    return render_tool(
        "access/share.html",
        private_address=True,
        page=page_values(get_page(reader, path)),
        crumbs=crumbs_of(reader, path),
        link=f"{current_instance().settings.public_url}{action_url('shared', token)}"
        if token
        else "",
        links=_lines(reader, all_pages),
        allows=[(one, str(words)) for one, words in ALLOW_WORDS.items()],
        others=len(all_pages) - 1,
        first_day=reader.today.isoformat(),
        final_day=days[1].isoformat(),
        most_days=MOST_DAYS,
        values=typed_values("label", "below", allows=READ, until=days[0].isoformat())
        if not token
        else {"label": "", "below": "", "allows": READ, "until": days[0].isoformat()},
    )


@bp.post("/share/<path:raw>")
@redisplay(share)
def make(
    raw: str, revoke: FormText, below: FormFlag, allows: FormText, label: FormText
) -> Response:
    """Makes a link, which is told in this answer and never again; or revokes one."""
    reader, person = current_reader(), signed_in_person()
    path = _shareable(reader, raw)
    private = reader.instance.private
    if revoke:
        link = next(iter(share_links.find_links(private, [revoke])), None)
        if link is None or not may_share(reader, link.path):
            raise NotFound(_("There is no such link."))
        share_links.revoke_link(private, link.id, by=person.id)
        return see_other(
            action_url("share", path), _("The link is revoked: it shows nothing any more.")
        )
    if below and len(pages_to_share(reader, path, below=True)) > MOST_PAGES:
        words = _("There are more than {count} pages below: share a smaller part.")
        raise BadField("below", words.format(count=MOST_PAGES))
    new = NewLink(
        path=path,
        born=birth_name(reader.instance, path) or "",
        below=below,
        allows=allows,
        label=label,
        expires=_end(reader),
    )
    return share(raw=raw, token=share_links.make_link(private, new, by=person))


@bp.get("/shared/<token>")
def follow(token: str) -> Response:
    """Opens a link: its address is left for the page's, which alone is seen from then on."""
    reader, private = current_reader(), current_instance().private
    link = share_links.find_by_token(private, token)
    pages = shown_by(reader.instance, link) if link else ()
    if link is None or not pages:
        return _not_good(link)
    if current_person() is not None:
        if page_exists(reader, link.path):
            return hide_address(redirect(page_url(link.path)))
        words = _(
            "You are signed in, with an account that may not read this page. Open the link in a "
            "private window, or ask {who} to invite you."
        )
        return hide_address(
            error_page(403, _("A link for visitors"), words.format(who=link.maker.name))
        )
    remember_link(link.id)
    share_links.note_use(private, link.id)
    return hide_address(redirect(page_url(link.path)))


def _not_good(link: ShareLink | None) -> Response:
    words = (
        _("It has ended or was revoked. Ask {who} for another one.").format(who=link.maker.name)
        if link
        else _("It has ended or was revoked, or its address was cut. Ask for it again.")
    )
    return hide_address(error_page(404, _("This link is no longer good"), words))


def _shareable(reader: Reader, raw: str) -> str:
    """The path, for who may share the page. Raises NotFound, LogInFirst, Forbidden."""
    path = normalise(raw)
    if reader.person is None:
        raise LogInFirst(_("Log in first."))
    get_page(reader, path)
    if not may_share(reader, path):
        raise Forbidden(_("Only its team or an administrator may invite here."))
    return path


@read_fields
def _end(reader: Reader, until: Annotated[date, DayField(needed=True)]) -> datetime:
    """The moment at which the day that was chosen is over on the site. Raises BadField."""
    if not 0 <= (until - reader.today).days <= MOST_DAYS:
        words = _("Choose a day from today on, {count} days ahead at most.")
        raise BadField("until", words.format(count=MOST_DAYS))
    following = until + timedelta(days=1)
    zone = reader.instance.settings.zone
    return datetime(following.year, following.month, following.day, tzinfo=zone)


def _lines(reader: Reader, pages: frozenset[str]) -> list[dict[str, Any]]:
    """The links to ``pages``, as ``templates/access/share.html`` wants them."""
    private, now = reader.instance.private, reader.instance.private.now()
    found = share_links.links_to(private, sorted(pages))
    names = share_links.guest_names(private, found)
    return [
        {
            "id": one.id,
            "label": one.label,
            "page": {"label": get_title(reader, one.path), "url": page_url(one.path)},
            "below": one.below,
            "allows": str(ALLOW_WORDS[one.allows]) if one.allows in ALLOWS else "",
            "who": one.maker.name,
            "until": last_day(reader, one),
            "uses": one.uses,
            "used": one.used,
            "names": names[one.id],
            "revoked": one.revoked is not None,
            "ended": not one.stands(now),
            "powerless": one.stands(now) and not shown_by(reader.instance, one),
        }
        for one in found
    ]
