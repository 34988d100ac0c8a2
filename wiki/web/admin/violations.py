"""What browsers refused on the wiki's pages, counted by kind, for administrators."""

from collections.abc import Sequence
from datetime import timedelta

from werkzeug.wrappers import Response

from wiki.people.violations import list_violations
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.admin.index import bp
from wiki.web.admin.sections import HEALTH, Line, Section, register
from wiki.web.forms import render_tool
from wiki.web.support import current_instance

_RECENT = timedelta(days=7)
#: what each rule of the policy is about, by the beginning of its name
_SAID = {
    "script-src": lazy("a program"),
    "require-trusted-types-for": lazy("text that was to become part of a page unchecked"),
    "trusted-types": lazy("text that was to become part of a page unchecked"),
    "style-src": lazy("a style"),
    "img-src": lazy("a picture"),
    "font-src": lazy("a font"),
    "connect-src": lazy("a request"),
    "form-action": lazy("a form that was to be sent elsewhere"),
    "frame": lazy("a frame"),
}
_BLOCKED = {
    "": lazy("from a place that was not told"),
    "self": lazy("from this site"),
    "inline": lazy("written in the page itself"),
    "eval": lazy("made of a text"),
    "wasm-eval": lazy("made of a text"),
    "data": lazy("written in the page itself"),
    "extension": lazy("of an extension of the browser"),
    "trusted-types-sink": "",
    "trusted-types-policy": "",
}


@bp.get("/admin/violations")
def violations() -> Response:
    """The kinds, the latest first."""
    return render_tool(
        "admin/violations.html",
        lines=[
            {
                "what": _what(one.rule),
                "blocked": str(_BLOCKED.get(one.blocked, one.blocked)),
                "rule": one.rule,
                "source": one.source,
                "view": one.view,
                "count": one.count,
                "last": one.last,
            }
            for one in list_violations(current_instance().private)
        ],
    )


def _what(rule: str) -> str:
    for name, words in _SAID.items():
        if rule.startswith(name):
            return str(words)
    return _("something else")


def _lines(reader: Reader) -> Sequence[Line]:
    private = reader.instance.private
    since = private.now() - _RECENT
    recent = sum(one.last > since for one in list_violations(private))
    words = _("in the last seven days") if recent else ""
    return [Line(_("Refused by browsers"), "/-/admin/violations", recent, words)]


register(Section(lazy("Safety"), _lines, order=85, part=HEALTH))
