"""Following by mail without an account, and stopping without logging in."""

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.digests.letters import confirmation
from wiki.digests.links import STOP, UNDO, stop_url, undo_token
from wiki.digests.words import say as said
from wiki.errors import BadField, NotFound
from wiki.mail_dispatch import send_mail
from wiki.pages.paths import normalise
from wiki.people.follow import by_mail, recipients
from wiki.people.follow.recipients import Follower
from wiki.people.follow.subscriptions import DAY, WEEK, Watch
from wiki.people.targets import PAGE, Target, read_target
from wiki.reading import Reader
from wiki.reading.pages import get_page
from wiki.translation import gettext as _
from wiki.translation import language
from wiki.web import antispam
from wiki.web.account.watch import RHYTHM_WORDS, follow_button
from wiki.web.forms import FormText, redisplay, render_tool, typed_values
from wiki.web.security import csrf
from wiki.web.support import current_instance, current_person, current_reader
from wiki.web.throttle import client_address

bp = Blueprint("following", __name__)


@bp.get("/follow")
def follow(sent: bool = False) -> Response:
    """The form to follow by mail what ``kind`` and ``value`` name, for someone without account."""
    target = _asked()
    words = said(_visitor(), target)
    return render_tool(
        "watching/follow.html",
        what=words.sentence,
        back=words.url or "/",
        kind=target.kind,
        value=target.value,
        follow=follow_button(target.kind, target.value) if current_person() else None,
        values=typed_values("email"),
        traps=antispam.fields(),
        sent=sent,
    )


@bp.post("/follow")
@redisplay(follow)
def ask(email: FormText) -> Response:
    """Sends a mail that asks whether one means it; the same answer for every address."""
    target = _asked()
    instance = current_instance()
    verdict = antispam.check()
    if words := antispam.words(verdict):
        raise BadField("", words)
    if verdict is not antispam.Verdict.FILLED:
        wanted = by_mail.ask_to_follow(
            instance.private,
            instance.settings,
            email=email,
            lang=language(),
            target=target,
            address=client_address(),
        )
        send_mail(instance, confirmation(instance, wanted))
    return follow(sent=True)


@bp.get("/follow/<token>")
def follow_link(token: str) -> Response:
    """A button, since mail scanners follow links too."""
    return _confirm_page(_request(token))


@bp.post("/follow/<token>")
@redisplay(follow_link)
def confirm(token: str, rhythm: FormText) -> Response:
    """Follows from now on."""
    private, asked = current_instance().private, _request(token)
    rhythm = rhythm if rhythm in (DAY, WEEK) else WEEK
    done = by_mail.confirm_following(private, token, rhythm=rhythm, head=current_reader().head)
    if done is None:
        raise _gone()
    return _confirm_page(asked, done=True)


@bp.get("/mail/stop/<token>")
def stop_link(token: str) -> Response:
    """What will stop, with a button: programs that look at links stop nothing."""
    follower, chosen = _stopping(token)
    return _stop_page(follower, chosen)


@bp.post("/mail/stop/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]
def stop(token: str) -> Response:
    """Stops, for who has the link: by the button, or by a mail program alone (RFC 8058)."""
    follower, chosen = _stopping(token)
    if follower is None:
        return _stop_page(None, None, stopped=True)
    private = current_instance().private
    before = follower.watches if chosen is None else chosen
    undo = undo_token(current_instance(), follower, before)
    recipients.stop(private, follower, None if chosen is None else [one.target for one in chosen])
    return _stop_page(follower, chosen, stopped=True, undo=undo)


@bp.post("/mail/resume")
@csrf.exempt  # type: ignore[untyped-decorator]
def resume(undo: FormText) -> Response:
    """Undoes a stop, for who has just done it; the form says how it was."""
    instance = current_instance()
    before = UNDO.read(instance, undo[:100_000])
    if before is None:
        raise _gone()
    recipients.resume(instance.private, before, current_reader().head)
    return render_tool(
        "watching/stop.html",
        private_address=True,
        state="resumed",
        what=[],
        everything=False,
        undo="",
        others=[],
        settings_url=_settings_url(before),
    )


def _asked() -> Target:
    """What a form, or an address, names. Raises NotFound for a page that visitors cannot see."""
    target = read_target(request.values.get("kind", ""), request.values.get("value", ""))
    if target.kind == PAGE:
        get_page(_visitor(), normalise(target.value))
    return target


def _visitor() -> Reader:
    """What one is told without an account: what everybody may see."""
    return Reader(current_instance())


def _request(token: str) -> by_mail.Request:
    asked = by_mail.asked_to_follow(current_instance().private, token)
    if asked is None:
        raise _gone()
    return asked


def _confirm_page(asked: by_mail.Request, *, done: bool = False) -> Response:
    words = said(_visitor(), asked.target)
    return render_tool(
        "watching/confirm.html",
        private_address=True,
        what=words.sentence,
        back=words.url or "/",
        token=asked.token,
        rhythms=[(name, str(RHYTHM_WORDS[name])) for name in (WEEK, DAY)],
        done=done,
    )


def _stopping(token: str) -> tuple[Follower | None, tuple[Watch, ...] | None]:
    """Who has the link and what it stops; no follower: they have stopped already."""
    instance = current_instance()
    read = STOP.read(instance, token)
    if read is None:
        raise _gone()
    follower = recipients.find_follower(instance.private, read.follower)
    if follower is None or not read.digest:
        return follower, None
    return follower, tuple(one for one in follower.watches if one.target.digest == read.digest)


def _stop_page(
    follower: Follower | None,
    chosen: tuple[Watch, ...] | None,
    *,
    stopped: bool = False,
    undo: str = "",
) -> Response:
    reader = Reader(current_instance(), follower.person if follower else None)
    everything = chosen is None
    nothing = follower is None or chosen == () or (everything and follower.paused)
    others = follower.watches if follower and everything and follower.person is None else ()
    return render_tool(
        "watching/stop.html",
        private_address=True,
        state="stopped" if stopped or nothing else "asked",
        what=[said(reader, one.target).sentence for one in chosen or ()],
        everything=everything,
        undo="" if nothing else undo,
        others=[] if stopped else _others(follower, others, reader),
        settings_url=_settings_url(follower),
    )


def _others(
    follower: Follower | None, watches: tuple[Watch, ...], reader: Reader
) -> list[dict[str, Any]]:
    """What an address follows, each with its own link to stop."""
    if follower is None or len(watches) < 2:
        return []
    base = len(reader.instance.settings.public_url)
    return [
        {
            "label": said(reader, one.target).sentence,
            "url": stop_url(reader.instance, follower.id, one.target)[base:],
        }
        for one in watches
    ]


def _settings_url(follower: Follower | None) -> str:
    return "/-/account/watching" if follower and follower.person else ""


def _gone() -> NotFound:
    return NotFound(_("This link is no longer good. Nothing was changed."))
