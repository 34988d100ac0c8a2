"""The page of one side, by its link: it names who it is for, asks, and later tells.

Opening it changes nothing; each button does one thing once. It shows no address, at no time: those
are in the mail that both get. Who holds the link is taken for the one it names, unless they are
signed in as somebody else.
"""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.people import get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.translation import gettext
from wiki.api.web import current_instance, current_person, current_reader
from wiki.api.web.forms import pressed_button, redisplay, render_tool, see_other, typed_values
from wiki.api.web.open_forms import csrf

from .. import afterwards
from ..afterwards import OUTCOMES
from ..letters import QUIET
from ..links import SIDE
from ..models import ANSWER, MISSED, SideRow
from ..relays import is_relay
from ..requests import PROPOSAL
from ..sisters import exchange
from ..states import CONFIRM, CONNECTED, view
from ..store import Introduction, act, find_by_side
from ..subjects import PAGE, subject_of

bp = Blueprint("introductions_sides", __name__)

Did = Callable[[Instance, Introduction, SideRow], str]


@bp.get("/introductions/<token>")
def side(token: str) -> Response:
    """What one is asked, and what has become of it."""
    introduction, mine = _found(token)
    instance, row = current_instance(), introduction.row
    if not _is_for_who_asks(mine):
        return _others_page(mine)
    state = view(introduction.talk, mine.id)
    other = introduction.other(mine) if state == CONNECTED else None
    person = get_person(instance.private, mine.person) if mine.person else None
    subject = subject_of(Reader(instance, person), row.about)
    proposer = get_person(instance.private, row.proposer) if row.proposer else None
    return render_tool(
        "introductions/side.html",
        private_address=True,
        state=state,
        name=mine.name,
        known=current_person() is not None,
        place=mine.place,
        other=other.name if other else introduction.names_opposite(mine),
        hidden=other is not None and other.hidden,
        mine_hidden=mine.hidden,
        proposer=proposer.name if proposer else "",
        answered_by=state == CONFIRM or (mine.place == "a" and row.kind != PROPOSAL),
        relay=row.kind == ANSWER
        and mine.place == "b"
        and subject is not None
        and is_relay(subject, mine.person),
        missed=row.kind == MISSED,
        tells=subject is not None
        and all(one.elsewhere is None for one in introduction.sides)
        and (row.kind != MISSED or bool(subject.team)),
        said=row.words,
        subject=subject,
        whole=subject is not None and subject.kind == PAGE,
        action=SIDE.path(instance, mine.id),
        quiet_url=SIDE.path(instance, mine.id, below=QUIET),
        outcomes=[(key, str(words)) for key, words in OUTCOMES.items()],
        outcome=mine.outcome,
        their_outcome=str(OUTCOMES[other.outcome]) if other and other.outcome else "",
        line={
            "words": row.line,
            "mine": row.line_by == mine.id,
            "told": row.line_told is not None,
        },
        values=typed_values("words", "line"),
    )


@bp.post("/introductions/<token>")
@redisplay(side)
def do(token: str) -> Response:
    """Does what one button says."""
    introduction, mine = _found(token)
    instance = current_instance()
    if not _is_for_who_asks(mine):
        return _others_page(mine, HTTPStatus.FORBIDDEN)
    words = pressed_button(_DOES)(instance, introduction, mine)
    exchange.tell(instance, introduction.row.id)
    return see_other(SIDE.path(instance, mine.id), words)


@bp.get("/introductions/<token>/quiet")
def quiet_link(token: str) -> Response:
    """A button: programs that look at links stop nothing."""
    _introduction, mine = _found(token)
    return _quiet_page(mine)


@bp.post("/introductions/<token>/quiet")
@csrf.exempt  # type: ignore[untyped-decorator]
def quiet(token: str) -> Response:
    """Not to be proposed any more, for who has the link: by the button, or by a mail program."""
    _introduction, mine = _found(token)
    if not _is_for_who_asks(mine):
        return _others_page(mine, HTTPStatus.FORBIDDEN)
    afterwards.set_quiet(current_instance(), mine, quiet=not request.form.get("undo"))
    return _quiet_page(mine)


def _found(token: str) -> tuple[Introduction, SideRow]:
    instance = current_instance()
    side_id = SIDE.read(instance, token)
    introduction = find_by_side(instance, side_id) if side_id else None
    mine = introduction.side(side_id) if introduction and side_id else None
    if introduction is None or mine is None or _is_closed(instance, mine):
        raise NotFound(gettext("This link is no longer good. Nothing was changed."))
    return introduction, mine


def _is_closed(instance: Instance, mine: SideRow) -> bool:
    person = get_person(instance.private, mine.person) if mine.person else None
    return mine.person is not None and (person is None or person.disabled)


def _is_for_who_asks(mine: SideRow) -> bool:
    """Whether it can be the one that the link names: nobody is signed in as somebody else."""
    person = current_person()
    return person is None or person.id == mine.person or person.email == mine.email


def _answering(kind: str) -> Did:
    def did(instance: Instance, introduction: Introduction, mine: SideRow) -> str:
        act(instance, mine.id, kind, hidden=bool(request.form.get("hidden")))
        return ""

    return did


def _write(instance: Instance, introduction: Introduction, mine: SideRow) -> str:
    afterwards.write(instance, introduction, mine, request.form.get("words", ""))
    return gettext("It is on its way.")


def _say_outcome(instance: Instance, introduction: Introduction, mine: SideRow) -> str:
    afterwards.say_outcome(instance, mine.id, request.form.get("outcome", ""))
    return gettext("Thank you. It stays between the two of you.")


def _propose_line(instance: Instance, introduction: Introduction, mine: SideRow) -> str:
    afterwards.propose_line(instance, mine.id, request.form.get("line", ""))
    return gettext("The other is asked; it is told once both of you want it.")


def _agree(instance: Instance, introduction: Introduction, mine: SideRow) -> str:
    if afterwards.agree_to_line(instance, mine.id, request.form.get("line", "")):
        return gettext("It stands in the story of the page now.")
    return ""


def _stop(*, reported: bool) -> Did:
    def did(instance: Instance, introduction: Introduction, mine: SideRow) -> str:
        afterwards.report(instance, mine.id, reported=reported)
        return gettext("Nothing more will come to you from there. Nobody is told why.")

    return did


_DOES: dict[str, Did] = {
    "confirm": _answering("confirm"),
    "yes": _answering("yes"),
    "no": _answering("no"),
    "write": _write,
    "outcome": _say_outcome,
    "line": _propose_line,
    "agree": _agree,
    "block": _stop(reported=False),
    "report": _stop(reported=True),
}


def _others_page(mine: SideRow, status: int = 200) -> Response:
    return render_tool("introductions/other.html", status, private_address=True, name=mine.name)


def _quiet_page(mine: SideRow) -> Response:
    instance = current_instance()
    if not _is_for_who_asks(mine):
        return _others_page(mine)
    return render_tool(
        "introductions/quiet.html",
        private_address=True,
        name=mine.name,
        quiet=afterwards.is_quiet(instance, mine),
        action=SIDE.path(instance, mine.id, below=QUIET),
        reader=current_reader(),
    )
