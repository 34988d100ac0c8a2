"""The threads of a page: as a page of their own, and as the part that its script puts beside it."""

from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, redirect, request
from werkzeug.wrappers import Response

from wiki.api.errors import BadField, LogInFirst, NotFound, WikiError
from wiki.api.limits import client_address, count_request, set_retry_after
from wiki.api.pages import Page
from wiki.api.paths import action_url, normalise
from wiki.api.reading import Reader, find_redirect, get_page, page_exists
from wiki.api.translation import gettext
from wiki.api.web import current_reader, flash_message, render_page, wants_fragment
from wiki.api.web.forms import FormText, read_fields, show_refusal, typed_values
from wiki.api.web.open_forms import antispam, open_to_links

from . import mentions, notifications, positions, presenters, store
from . import threads as talking
from .models import OPEN, PASSAGE, CommentRow, ThreadRow
from .positions import Chosen
from .threads import Said

bp = Blueprint("comments", __name__)

_TYPED = ("quote", "before", "after", "section", "words", "name")
#: characters of what stands around a passage
_AROUND = 400


@bp.get("/comments/<path:path>")
@open_to_links
def listed(path: str) -> Response:
    """The threads of a page, and the form for another one. Raises NotFound."""
    reader = current_reader()
    path = normalise(path)
    if not page_exists(reader, path) and (moved := find_redirect(reader, path)) is not None:
        return redirect(action_url("comments", moved))
    page = get_page(reader, path)
    if wants_fragment():
        return _fragment(reader, page)
    values = {name: request.args.get(name, "") for name in _TYPED}
    return _list(reader, page, values, request.args.get("which", "open"))


@bp.post("/comments/<path:path>")
@open_to_links
def write(path: str) -> Response:
    """Begins a thread. Raises NotFound."""
    reader = current_reader()
    page = get_page(reader, normalise(path))
    if not store.may_comment(reader, page):
        raise LogInFirst(gettext("Log in first: then you may comment on this page."))
    values = typed_values(*_TYPED)
    try:
        if _is_trapped():
            return _thanks(reader, page, None)
        comment = talking.begin(reader, page, _chosen(page, values), _said(values))
    except WikiError as error:
        return _refused(reader, page, values, error)
    notifications.tell(reader, comment, page.path)
    return _thanks(reader, page, comment)


@bp.post("/comment/<id>")
@open_to_links
def act(id: str, action: FormText, words: FormText) -> Response:
    """Something about a thread, or one comment of it, by the button pressed. Raises NotFound."""
    reader = current_reader()
    thread, comment = _about(reader, id)
    page = get_page(reader, thread.path)
    try:
        if action == "reply" and comment is None:
            return _reply(reader, page, thread)
        done = _do(reader, thread, comment, action)
    except WikiError as error:
        field = f"words-{thread.id}"
        return _refused(reader, page, _blank() | {field: words}, error, field)
    return _back(reader, page, thread.id, done)


@bp.get("/comments-people/<path:path>")
def people(path: str) -> Response:
    """Whom the words typed after ``@`` may mean, as JSON. Raises LogInFirst, NotFound."""
    reader = current_reader()
    page = get_page(reader, normalise(path))
    if reader.person is None:
        raise LogInFirst(gettext("Log in first: then you may comment on this page."))
    count_request("suggestion")
    found = mentions.suggest(reader, page.path, request.args.get("q", "")[:60])
    return jsonify([one.name for one in found])


def _about(reader: Reader, id: str) -> tuple[ThreadRow, CommentRow | None]:
    """A thread, or a comment with its thread, of the page that stands there and that they read."""
    instance = reader.instance
    comment = store.find_comment(instance, id)
    thread = store.find_thread(instance, comment.thread if comment else id)
    if thread is not None and thread.path and page_exists(reader, thread.path):
        for found, rows in store.seen_by(
            reader, thread.path, store.threads_of(reader, thread.path, ThreadRow.id == thread.id)
        ):
            if comment is None or comment.id in {row.id for row in rows}:
                return found, comment
    raise NotFound(gettext("There is nothing here."))


def _reply(reader: Reader, page: Page, thread: ThreadRow) -> Response:
    if not store.may_comment(reader, page):
        raise LogInFirst(gettext("Log in first: then you may comment on this page."))
    if _is_trapped():
        return _thanks(reader, page, None)
    comment = talking.reply(reader, thread, _said(typed_values("words", "name")))
    notifications.tell(reader, comment, page.path)
    return _thanks(reader, page, comment)


@read_fields
def _do(
    reader: Reader,
    thread: ThreadRow,
    comment: CommentRow | None,
    action: str,
    words: FormText,
    seen: FormText,
) -> str:
    """Does it, and says so in words. Raises NotFound, BadField, TooMany."""
    instance = reader.instance
    team = store.is_team(reader, thread.path)
    if comment is None:
        rows = store.comments_of(instance, [thread])[thread.id]
        if action in ("resolve", "open") and (team or store.began(reader, rows)):
            talking.resolve(reader, thread.id, resolved=action == "resolve")
            return gettext("Resolved.") if action == "resolve" else gettext("Open again.")
        raise NotFound(gettext("There is nothing here."))
    mine = bool(reader.person and comment.person == reader.person.id)
    if action == "change" and mine:
        talking.change(reader, comment, thread, words)
        if (now := store.find_comment(instance, comment.id)) is not None:
            notifications.tell(reader, now, thread.path)
        return gettext("Changed.")
    if action == "remove" and (mine or team):
        talking.take_back(instance, comment)
        return gettext("Removed: nothing of it is kept.")
    if store.may_let_through(reader, comment, thread.path):
        if action == "spam" and comment.state != OPEN:
            talking.take_back(instance, comment)
            return gettext("Removed: nothing of it is kept.")
        if action == "accept":
            if not talking.let_through(reader, comment, seen):
                return gettext("It says something else by now: read it before you let it stand.")
            comment.state = OPEN
            notifications.tell(reader, comment, thread.path)
            return gettext("It stands on the page now.")
    raise NotFound(gettext("There is nothing here."))


def _chosen(page: Page, values: dict[str, str]) -> Chosen | None:
    """What the comment is about; None: the page as a whole. Raises BadField."""
    quote = values["quote"].strip()
    if len(quote) > PASSAGE:
        raise BadField("quote", gettext("Choose a shorter passage: a sentence or two."))
    if quote:
        around = values["before"][-_AROUND:], values["after"][:_AROUND]
        if (found := positions.choose(page, quote, *around)) is None:
            raise BadField(
                "quote",
                gettext("The page does not say this in its own text: choose a passage of it."),
            )
        return found
    if not values["section"]:
        return None
    if (chapter := positions.choose_chapter(page, values["section"])) is None:
        raise BadField("section", gettext("This chapter is gone meanwhile: choose another one."))
    return chapter


def _said(values: dict[str, str]) -> Said:
    return Said(values["words"], values["name"], client_address())


def _is_trapped() -> bool:
    """Whether a machine has sent it. Raises BadField."""
    try:
        return antispam.caught()
    except BadField as error:
        raise BadField("words", error.words) from error


def _thanks(reader: Reader, page: Page, comment: CommentRow | None) -> Response:
    """What is said to who has written: ``comment`` is None for a machine, which is told as much."""
    held = comment is None or comment.state != OPEN
    words = (
        gettext("Thank you. Your comment stands here once somebody has read it over.")
        if held
        else gettext("Your comment stands here now.")
    )
    return _back(reader, page, comment.thread if comment else "", words)


def _back(reader: Reader, page: Page, thread: str, words: str) -> Response:
    if wants_fragment():
        return _fragment(reader.renewed(), page, thread, words)
    flash_message(words)
    url = action_url("comments", page.path, {"which": "all"})
    return redirect(f"{url}#c-{thread}" if thread else url, HTTPStatus.SEE_OTHER)


def _refused(
    reader: Reader, page: Page, values: dict[str, str], error: WikiError, field: str | None = None
) -> Response:
    """The form again, with what was typed; for the script the sentence alone."""
    if isinstance(error, NotFound | LogInFirst):
        raise error
    if wants_fragment():
        return set_retry_after(
            render_page("comments/_refused.html", error.status, words=error.words), error
        )
    return show_refusal(partial(_list, reader, page, values, "all"), error, field)


def _blank() -> dict[str, str]:
    return dict.fromkeys(_TYPED, "")


def _fragment(reader: Reader, page: Page, thread: str = "", words: str = "") -> Response:
    """The open threads with a form for each, and the form for another one."""
    rows = store.threads_of(reader, page.path, ThreadRow.resolved.is_(None))
    return render_page(
        "comments/_part.html",
        threads=presenters.told(reader, page, rows),
        chosen=thread,
        said=words,
        label=presenters.label(store.count_open(reader, page.path)),
        traps=antispam.fields(),
        **presenters.form_values(reader, page),
    )


def _list(reader: Reader, page: Page, values: dict[str, str], which: str) -> Response:
    threads = presenters.told(reader, page, store.threads_of(reader, page.path))
    groups = {
        "open": [one for one in threads if not one["resolved"] and not one["lost"]],
        "lost": [one for one in threads if not one["resolved"] and one["lost"]],
        "resolved": [one for one in threads if one["resolved"]],
        "all": threads,
    }
    which = which if which in groups else "open"
    return render_page(
        "comments/list.html",
        threads=groups[which],
        which=which,
        filters=_filters(page, groups),
        sections=[("", gettext("The whole page"))]
        + [(one.anchor, one.text) for one in page.document.headings if one.text],
        values=values,
        traps=antispam.fields(),
        noindex=True,
        **presenters.form_values(reader, page),
    )


def _filters(page: Page, groups: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    words = {
        "open": gettext("Still open"),
        "lost": gettext("Without their passage"),
        "resolved": gettext("Resolved"),
        "all": gettext("All"),
    }
    return [
        {
            "key": key,
            "label": label,
            "count": len(groups[key]),
            "url": action_url("comments", page.path, {"which": key} if key != "open" else None),
        }
        for key, label in words.items()
    ]
