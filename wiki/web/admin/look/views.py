"""Colours, fonts and themes: a form that shows what is chosen before it is saved."""

from typing import Any
from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response

from wiki.config.look import Look
from wiki.config.look.colours import GROUNDS, contrast, is_colour, nearest, passes
from wiki.config.look.style import accents, trial_sheet
from wiki.config.look.values import FONTS
from wiki.editing.settings import change_look
from wiki.errors import BadSetting
from wiki.jinja import render_markup
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.admin.index import admin, bp
from wiki.web.admin.look.presenters import HOME, render_look
from wiki.web.forms import FormText, redisplay, see_other
from wiki.web.look.themes import list_themes
from wiki.web.support import current_instance
from wiki.web.throttle import count_request

#: accents to choose from, each readable on light grounds; the dark one follows from it
PALETTE = {
    "#1f4f9e": lazy("Blue"),
    "#0d646c": lazy("Teal"),
    "#2c6b2f": lazy("Green"),
    "#8a3d12": lazy("Rust"),
    "#8f1d4b": lazy("Raspberry"),
    "#5b3a94": lazy("Violet"),
}
_FACES = {
    "literata": ("Literata", lazy("drawn for long reading, with Figtree for buttons")),
    "figtree": ("Figtree", lazy("open and quiet, without serifs")),
    "atkinson": (
        "Atkinson Hyperlegible",
        lazy("letters that are not taken for each other, for people who see less well"),
    ),
}
_NAMES = ("theme", "accent", "accent_dark", "font")
#: what the form asks, and is told of in the address of what is tried
_ASKED = ("choice", "own", "dark", "own_dark", "font", "theme")
_OWN, _SAME = "own", "same"


@bp.get("/admin/settings/look")
def look_form() -> Response:
    """The form; what its address says is shown, and not chosen yet."""
    instance = current_instance()
    look, chosen = instance.look, _typed()
    choice = chosen.get("choice", "")
    if not choice:
        choice = look.accent if look.accent in PALETTE else _OWN if look.accent else ""
    themes = list_themes(instance)
    return render_look(
        "admin/look/colours.html",
        HOME,
        _NAMES,
        palette=[(colour, words, nearest(colour, "dark")) for colour, words in PALETTE.items()],
        fonts=[(key, *words) for key, words in _FACES.items()],
        themes=[(key, one) for key, one in sorted(themes.items())],
        choice=choice,
        own=chosen.get("own") or look.accent or "#1f4f9e",
        dark=chosen.get("dark") or (_OWN if look.accent_dark else _SAME),
        own_dark=chosen.get("own_dark") or look.accent_dark or accents(look).get("dark", "#9ec1ff"),
        font=chosen.get("font") or look.font,
        theme=chosen.get("theme", look.theme),
        agreed=bool(look.theme),
        **_trial(),
    )


@bp.get("/admin/settings/look/try")
def look_trial() -> Response:
    """What is typed in the form as it would look, and whether it can be read."""
    html = render_markup(current_instance().templates, "admin/look/_trial.html", _trial())
    return Response(html, mimetype="text/html")


@bp.get("/admin/settings/look/try.css")
def look_trial_style() -> Response:
    """The style sheet of what is tried."""
    theme = list_themes(current_instance()).get(_typed().get("theme", ""))
    look = _shown(_wanted())
    sheet = trial_sheet(look, theme.light, theme.dark) if theme else trial_sheet(look)
    return Response(sheet, mimetype="text/css")


@bp.post("/admin/settings/look")
@redisplay(look_form)
def change_colours(action: FormText) -> Response:
    """Has what was chosen in force from now on, or only shows it. Raises BadSetting."""
    instance = current_instance()
    if action == "show":
        return look_form()
    count_request("save")
    values = _wanted()
    themes = list_themes(instance)
    name = values["theme"]
    if name and name != instance.look.theme:
        if name not in themes:
            raise BadSetting(_("There is no such theme here. Choose one of the list."), "theme")
        if themes[name].terms and f"terms-{name}" not in request.form:
            words = _("Please say that you are among those who may use this theme.")
            raise BadSetting(words, "theme")
    change_look(instance, admin(), values)
    return see_other(HOME, _("Saved. This is how it looks now."))


def _typed() -> dict[str, str]:
    """What the form sends, or its address says."""
    source = request.form if request.method == "POST" else request.args
    return {key: value[:80].strip() for key, value in source.items()}


def _wanted() -> dict[str, Any]:
    """What is chosen, by the names of the look; what nobody typed is as it is."""
    look, typed = current_instance().look, _typed()
    if "choice" not in typed:
        return {name: getattr(look, name) for name in _NAMES}
    accent = typed["choice"] if typed["choice"] != _OWN else typed.get("own", "")
    own_dark = accent and typed.get("dark") == _OWN
    return {
        "theme": typed.get("theme", ""),
        "accent": accent.lower(),
        "accent_dark": typed.get("own_dark", "").lower() if own_dark else "",
        "font": typed.get("font", FONTS[0]),
    }


def _shown(values: dict[str, Any]) -> Look:
    """The look of ``values``, as far as they can be shown."""
    accent, dark, font = values["accent"], values["accent_dark"], values["font"]
    return Look(
        accent=accent if is_colour(accent) else "",
        accent_dark=dark if is_colour(dark) else "",
        font=font if font in FONTS else FONTS[0],
    )


def _trial() -> dict[str, Any]:
    """What ``_trial.html`` is given."""
    values = _wanted()
    look = _shown(values)
    found = accents(look) or {"light": "#2d2820", "dark": "#efe8db"}
    query = urlencode({key: value for key, value in _typed().items() if key in _ASKED})
    return {
        "style": f"{HOME}/try.css?{query}",
        "modes": [
            {
                "mode": mode,
                "colour": colour,
                "contrast": contrast(colour, GROUNDS[mode]),
                "good": passes(colour, mode),
                "nearest": nearest(colour, mode),
                "field": "own" if mode == "light" else "own_dark",
            }
            for mode, colour in found.items()
        ],
    }
