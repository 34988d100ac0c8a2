"""Mirrors, for administrators: how each goes and what one can do. They are added by a command."""

from collections.abc import Sequence

from werkzeug.wrappers import Response

from wiki.mirroring.words import DIRECTION_WORDS, WHAT_WORDS, explain
from wiki.people.mirrors import FAILED, listed
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import lazy, ngettext
from wiki.web.admin.index import bp
from wiki.web.admin.sections import BACKUPS, HEALTH, Line, Need, Section, register
from wiki.web.forms import render_tool
from wiki.web.support import current_instance


@bp.get("/admin/mirrors")
def mirrors() -> Response:
    """Each mirror in words."""
    instance = current_instance()
    return render_tool(
        "admin/mirrors.html",
        mirrors=[
            {
                "name": one.name,
                "address": one.url,
                "direction": str(DIRECTION_WORDS[one.direction]),
                "what": str(WHAT_WORDS[one.what]),
                "trouble": one.in_trouble,
                "since": one.since,
                "tried": one.tried if one.state == FAILED else None,
                "done": one.done,
                "explained": explain(instance, one),
                "ahead": one.ahead,
                "behind": one.behind,
            }
            for one in listed(instance.private)
        ],
    )


def _lines(reader: Reader) -> Sequence[Line]:
    found = listed(reader.instance.private)
    trouble = sum(one.in_trouble for one in found)
    words = ""
    if trouble:
        words = ngettext("{count} needs someone", "{count} need someone", trouble).format(
            count=trouble
        )
    elif found:
        words = _("all in step")
    return [Line(_("Copies elsewhere"), "/-/admin/mirrors", len(found), words)]


def _needs(reader: Reader) -> Sequence[Need]:
    words = _("The copy “{name}” elsewhere is not in step.")
    return [
        Need(words.format(name=one.name), _("See why"), "/-/admin/mirrors", BACKUPS)
        for one in listed(reader.instance.private)
        if one.in_trouble
    ]


register(Section(lazy("Mirrors"), _lines, order=60, part=HEALTH, needs=_needs))
