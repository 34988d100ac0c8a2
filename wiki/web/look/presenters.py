"""What the frame of every page is given of the look that was chosen."""

from functools import lru_cache
from hashlib import sha256
from typing import Any

from wiki.config.look import Look
from wiki.config.look.style import FILES, style_sheet
from wiki.config.look.values import DEFAULT
from wiki.hookspecs.site import Theme
from wiki.instance import Instance
from wiki.jinja import asset
from wiki.pages.urls import action_url
from wiki.web.look.themes import find_theme

#: the grounds of the wiki as it comes
_OWN = Theme("", "")


def present_look(instance: Instance) -> dict[str, Any]:
    """Style sheets, fonts, pictures and grounds; see ``templates/base.html``."""
    look = instance.look
    theme = find_theme(instance, look)
    if theme is None:
        return _present(look, _OWN.light, _OWN.dark)
    return _present(look, theme.light, theme.dark, themed=True)


def style_name(style: str) -> str:
    """What a style sheet is called: by what it says, so that a browser may keep it for ever."""
    return f"style-{sha256(style.encode()).hexdigest()[:12]}.css"


def picture_url(name: str) -> str:
    """The address of a picture of the look; "" where there is none."""
    return action_url("look", name) if name else ""


@lru_cache(maxsize=16)
def _present(look: Look, light: str, dark: str, *, themed: bool = False) -> dict[str, Any]:
    styles = [asset(f"{look.theme}/theme.css")] if themed else []
    if style := style_sheet(look):
        styles.append(action_url("look", style_name(style)))
    # A theme may have a face of its own, but where another was chosen.
    fonts = () if themed and look.font == DEFAULT.font else FILES[look.font]
    return {
        "styles": styles,
        "fonts": [asset(one) for one in fonts],
        "light": light,
        "dark": dark,
        "logo": picture_url(look.logo),
        "logo_dark": picture_url(look.logo_dark),
        "icon": picture_url(look.icon),
        "share": picture_url(look.share),
    }
