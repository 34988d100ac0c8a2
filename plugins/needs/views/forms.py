"""The forms that write a need or an offer, without a word of Markdown to know."""

from collections.abc import Mapping, Sequence
from functools import partial

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from wiki.api.errors import EditConflict, Forbidden, NotFound, WikiError
from wiki.api.limits import client_address, count_request
from wiki.api.pages import Heading, Page, read_document
from wiki.api.pages.items import new_identity
from wiki.api.pages.spaces import ensure_own_page
from wiki.api.paths import action_url, normalise, page_url, read_number, slug
from wiki.api.reading import Reader, get_page
from wiki.api.reading.item_rows import ItemRow, count_item_facets, get_item, select_items
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext
from wiki.api.web import current_reader, signed_in_reader
from wiki.api.web.forms import redisplay, render_tool, see_other, show_refusal
from wiki.api.web.open_forms import (
    OpenForm,
    antispam,
    check_self_registration,
    keep_in_browser,
    open_to_all,
    receive_form,
    typed_fields,
)

from .. import changes, experts
from ..fields import DETAILS_LENGTH, WHAT_LENGTH, Fields, fields_of, typed
from ..model import KIND_BY_BLOCK, KINDS, NEED, Kind, defining
from ..newcomers import comes_first
from ..places import choices, may_say
from ..presenters import Values, availability_words, board_url, item_url
from ..text import gone, item_in
from .duplicates import find_duplicates

bp = Blueprint("needs_forms", __name__)

_BY_BOARD = {kind.board: kind for kind in KINDS}
_FIELDS = ("what", "details", "keywords", "places", "before", "availability")
#: words of others that are offered to tick, and that are completed as one types
_TICKED, _KNOWN = 12, 60
_OFTEN = (1, 2, 4)
_PREFIX_LENGTH, _IDENTITY_LENGTH = 2, 10


@bp.get("/<any(needs, offers):board>/new")
def new(board: str) -> Response:
    """An empty form; ``?page=`` says for which page, ``?title=`` what it is about.

    For a page of one's own, a visitor begins with it, and has an account at the end. Raises
    LogInFirst, Forbidden, NotFound.
    """
    kind = _BY_BOARD[board]
    sent = typed_fields(_form_name(kind))
    reader = _open_to((sent or request.args).get("page", ""))
    if sent:
        return _form(reader, kind, _begun(kind, sent))
    values = dict.fromkeys(_FIELDS, "") | {"page": _asked_page(reader, kind)}
    values["key"] = new_identity(kind.prefix)
    values["section"] = request.args.get("section", "")
    values["what"] = request.args.get("title", "")[:WHAT_LENGTH]
    if (chapter := _chapter(reader, kind, values)) is not None:
        values["what"] = experts.begun(chapter[1], chapter[0].lang)
    return _form(reader, kind, values)


@bp.post("/<any(needs, offers):board>/new")
@open_to_all
@redisplay(new)
def add(board: str) -> Response:
    """Writes it; a visitor is asked for an address first.

    Open needs that ask the same are told once before, where they were not while it was typed.
    """
    kind = _BY_BOARD[board]
    reader = _open_to(request.form.get("page", ""))
    values = _begun(kind, request.form)
    if kind is NEED:
        # One's own in the same words is no other: what was sent once more leads to it.
        said = _typed(kind, request.form)
        found = find_duplicates(reader, values, lambda one: changes.says(one, said))
        if any(one["id"] not in request.form.getlist("told") for one in found):
            return _form(reader, kind, values, duplicates=found)

    def look() -> list[tuple[str, str]]:
        _typed(kind, request.form)
        shown = [(str(kind.title), values["what"]), ("", values["details"])]
        return [
            *shown,
            (gettext("Keywords"), values["keywords"]),
            (gettext("Where?"), values["places"]),
        ]

    return receive_form(_form_name(kind), look)


def open_forms() -> Mapping[str, OpenForm]:
    """What visitors begin: an item for a page of their own, which is made with it."""
    return {
        _form_name(kind): OpenForm(
            action_url(f"{kind.board}/new"),
            gettext("Say it"),
            gettext("It is written, and on the board."),
            partial(_add, kind),
            partial(new, kind.board),
        )
        for kind in KINDS
    }


def _add(kind: Kind, reader: Reader, form: MultiDict[str, str]) -> Response:
    """Writes what ``form`` says; who has no page of their own is given one."""
    values = _begun(kind, form)
    count_request("save")
    fields = _typed(kind, form)
    page = normalise(values["page"]) if values["page"] else ""
    if (chapter := _chapter(reader, kind, values)) is not None:
        fields = experts.about(reader, *chapter, fields)
    if changes.propose_new(reader, page, kind, fields, values["key"], client_address()):
        thanks = gettext("Thank you. What you wrote is read over by those who look after the page.")
        return see_other(action_url("account"), thanks)
    if not page:
        page = ensure_own_page(reader)
        reader = reader.renewed()  # its account is joined to the page since
    identity = changes.add(reader, page, kind, fields, values["key"])
    return see_other(item_url(kind, identity), gettext("It is written, and on the board."))


@bp.get("/<any(needs, offers):board>/<identity>/edit")
def edit(board: str, identity: str) -> Response:
    """The form with what the item says."""
    kind, reader = _BY_BOARD[board], _signed_in()
    row = row_to_change(reader, kind, identity)
    fields = fields_of(item_in(get_page(reader, row.path).text, identity)[0])
    return _form(reader, kind, _shown(fields) | {"base": reader.head}, row=row)


@bp.post("/<any(needs, offers):board>/<identity>/edit")
def change(board: str, identity: str) -> Response:
    """Writes it anew; joined with what others wrote meanwhile, unless it is the same line."""
    kind, reader = _BY_BOARD[board], _signed_in()
    row = row_to_change(reader, kind, identity)
    values = _sent(request.form) | {"base": request.form.get("base", "")}
    try:
        count_request("save")
        changes.rewrite(reader, row, _typed(kind, request.form), values["base"])
    except EditConflict as conflict:
        # What the others wrote is told; who saves now has read it.
        values["base"] = conflict.head
        theirs = _said_now(conflict.theirs, identity)
        return show_refusal(lambda: _form(reader, kind, values, row=row, theirs=theirs), conflict)
    except NotFound:
        raise
    except WikiError as error:
        return show_refusal(lambda: _form(reader, kind, values, row=row), error)
    return see_other(item_url(kind, identity), gettext("Saved."))


def row_to_change(reader: Reader, kind: Kind, identity: str) -> ItemRow:
    """The item of that identity that the reader may edit. Raises NotFound, Forbidden."""
    row = get_item(reader, identity)
    if row is None or KIND_BY_BLOCK.get(row.block) is not kind:
        raise gone()
    _check_may_edit(reader, row.path)
    return row


def _check_may_edit(reader: Reader, path: str) -> None:
    if not reader.may_edit(path):
        raise Forbidden(gettext("This page is edited by its team."))


def _signed_in() -> Reader:
    return signed_in_reader(_yours())


def _yours() -> str:
    return gettext("Log in first: what you say here is yours to change afterwards.")


def _asked_page(reader: Reader, kind: Kind) -> str:
    """The page that the form is for; "" stands for one's own, made where it is missing."""
    if asked := request.args.get("page", ""):
        path = get_page(reader, normalise(asked)).path
        if not may_say(reader, path):
            _check_may_edit(reader, path)
        return path
    mine = choices(reader, kind)
    return mine[0].path if mine else ""


def _chapter(reader: Reader, kind: Kind, values: Mapping[str, str]) -> tuple[Page, Heading] | None:
    """The chapter that an expert is asked about; None where it is about no chapter."""
    if kind is not NEED or not values["page"] or not values["section"]:
        return None
    page = get_page(reader, normalise(values["page"]))
    heading = experts.heading_of(page, values["section"])
    return None if heading is None else (page, heading)


def _open_to(page: str) -> Reader:
    """The reader; a visitor where the item stands on no page that is there. Raises LogInFirst."""
    if page:
        return _signed_in()
    check_self_registration(_yours())
    return current_reader()


def _form_name(kind: Kind) -> str:
    return f"needs-{kind.name}"


def _begun(kind: Kind, form: MultiDict[str, str]) -> dict[str, str]:
    """The values of the form for a new item, as they were sent."""
    values = _sent(form) | {"page": form.get("page", ""), "key": _key(kind, form)}
    return values | {"section": form.get("section", "")}


def _key(kind: Kind, form: MultiDict[str, str]) -> str:
    key = form.get("key", "")
    rest = key[_PREFIX_LENGTH:]
    fine = len(key) == _IDENTITY_LENGTH and key.startswith(f"{kind.prefix}-") and rest.isascii()
    return key if fine and rest.isalnum() and rest == rest.lower() else new_identity(kind.prefix)


def _sent(form: MultiDict[str, str]) -> dict[str, str]:
    sent = {name: form.get(name, "") for name in _FIELDS}
    ticked = [word for word in form.getlist("keyword")[:_TICKED] if word]
    sent["keywords"] = ", ".join([*ticked, *filter(None, [sent["keywords"].strip()])])
    return sent


def _typed(kind: Kind, form: MultiDict[str, str]) -> Fields:
    sent = _sent(form)
    if kind is NEED:
        sent["availability"] = ""
    return typed(kind, **sent)


def _shown(fields: Fields) -> dict[str, str]:
    return {
        "what": fields.what,
        "details": fields.details,
        "keywords": ", ".join(fields.keywords),
        "places": ", ".join(fields.places),
        "before": fields.before,
        "availability": "" if fields.availability is None else str(fields.availability),
    }


def _said_now(text: str, identity: str) -> str:
    """The words that the item has in ``text``; "" where it is no longer there."""
    found = [
        item.plain
        for block, _kind in defining(read_document(text).blocks)
        for item in block.items
        if item.identity == identity
    ]
    return found[0] if found else ""


def _form(
    reader: Reader,
    kind: Kind,
    values: Mapping[str, str],
    *,
    row: ItemRow | None = None,
    theirs: str = "",
    duplicates: Sequence[Values] = (),
) -> Response:
    words = [part.strip() for part in values["keywords"].split(",") if part.strip()]
    counts = count_item_facets(
        reader, ("keyword", "territory"), select_items(kind.blocks, (" ",)), limit=_KNOWN
    )
    known = [one.value for one in counts["keyword"]][:_TICKED]
    ticked = {slug(word) for word in words}
    page = row.path if row else values["page"]
    named = get_row(reader, page) if page else None
    offered = [(one.path, one.title) for one in choices(reader, kind)] if row is None else []
    if named is not None and row is None and named.path not in dict(offered):
        offered.insert(0, (named.path, named.title))
    chapter = _chapter(reader, kind, values) if row is None else None
    if chapter is not None:
        # It is about that page: another would have no such chapter.
        offered = []
    first = comes_first(reader, kind) if row is None and not page else None
    back = item_url(kind, row.identity) if row else (page_url(page) if page else board_url(kind))
    response = render_tool(
        "needs/form.html",
        kind=kind.name,
        action=f"{item_url(kind, row.identity)}/edit" if row else action_url(f"{kind.board}/new"),
        new=row is None,
        first=first,
        held=row is None and _is_held(reader, page),
        values={**values, "keywords": ", ".join(w for w in words if not _known(w, known))},
        known_keywords=[(word, slug(word) in ticked) for word in known],
        known_places=[one.value for one in counts["territory"]],
        availabilities=_availabilities(values["availability"]),
        pages=offered,
        chapter=chapter[1].text if chapter else "",
        page_title=named.title if named else "",
        theirs=theirs,
        duplicates=duplicates,
        back=back,
        board={"label": str(kind.title), "url": board_url(kind)},
        most={"what": WHAT_LENGTH, "details": DETAILS_LENGTH},
        traps=antispam.fields(),
    )
    return keep_in_browser(response)


def _is_held(reader: Reader, page: str) -> bool:
    person = reader.person
    return person is not None and (not reader.may_edit(page) if page else person.held)


def _known(word: str, known: list[str]) -> bool:
    return slug(word) in {slug(one) for one in known}


def _availabilities(chosen: str) -> list[tuple[str, str]]:
    numbers = [*_OFTEN, 0]
    if (number := read_number(chosen)) is not None and number not in numbers:
        numbers.append(number)
    return [
        ("", gettext("I would rather not say")),
        *((str(number), availability_words(number)) for number in numbers),
    ]
