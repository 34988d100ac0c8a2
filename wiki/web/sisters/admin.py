"""Sisters, for administrators: named by an address and a yes, how each goes, blocked at once."""

from collections.abc import Callable, Sequence
from typing import Any

from werkzeug.wrappers import Response

from wiki.errors import BadField
from wiki.pages.paths import normalise
from wiki.people.sisters import departures, exchanges, registry
from wiki.people.sisters.exchanges import FAILED, IN_STEP, REFUSED, STOPPED, WAITING, Exchange
from wiki.people.sisters.registry import Sister
from wiki.projections.interface import Busy
from wiki.reading import Reader
from wiki.sisters import changes
from wiki.sisters.keys import fingerprint, own_key
from wiki.sisters.origins import copy_url
from wiki.sisters.pings import twin_words
from wiki.sisters.poll import TASK
from wiki.sisters.statement import public_head
from wiki.task_queue import wake
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.admin.index import admin, bp
from wiki.web.admin.sections import HEALTH, PROPOSALS, Line, Need, Section, register
from wiki.web.forms import (
    FormText,
    FormWord,
    pressed_button,
    read_fields,
    redisplay,
    render_tool,
    see_other,
    typed_values,
)
from wiki.web.page.files import format_size
from wiki.web.support import current_instance

HERE = "/-/admin/carrefours"
_STATES = {
    WAITING: lazy("is asked for the first time"),
    IN_STEP: lazy("in step"),
    FAILED: lazy("does not answer"),
    REFUSED: lazy("is not taken"),
    STOPPED: lazy("no longer shares"),
}


@bp.get("/admin/carrefours")
def sisters() -> Response:
    """The sisters, and the form that names another."""
    return _show()


@bp.post("/admin/carrefours")
@redisplay(lambda: _show(), only=BadField)
def look(address: FormText) -> Response:
    """Asks the site at an address who it is: the administrator says yes to what is shown."""
    found = changes.look(current_instance(), address)
    said = found.said
    return render_tool(
        "sisters/candidate.html",
        candidate={
            "title": said.name,
            "address": said.address,
            "kid": said.kid,
            "fingerprint": found.fingerprint,
            "name": found.name,
            "shares": len(said.shares),
            "names_us": current_instance().settings.public_url in said.shares,
            "rekeyed": found.known is not None,
            "former": fingerprint(found.known.kid) if found.known is not None else "",
        },
    )


@bp.post("/admin/carrefours/agree")
@redisplay(lambda: _show(), only=BadField)
def agree(address: FormText, kid: FormText, name: FormWord) -> Response:
    """The yes."""
    sister = changes.agree(current_instance(), address, kid, name, by=admin().id)
    words = _("{site} is a sister. Its pages come in a minute.").format(site=sister.title)
    return see_other(HERE, words)


@bp.post("/admin/carrefours/<sister>")
@redisplay(lambda sister: _show(), only=BadField)
def change_sister(sister: str) -> Response:
    """Asks it now, blocks it or a page of it, shows these again, or ends the exchange."""
    instance, by = current_instance(), admin().id
    known = registry.get(instance.private, sister)
    actions: dict[str, Callable[[], str]] = {
        "poll": lambda: _ask_now(known),
        "block": lambda: _block(known, by),
        "unblock": lambda: _unblock(known, by),
        "remove": lambda: _remove(known, by),
        "block-page": lambda: _set_page(known, by, blocked=True),
        "show-page": lambda: _set_page(known, by, blocked=False),
    }
    return see_other(HERE, pressed_button(actions)())


def _ask_now(sister: Sister) -> str:
    instance = current_instance()
    exchanges.note_due(instance.private, sister.name)
    wake(instance.settings, TASK)
    return _("{site} is asked now.").format(site=sister.title)


def _block(sister: Sister, by: str) -> str:
    changes.block(current_instance(), sister.name, by=by)
    return _("Nothing of {site} is shown any more.").format(site=sister.title)


def _unblock(sister: Sister, by: str) -> str:
    changes.unblock(current_instance(), sister.name, by=by)
    return _("{site} is asked again.").format(site=sister.title)


def _remove(sister: Sister, by: str) -> str:
    changes.remove(current_instance(), sister.name, by=by)
    return _("{site} is no sister any more, and its copy is gone.").format(site=sister.title)


@read_fields
def _set_page(sister: Sister, by: str, path: FormWord, *, blocked: bool) -> str:
    prefix = f"{sister.address}/"
    path = normalise(path.removeprefix(prefix)) if path else ""
    if not path:
        raise BadField("path", _("Which page? Its address there, or what stands behind the host."))
    changes.block_page(current_instance(), sister.name, path, blocked=blocked, by=by)
    if blocked:
        return _("This page is not shown any more, nor what is below it.")
    return _("This page is shown again.")


def _show() -> Response:
    instance = current_instance()
    how = exchanges.listed(instance.private)
    late = departures.count_open(instance.private)
    try:
        head = public_head(instance)
    except Busy:
        head = ""
    return render_tool(
        "sisters/admin.html",
        sisters=[
            _values(one, how[one.name], head) | {"departures": late.get(one.address, 0)}
            for one in registry.listed(instance.private)
        ],
        **typed_values("address"),
        own={
            "address": instance.settings.public_url,
            "fingerprint": fingerprint(own_key(instance.private).kid),
        },
    )


def _values(one: Sister, how: Exchange, head: str) -> dict[str, Any]:
    trouble = not one.blocked and how.state in (FAILED, REFUSED, STOPPED)
    return {
        "name": one.name,
        "title": one.title,
        "address": one.address,
        "url": copy_url(one.name) if one.copied is not None else "",
        "fingerprint": fingerprint(one.kid),
        "state": _("blocked") if one.blocked else str(_STATES[how.state]),
        "blocked": one.blocked,
        "trouble": trouble,
        "said": how.said if trouble else "",
        "twin": "" if one.blocked else twin_words(current_instance(), how.twin),
        "seen": how.seen,
        "pages": one.pages,
        "size": format_size(one.size),
        "stopped": how.stopped,
        "held": how.held,
        "holds_all": bool(how.holds) and how.holds == head,
        "blocked_pages": changes.list_blocked(current_instance(), one.name),
    }


def _lines(reader: Reader) -> Sequence[Line]:
    found = registry.listed(reader.instance.private)
    return [Line(_("Sister Carrefours"), HERE, len(found))]


def _needs(reader: Reader) -> Sequence[Need]:
    private = reader.instance.private
    how, words = exchanges.listed(private), _("What {site} says is not taken.")
    return [
        Need(words.format(site=one.title), _("See why"), HERE, PROPOSALS)
        for one in registry.listed(private)
        if how[one.name].state == REFUSED and not one.blocked
    ]


register(Section(lazy("Sister Carrefours"), _lines, order=65, part=HEALTH, needs=_needs))
