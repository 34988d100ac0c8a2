"""Words and functions in double braces that are no templates: ``{{PAGENAME}}``, ``{{#if:…}}``.

Those that depend on the text alone are answered; of others it is told that they were lost.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from wiki.api.translation import gettext as _

from .nodes import Nodes, Template, split_argument

if TYPE_CHECKING:
    from .expansion import Expansion

Given = Mapping[str, str] | None

_SIGNS = {"!": "|", "=": "=", "!!": "||", "(!": "{|", "!-": "|-", "!)": "|}"}
#: what a page says of itself without words
_SILENT = (
    "defaultsort",
    "clédetri",
    "clefdetri",
    "displaytitle",
    "affichertitre",
    "noexternallanglinks",
)
_CASES: Mapping[str, Callable[[str], str]] = {
    "lc": str.lower,
    "uc": str.upper,
    "lcfirst": lambda words: words[:1].lower() + words[1:],
    "ucfirst": lambda words: words[:1].upper() + words[1:],
    "formatnum": str.strip,
}
_OTHERS = (
    "gender",
    "grammar",
    "padleft",
    "padright",
    "int",
    "ns",
    "nse",
    "fullurl",
    "localurl",
    "urlencode",
    "anchorencode",
    "filepath",
    "plural",
)
_VARIABLES = ("CURRENT", "LOCAL", "REVISION", "NUMBEROF", "SERVER", "SCRIPTPATH", "CONTENTLANG")


def answer(name: str, node: Template, given: Given, expansion: "Expansion") -> str | None:
    """What stands for ``{{name…}}``; None where that is a template."""
    if len(node.parts) == 1 and name in _SIGNS:
        return _SIGNS[name]
    word, colon, first = name.partition(":")
    key = word.strip().lower()
    if not colon:
        return _variable(name, node, expansion)
    if key in _SILENT:
        if key in ("displaytitle", "affichertitre"):
            expansion.title = first.strip()
        return ""
    if key in _CASES:
        return _CASES[key](first.strip())
    if key.startswith("#"):
        return _function(key, first, node, given, expansion)
    if key in _OTHERS or word.isupper():
        return expansion.keep(node, _("A function of the software"))
    return None


def _variable(name: str, node: Template, expansion: "Expansion") -> str | None:
    space, colon, rest = expansion.page.partition(":")
    own = rest if colon else expansion.page
    above, _slash, last = own.rpartition("/")
    known = {
        "PAGENAME": own,
        "PAGENAMEE": own.replace(" ", "_"),
        "FULLPAGENAME": expansion.page,
        "BASEPAGENAME": above or own,
        "SUBPAGENAME": last,
        "NAMESPACE": space if colon else "",
        "SITENAME": expansion.site.name,
    }
    if name in known:
        return known[name]
    if name.isupper() and name.startswith(_VARIABLES):
        return expansion.keep(node, _("A function of the software"))
    return None


def _function(key: str, first: str, node: Template, given: Given, expansion: "Expansion") -> str:
    parts = node.parts[1:]

    def say(number: int) -> str:
        return expansion.expand(parts[number], given).strip() if number < len(parts) else ""

    if key == "#if":
        return say(0) if first.strip() else say(1)
    if key == "#ifeq":
        return say(1) if first.strip() == say(0) else say(2)
    if key == "#switch":
        return _switch(first.strip(), parts, given, expansion)
    what = (
        _("A module in Lua") if key in ("#invoke", "#invoque") else _("A function of the software")
    )
    return expansion.keep(node, what)


def _switch(value: str, parts: tuple[Nodes, ...], given: Given, expansion: "Expansion") -> str:
    default, waiting, last = "", False, ""
    for part in parts:
        name, words = split_argument(part)
        if name is None:
            last = expansion.expand(words, given).strip()
            waiting = waiting or last == value
            continue
        case = expansion.expand(name, given).strip()
        last = ""
        if waiting or case == value:
            return expansion.expand(words, given).strip()
        if case.lower() == "#default":
            default = expansion.expand(words, given).strip()
    return value if waiting else last or default
