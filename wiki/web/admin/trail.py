"""The audit trail, in sentences: who changed whose role, rights or account, and when."""

from collections.abc import Sequence
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from wiki.pages.urls import action_url, page_url
from wiki.pages.words import read_number
from wiki.people.accounts import people_by_id
from wiki.people.audit import NOBODY, Noted, noted
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.reading.pages import get_title, page_exists
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.account.invitations import KIND_WORDS, role_words
from wiki.web.admin.index import bp
from wiki.web.admin.sections import PEOPLE, Line, Section, register
from wiki.web.forms import render_tool
from wiki.web.link_session import ALLOW_WORDS
from wiki.web.support import current_reader

LISTED = 50
#: what is said for each word of the trail; another room's words are shown as they are
_SAID = {
    "role": lazy("changed a role"),
    "blocked": lazy("blocked an account"),
    "unblocked": lazy("opened an account again"),
    "page": lazy("joined an account to a page"),
    "guest": lazy("made someone a guest of a page"),
    "no-guest": lazy("ended what a guest could do"),
    "team": lazy("put someone in a team"),
    "team-left": lazy("left a team"),
    "invited": lazy("invited by mail"),
    "uninvited": lazy("withdrew an invitation"),
    "line-team": lazy("changed a team"),
    "line-readers": lazy("changed who reads a space"),
    "group-made": lazy("made a group"),
    "group-ended": lazy("ended a group"),
    "group-in": lazy("put someone in a group"),
    "group-out": lazy("took someone out of a group"),
    "group-keeper": lazy("made someone the keeper of a group"),
    "group-no-keeper": lazy("took a group from one of its keepers"),
    "group-part": lazy("put a group in a group"),
    "group-no-part": lazy("took a group out of a group"),
    "link-shared": lazy("shared a page by a link"),
    "link-revoked": lazy("revoked a link"),
    "code": lazy("made an invitation code"),
    "code-ended": lazy("ended an invitation code"),
    "logged-out": lazy("logged someone out everywhere"),
    "login-link": lazy("had a link to log in sent"),
    "handover-offered": lazy("offered to take over a project"),
    "handover-accepted": lazy("handed a project over"),
    "handover-declined": lazy("declined an offer to take over a project"),
    "answers-handed": lazy("let the programme team read what readers answered"),
    "answers-kept": lazy("no longer lets the programme team read what readers answered"),
    "erased": lazy("erased an account"),
    "mirror": lazy("added a mirror"),
    "no-mirror": lazy("ended a mirror"),
    "sister": lazy("named a sister Carrefour"),
    "no-sister": lazy("ended a sister Carrefour"),
    "sister-key": lazy("took another key of a sister Carrefour"),
    "block-sister": lazy("blocked a sister Carrefour"),
    "unblock-sister": lazy("let a sister Carrefour in again"),
    "block-sister-page": lazy("blocked a page of a sister Carrefour"),
    "unblock-sister-page": lazy("showed a page of a sister Carrefour again"),
    "site-key": lazy("changed the key of this site"),
    "revoke-site-key": lazy("revoked the key of this site"),
    "webhook": lazy("named an address that is told what is new"),
    "no-webhook": lazy("deleted an address that is told what is new"),
    "webhook-secret": lazy("renewed the secret of an address that is told what is new"),
    "exported": lazy("took a copy of what is kept about an account"),
    "trusted": lazy("lets someone save at once from now on"),
    "spam": lazy("set a text aside as spam"),
    "report-restricted": lazy("restricted a page that was reported"),
    "report-deleted": lazy("took down a page that was reported"),
    "report-kept": lazy("kept a page that was reported"),
    "account": lazy("made an account"),
    "founded": lazy("founded the wiki"),
    "setup-link": lazy("made a link that sets the site up"),
    "emptied": lazy("took the example pages out"),
    "imported": lazy("imported pages"),
    "backup": lazy("wrote a backup"),
    "backup-taken": lazy("took a backup along"),
    "site-exported": lazy("took the site along"),
    "restored": lazy("made the wiki again from a backup"),
    "moved-rows": lazy("moved accounts and settings into another database"),
    "mended": lazy("mended what was damaged"),
    "settings": lazy("changed settings"),
    "copy-deleted": lazy("deleted a copy from before an upgrade"),
    "look": lazy("changed the look"),
}


@bp.get("/admin/audit")
def audit() -> Response:
    """The lines, newest first."""
    reader = current_reader()
    before = read_number(request.args.get("before", ""))
    found = noted(reader.instance.private, before=before, limit=LISTED + 1)
    older = found[LISTED - 1].id if len(found) > LISTED else None
    return render_tool(
        "admin/audit.html",
        lines=_told(reader, found[:LISTED]),
        older=action_url("admin/audit", query={"before": older}) if older else "",
    )


def _told(reader: Reader, found: Sequence[Noted]) -> list[dict[str, Any]]:
    """Each line with the names of accounts that are still there."""
    ids = {one.who for one in found} | {one.about for one in found} | {one.said for one in found}
    people = people_by_id(reader.instance.private, ids - {NOBODY})
    return [
        {
            "when": one.at,
            "who": _who(one.who, people),
            "what": str(_SAID.get(one.what, one.what)),
            "about": _about(reader, one.about, people),
            "said": _words(one, people),
        }
        for one in found
    ]


def _words(one: Noted, people: dict[str, Person]) -> str:
    """What more is said of a line, in the reader's language where it is a word of ours."""
    if one.said in people:
        return people[one.said].name
    if one.what in ("role", "account"):
        return " → ".join(role_words(word) for word in one.said.split(" → "))
    if one.what == "link-shared":
        return str(ALLOW_WORDS.get(one.said, one.said))
    if one.what in ("invited", "uninvited"):
        return str(KIND_WORDS.get(one.said) or role_words(one.said))
    return one.said


def _who(who: str, people: dict[str, Person]) -> dict[str, str]:
    if who.startswith("unix "):
        label = _("The operator ({name})").format(name=who.removeprefix("unix "))
        return {"label": label, "url": ""}
    if who == NOBODY or " " in who:  # a command, of which earlier versions wrote the name
        return {"label": _("The operator"), "url": ""}
    if who in people:
        return {"label": people[who].name, "url": f"/-/admin/people/{who}"}
    return {"label": _("Someone without an account ({id})").format(id=who), "url": ""}


def _about(reader: Reader, about: str, people: dict[str, Person]) -> dict[str, str]:
    if about in people:
        return {"label": people[about].name, "url": f"/-/admin/people/{about}"}
    if about and page_exists(reader, about):
        return {"label": get_title(reader, about), "url": page_url(about)}
    return {"label": about, "url": ""}


def _lines(_reader: Reader) -> Sequence[Line]:
    return [Line(_("Who changed rights, and when"), "/-/admin/audit")]


register(Section(lazy("Trail"), _lines, order=90, part=PEOPLE))
