"""The page of one application: for its project's team, and for those who organise the evening."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, request
from werkzeug.wrappers import Response

from wiki.api.errors import BadField, NotFound
from wiki.api.paths import action_url
from wiki.api.reading import Reader, page_exists, resolve_target
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext
from wiki.api.web import current_reader
from wiki.api.web.forms import redisplay, render_tool, see_other, typed_values

from .. import decisions, neighbours, store, submission, values
from ..access import ORGANISER, TEAM, Seen, seen
from ..decisions import decision_of
from ..letters import ready_letter
from ..ownership import remember
from ..programme import consent, entries, presentations
from ..reasons import choices
from ..states import ASIDE, CHOICES, HELD, LIVE, READ, RECEIVED, SELECTED
from ..versions import is_closed_again

bp = Blueprint("applications_one", __name__)

Did = Callable[[Reader, Seen], str]
#: of whatever plugin brings people together
_PROPOSE = "introductions/propose"


@bp.get("/application/<application_id>")
def one(application_id: str) -> Response:
    """The project, the notes, where it stands; for who organises, its neighbours."""
    reader = current_reader()
    it = seen(reader, application_id)
    near: dict[str, Any] = {"projects": [], "people": []}
    if it.side == ORGANISER and it.page is not None:
        decision = decision_of(reader.instance, it.row.id)
        if page_exists(reader, it.page.path) or not is_closed_again(it.row, decision):
            near["projects"] = neighbours.near_projects(reader, it.page)
        if page_exists(reader, it.page.path):
            near["people"] = neighbours.near_people(reader, it.page, _propose_address())
    shown = values.whole(reader, it)
    values.fill_said(reader, [shown])
    return render_tool(
        "applications/one.html",
        one=shown,
        side=it.side,
        near=near,
        list_url=action_url("applications", it.row.event),
        letters_url=action_url("application/letters", it.row.event, {"one": it.row.id}),
        values=typed_values("text", "title", "summary"),
        most=store.NOTE_LENGTH,
        longest={"title": consent.TITLE, "summary": consent.SUMMARY},
    )


@bp.post("/application/<application_id>")
@redisplay(one)
def do(application_id: str) -> Response:
    """Does what one button says."""
    reader = current_reader()
    it = seen(reader, application_id)
    words = act(reader, it, request.form.get("action", ""))
    return see_other(action_url(f"application/{it.row.id}"), words)


@bp.get("/application/<application_id>/decide")
def deciding_form(application_id: str) -> Response:
    """The letter, and for “not this time” the reasons and doors to tick."""
    reader = current_reader()
    it = _organised(reader, application_id)
    choice = request.values.get("choice", SELECTED)
    choice = choice if choice in CHOICES else SELECTED
    offered, known = choices(reader, it.row.event, it.page), decision_of(reader.instance, it.row.id)
    same = known if known is not None and known.choice == choice else None
    sent = request.method == "POST"
    title = it.call.title if it.call else ""
    letter = same.row.words if same else ready_letter(choice, title, reader.instance.settings.lang)
    doors = request.form.getlist("doors") if sent else (same.doors if same else ())
    ticked = request.form.getlist("reasons") if sent else (same.reasons if same else ())
    return render_tool(
        "applications/decide.html",
        one=values.one_line(reader, it, known),
        choice=choice,
        reasons=[(key, words, key in ticked) for key, words in offered.reasons],
        doors=[(one.path, one.title, one.kind, one.path in doors) for one in offered.doors],
        reasons_page=action_url("edit", offered.page),
        **typed_values(words=letter, other=""),
        most=decisions.LETTER,
    )


@bp.post("/application/<application_id>/decide")
@redisplay(deciding_form)
def decide(application_id: str) -> Response:
    """Notes the decision; nobody is told yet."""
    reader = current_reader()
    it = _organised(reader, application_id)
    offered = choices(reader, it.row.event, it.page)
    named = {row.path for row in offered.doors}
    doors = [path for path in request.form.getlist("doors") if path in named]
    if other := request.form.get("other", "").strip():
        doors.append(_page_named(reader, other))
    decisions.decide(
        reader,
        it.row,
        request.form.get("choice", ""),
        request.form.get("words", ""),
        [one for one, _ in offered.reasons if one in request.form.getlist("reasons")],
        doors,
    )
    words = gettext("Noted. The team knows nothing of it until you tell them.")
    return see_other(action_url(f"application/{it.row.id}"), words)


def act(reader: Reader, it: Seen, action: str) -> str:
    """Does what one button says, for the side that presses it; what is said of it.

    Raises NotFound where that side has no such button, and what it does.
    """
    did = _DOES.get((it.side, action))
    if did is None:
        raise NotFound(gettext("There is nothing of that name to do."))
    return did(reader, it)


def _organised(reader: Reader, application_id: str) -> Seen:
    it = seen(reader, application_id)
    if it.side != ORGANISER or it.row.state not in LIVE:
        raise NotFound(gettext("There is nothing here."))
    return it


def _page_named(reader: Reader, typed: str) -> str:
    """The page of the address, path or title that was typed. Raises BadField."""
    typed = typed.removeprefix(reader.instance.settings.public_url).strip("/")
    path = resolve_target(reader, typed)
    if path is None or get_row(reader, path) is None:
        raise BadField("other", gettext("There is no such page here."))
    return path


def _propose_address() -> str:
    """Where introductions are proposed; "" where nothing of the kind is there."""
    known = (rule.rule for rule in current_app.url_map.iter_rules())
    return _PROPOSE if action_url(_PROPOSE) in known else ""


def _note(reader: Reader, it: Seen) -> str:
    store.note(
        reader.instance,
        it.row,
        it.person,
        request.form.get("text", ""),
        organiser=it.side == ORGANISER,
    )
    remember(reader.instance, it.row)
    return ""


def _withdraw(reader: Reader, it: Seen) -> str:
    if it.row.agreed:
        entries.disagree(reader, it.row)
    submission.withdraw(reader.instance, it.row)
    return gettext(
        "Withdrawn. Your space stays as it is; the programme team no longer reads it for this "
        "evening."
    )


def _again(reader: Reader, it: Seen) -> str:
    if it.call is None:
        raise BadField("", gettext("This event no longer takes applications."))
    submission.propose_again(reader, it.call, it.row)
    return gettext("It is with those who prepare the evening again.")


def _show(*, to_all: bool) -> Did:
    def did(reader: Reader, it: Seen) -> str:
        if it.page is None:
            raise NotFound(gettext("There is nothing here."))
        submission.show_space(reader, it.page.path, to_all=to_all)
        if to_all:
            return gettext("Your space is open to everyone. You can close it again here.")
        return gettext(
            "Your space is closed again: your team sees it, with whomever it lets read it and the "
            "administrators."
        )

    return did


def _agree(reader: Reader, it: Seen) -> str:
    if it.page is None:
        raise NotFound(gettext("There is nothing here."))
    if entries.agree(reader, it.row, consent.read_words(request.form, it.page)):
        return gettext("Thank you. Your project stands in the programme, in these words.")
    return gettext("Thank you. Those who prepare the evening can add you to the programme.")


def _disagree(reader: Reader, it: Seen) -> str:
    if entries.disagree(reader, it.row):
        return gettext("Your project does not stand in the programme.")
    return gettext("Noted. Those who prepare the evening take it out of the programme.")


def _presented(reader: Reader, it: Seen) -> str:
    named = entries.named_in(reader.instance, it.call) if it.call else frozenset()
    if it.page is None or it.page.path not in named:
        raise BadField("", gettext("This project is not in the programme of this event."))
    presentations.say_presented(reader, it.row)
    return gettext("Your page says that it was presented there.")


def _object(reader: Reader, it: Seen) -> str:
    if it.page is None:
        raise NotFound(gettext("There is nothing here."))
    presentations.object_to(reader, it.row)
    return gettext("Your page does not say that it was presented there.")


def _read(reader: Reader, it: Seen) -> str:
    store.move(reader.instance, it.row.id, (RECEIVED,), READ)
    return ""


def _aside(reader: Reader, it: Seen) -> str:
    store.move(reader.instance, it.row.id, (HELD, *LIVE), ASIDE)
    return gettext("Set aside. Nobody is told; you can take it up again.")


def _take_up(reader: Reader, it: Seen) -> str:
    store.move(reader.instance, it.row.id, (ASIDE,), RECEIVED if it.row.project else HELD)
    return ""


def _accept(reader: Reader, it: Seen) -> str:
    submission.make_held(reader.instance, it.row)
    return gettext(
        "Its space is made: its team sees it, and the programme team reads it as long as it waits "
        "for an answer."
    )


def _undecide(reader: Reader, it: Seen) -> str:
    decisions.undecide(reader.instance, it.row.id)
    return gettext("Nothing is decided.")


def _tell(reader: Reader, it: Seen) -> str:
    decision = decision_of(reader.instance, it.row.id)
    if decisions.tell(reader.instance, [it.row]):
        return gettext("The team is told: each of them gets a letter.")
    if decision is not None and not decision.told:
        raise BadField("", gettext("Nobody of this team has an account: tell them in person."))
    return ""


def _add(reader: Reader, it: Seen) -> str:
    entries.add(reader, it.row)
    return gettext("It stands in the programme.")


_DOES: dict[tuple[str, str], Did] = {
    (TEAM, "note"): _note,
    (TEAM, "withdraw"): _withdraw,
    (TEAM, "again"): _again,
    (TEAM, "show"): _show(to_all=True),
    (TEAM, "hide"): _show(to_all=False),
    (TEAM, "agree"): _agree,
    (TEAM, "disagree"): _disagree,
    (TEAM, "presented"): _presented,
    (TEAM, "object"): _object,
    (ORGANISER, "note"): _note,
    (ORGANISER, "read"): _read,
    (ORGANISER, "aside"): _aside,
    (ORGANISER, "take-up"): _take_up,
    (ORGANISER, "accept"): _accept,
    (ORGANISER, "undecide"): _undecide,
    (ORGANISER, "tell"): _tell,
    (ORGANISER, "add"): _add,
}
