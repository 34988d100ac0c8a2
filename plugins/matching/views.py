"""“For you”, “Not for me”, and the thesaurus's suggestions."""

from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api.errors import Forbidden, NotFound
from wiki.api.pages import Page
from wiki.api.pages.editing import ProposalForm, propose, save
from wiki.api.paths import action_url, page_url
from wiki.api.reading import Reader, get_page
from wiki.api.translation import gettext, language, lazy
from wiki.api.web import current_reader, flash_message, render_page, signed_in_reader
from wiki.api.web.forms import render_tool

from .fits import decline
from .pairs import shelf_for, shelf_of, thesaurus_of
from .panels import mine
from .projection import THESAURUS, Kept
from .reasons import reasons_for
from .texts import NEED
from .vocabulary import clean, is_apart, joined, keep_apart, kept_apart, parted, told_apart

bp = Blueprint("matching", __name__)

WORD, PUBLIC = "word", "public"
REASONS = {
    "time": lazy("I have no time for this now"),
    "place": lazy("It is too far away"),
    "known": lazy("We know each other already"),
    "subject": lazy("It is not my subject"),
    WORD: lazy("A word is understood in another sense"),
}


@bp.get("/matching")
def for_me() -> Response:
    """The needs that fit what one offers. Raises LogInFirst."""
    reader = _of_someone()
    page = reader.person.page if reader.person else None
    return render_tool(
        "matching/mine.html",
        groups=mine(reader),
        own_url=page_url(page) if page else "",
        create_url="" if page else action_url("new", query={"type": "person"}),
    )


@bp.get("/matching/decline")
def ask_why() -> Response:
    """The form: why a pair is not for me. Raises LogInFirst or NotFound."""
    reader = _of_someone()
    return _form(
        reader, *_pair(reader, request.args.get("need", ""), request.args.get("offer", ""))
    )


@bp.post("/matching/decline")
def not_for_me() -> Response:
    """Hides the pair from who asks; a word that was misunderstood becomes a proposed edit."""
    reader, form = _of_someone(), request.form
    need, offer = _pair(reader, form.get("need", ""), form.get("offer", ""))
    reason = form.get("reason", "")
    if reason not in REASONS:
        return _form(reader, need, offer, gettext("Choose a reason: it helps to do better."))
    words, sense = form.get("words", ""), clean(form.get("sense", ""))
    if reason == WORD and not (words and (sense or "|" in words)):
        missing = gettext("Say which word, and what it means here.")
        return _form(reader, need, offer, missing, words, sense)
    decline(reader, need.text.id, offer.text.id, reason)
    flash_message(gettext("It is not shown to you any more. Nobody is told."))
    # What only some may read gives no word to a page that everyone reads.
    if reason == WORD and need.group == offer.group == PUBLIC and _propose(reader, words, sense):
        flash_message(gettext("Your word is proposed for the thesaurus: someone reads it over."))
    return redirect(action_url("matching"), 303)


@bp.get("/thesaurus")
def thesaurus() -> Response:
    """Words that keep coming together in public texts, for who edits the thesaurus."""
    reader = current_reader()
    page = _thesaurus_page(reader)
    may = reader.may_edit(THESAURUS)
    known = thesaurus_of(reader)
    apart = kept_apart(reader.instance)
    found = [
        one
        for one in shelf_of(reader.instance).suggestions()
        if not is_apart(apart, one.one, one.other)
        and joined(page.text, one.one, one.other) != page.text
    ]
    return render_tool(
        "matching/thesaurus.html",
        suggestions=found if may else [],
        may_edit=may,
        notions=len(known.notions),
        whole_url=page_url(THESAURUS),
    )


@bp.post("/thesaurus")
def accept() -> Response:
    """Adds a suggestion to the page, or puts it away for all. Raises what saving does."""
    reader = _of_someone()
    page = _thesaurus_page(reader)
    if not reader.may_edit(THESAURUS):
        raise Forbidden(gettext("This page is edited by its team."))
    one, other = request.form.get("one", ""), request.form.get("other", "")
    if request.form.get("what") == "apart":
        keep_apart(reader.instance, one, other)
        return redirect(action_url("thesaurus"), 303)
    text = joined(page.text, one, other)
    if text != page.text:
        message = gettext("The thesaurus: {one} = {other}").format(one=one, other=other)
        save(reader, THESAURUS, text, reader.head, message)
        flash_message(
            gettext("Added: “{one}” and “{other}” are one notion.").format(one=one, other=other)
        )
    return redirect(action_url("thesaurus"), 303)


def _of_someone() -> Reader:
    return signed_in_reader(gettext("Log in first: this page is your own."))


def _thesaurus_page(reader: Reader) -> Page:
    try:
        return get_page(reader, THESAURUS)
    except NotFound:
        raise NotFound(gettext("There is no thesaurus here yet.")) from None


def _pair(reader: Reader, need: str, offer: str) -> tuple[Kept, Kept]:
    """The two, where the reader may see both. Raises NotFound."""
    found = shelf_for(reader).of([need, offer], reader.audience)
    if need not in found or offer not in found or found[need].text.kind != NEED:
        raise NotFound(gettext("There is no such need or offer here."))
    if found[offer].text.kind == NEED:
        raise NotFound(gettext("There is no such need or offer here."))
    return found[need], found[offer]


def _form(
    reader: Reader, need: Kept, offer: Kept, error: str = "", words: str = "", sense: str = ""
) -> Response:
    why = reasons_for(need.text, offer.text, thesaurus_of(reader))
    choices: list[tuple[str, str]] = [
        (word, gettext("“{word}”").format(word=word)) for word in why.shared
    ]
    choices += [(f"{said}|{other}", f"{said} = {other}") for said, other, _how in why.related]
    values: dict[str, Any] = {
        "need": need.text,
        "offer": offer.text,
        "reasons": [(key, str(label)) for key, label in REASONS.items() if key != WORD or choices],
        "chosen": request.form.get("reason", ""),
        "choices": choices,
        "words": words,
        "sense": sense,
        "error": error,
    }
    return render_page("matching/decline.html", 422 if error else 200, noindex=True, **values)


def _propose(reader: Reader, words: str, sense: str) -> bool:
    """Proposes the edit that tells two senses apart; False where there is nothing to propose."""
    try:
        page = get_page(reader, THESAURUS)
    except NotFound:
        return False
    one, bar, other = words.partition("|")
    text = parted(page.text, one, other) if bar else told_apart(page.text, one, sense)
    if text == page.text:
        return False
    message = gettext("“{word}” is understood in another sense").format(
        word=words.replace("|", " = ")
    )
    try:
        propose(
            reader,
            THESAURUS,
            ProposalForm(text=text, base=reader.head, message=message, lang=language()),
        )
    except (Forbidden, NotFound):
        return False
    return True
