"""Following: the button that stands at what can be followed, and the list of what one follows."""

from contextlib import suppress
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.digests.words import say as said
from wiki.errors import BadField, StorageFailed, WikiError
from wiki.hookspecs.networks import follow_handle
from wiki.pages.paths import normalise
from wiki.pages.urls import action_url, page_url
from wiki.people.follow import subscriptions
from wiki.people.follow.recipients import join_accounts
from wiki.people.follow.subscriptions import DAY, NOW, WEEK, Following
from wiki.people.person import Person
from wiki.people.targets import PAGE, SEARCH, Target, read_target
from wiki.reading import Reader
from wiki.reading.pages import get_page
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.account.views import next_address
from wiki.web.forms import (
    FormFlag,
    FormText,
    FormWord,
    read_fields,
    redisplay,
    render_tool,
    see_other,
    typed_values,
)
from wiki.web.support import (
    current_instance,
    current_person,
    current_reader,
    flash_message,
    signed_in_person,
)

bp = Blueprint("watching", __name__)

#: rhythm → when one is written to
RHYTHM_WORDS = {
    NOW: lazy("At once: a mail for each page, some minutes after it changed"),
    DAY: lazy("Each morning, if there is something new"),
    WEEK: lazy("Each Monday morning, if there is something new"),
}


@bp.post("/watch/<path:raw>")
def watch_page(raw: str, stop: FormFlag) -> Response:
    """Follows a page, or (with ``stop``) follows it no longer."""
    signed_in_person()
    page = get_page(current_reader(), normalise(raw))
    _set(Target(PAGE, page.path), stop)
    return see_other(page_url(page.path))


@bp.post("/watch")
def watch(kind: FormText, value: FormText, name: FormWord, stop: FormFlag) -> Response:
    """As ``watch_page``, of whatever can be followed: its ``kind`` and ``value``."""
    signed_in_person()
    target = read_target(kind, value)
    if target.kind == PAGE and not stop:
        get_page(current_reader(), target.value)
    _set(target, stop, name)
    return see_other(next_address())


@bp.get("/account/watching")
def listed() -> Response:
    """What one follows, and how often one is written to."""
    person = signed_in_person()
    reader = current_reader()
    private = reader.instance.private
    with suppress(StorageFailed):  # it is only tidied: what is followed is shown all the same
        join_accounts(private, reader.head)
    chosen = subscriptions.following(private, person.id)
    kept = subscriptions.watched(private, person.id)
    return render_tool(
        "watching/list.html",
        watches=[_line(reader, one) for one in kept if one.target.kind != SEARCH],
        searches=[_kept_search(reader, one) for one in kept if one.target.kind == SEARCH],
        rhythm=chosen.rhythm,
        paused=chosen.paused,
        rhythms=[(name, str(words)) for name, words in RHYTHM_WORDS.items()],
        address=person.email,
    )


@bp.post("/account/watching")
@redisplay(listed, only=BadField)
def change(action: FormText = "rhythm") -> Response:
    """Sets the rhythm, pauses, or goes on."""
    person = signed_in_person()
    reader = current_reader()
    private = current_instance().private
    now = subscriptions.following(private, person.id)
    if action == "name":
        return _rename(person, reader)
    rhythm = typed_values(rhythm=now.rhythm)["rhythm"] if action == "rhythm" else now.rhythm
    paused = action == "pause" if action in ("pause", "resume") else now.paused
    subscriptions.set_following(private, person.id, Following(rhythm, paused), head=reader.head)
    return see_other(
        "/-/account/watching",
        _("Nothing more is sent to you, until you say otherwise.") if paused else _("Saved."),
    )


@read_fields
def _rename(
    person: Person, reader: Reader, kind: FormText, value: FormText, name: FormText, told: FormFlag
) -> Response:
    """Gives a search that is kept another name, or says whether one is told of it."""
    target, private = read_target(kind, value), reader.instance.private
    try:
        kept = subscriptions.name_watch(private, person.id, target, name, quiet=not told)
    except BadField as error:
        raise BadField(target.digest, error.words) from error
    return see_other(
        "/-/account/watching#searches",
        _("Saved.") if kept else _("This search is not among yours any more."),
    )


def follow_button(kind: str, value: str, words: str = "") -> dict[str, Any] | None:
    """What ``ui.follow`` wants, for the place where ``value`` of that kind is shown.

    A button for who is signed in; for visitors the way to follow it by mail. None where it is
    nothing that can be followed. ``words`` call it so, where the place has several.
    """
    try:
        target = read_target(kind, value)
    except WikiError:
        return None
    person, instance = current_person(), current_instance()
    handle = instance.plugins.call(follow_handle, instance, target.kind, target.value)
    values = {"kind": target.kind, "value": target.value}
    told = _("Be told of “{name}”").format(name=words) if words else ""
    if person is None:
        label = told or _("Be told by mail")
        url = action_url("follow", query=values)
        return {"label": label, "url": url, "by": "link", "handle": handle}
    follows = subscriptions.is_watched(instance.private, person.id, target)
    label = told or _("Be told of what is new")
    if follows:
        label = (
            _("No longer be told of “{name}”").format(name=words)
            if words
            else _("No longer be told")
        )
    more = {"stop": follows, "handle": handle, **values}
    return {"label": label, "url": "/-/watch", "by": "form", **more}


def _set(target: Target, stop: bool, called: str = "") -> None:
    """Follows, or stops, and tells so; a search is called so."""
    person, reader = signed_in_person(), current_reader()
    private = reader.instance.private
    name = said(reader, target).name
    if stop:
        subscriptions.unwatch(private, person.id, target)
        flash_message(_("You no longer follow “{name}”.").format(name=name))
        return
    subscriptions.watch(private, person.id, target, head=reader.head)
    if target.kind == SEARCH and called:
        subscriptions.name_watch(private, person.id, target, called, quiet=False)
        name = called
    chosen = subscriptions.following(private, person.id)
    words = _("You follow “{name}”: you will be written to when there is something new.")
    if chosen.paused:
        words = _("You follow “{name}”; your mails are paused, see “What I follow”.")
    flash_message(words.format(name=name))


def _line(reader: Reader, watch: subscriptions.Watch) -> dict[str, Any]:
    words = said(reader, watch.target)
    return {
        "label": words.sentence,
        "url": words.url,
        "since": watch.since,
        "kind": watch.target.kind,
        "value": watch.target.value,
    }


@read_fields
def _kept_search(
    reader: Reader, watch: subscriptions.Watch, value: FormText, name: FormText
) -> dict[str, Any]:
    """A search that is kept: ``label`` is its name, ``what`` the words and choices of it."""
    what = said(reader, watch.target).name
    return _line(reader, watch) | {
        "label": watch.name or what,
        "what": what if watch.name else "",
        # What was typed, where it was not taken.
        "name": name if value == watch.target.value else watch.name,
        "told": not watch.quiet,
        "key": watch.target.digest,
    }
