"""What a browser is told to install the wiki: its name, colours and icons, and ways in."""

import json
from base64 import b64encode

from flask import Blueprint
from markupsafe import escape
from werkzeug.wrappers import Response

from wiki.config.look import FOLDER
from wiki.config.look.style import accents
from wiki.editing.settings import MOST_PICTURE
from wiki.files.types import by_name
from wiki.instance import Instance
from wiki.pages.urls import action_url
from wiki.plugins import call_hook
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import language, language_tag, text_direction
from wiki.web.look.presenters import present_look
from wiki.web.support import anonymous_view, current_instance, share_response

bp = Blueprint("device", __name__)

#: what a letter stands on where no accent was chosen, and the letter
_GROUND, _INK = "#0d646c", "#ffffff"
#: what a launcher shows below an icon has room for so many letters
_SHORT = 24
_MOST_SHORTCUTS = 4


@bp.get("/manifest.webmanifest")
@anonymous_view
def manifest() -> Response:
    """See https://www.w3.org/TR/appmanifest/."""
    instance = current_instance()
    name, look = instance.settings.site_name, present_look(instance)
    reader = Reader(instance)
    found = [(_("Search"), action_url("search"))]
    for lines in call_hook(instance.plugins.hook.shortcuts, reader=reader):
        found += [(str(one.label), one.url) for one in lines]
    told = {
        "id": "/",
        "name": name,
        "short_name": name if len(name) <= _SHORT else name[:_SHORT].rsplit(" ", 1)[0],
        "lang": language_tag(language()),
        "dir": text_direction(language()),
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": look["light"] or "#fcfaf6",
        "theme_color": look["light"] or "#fcfaf6",
        "icons": [
            {"src": action_url("icon", f"{kind}.svg", {"v": _version(instance)}), "sizes": "any"}
            | {"type": "image/svg+xml", "purpose": kind}
            for kind in ("any", "maskable")
        ],
        "shortcuts": [{"name": label, "url": url} for label, url in found[:_MOST_SHORTCUTS]],
    }
    share_response()
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/manifest+json")


@bp.get("/icon/<any(any, maskable):kind>.svg")
@anonymous_view
def icon(kind: str) -> Response:
    """The icon of the site: the one that was chosen, else its initial."""
    instance = current_instance()
    share_response()
    return Response(draw_icon(instance, kind), mimetype="image/svg+xml")


def draw_icon(instance: Instance, kind: str) -> str:
    """The icon as SVG; a ``maskable`` one fills its square, and what matters is in its middle."""
    masked = kind == "maskable"
    if picture := _picture(instance):
        data, media = picture
        ground = present_look(instance)["light"] or "#fcfaf6"
        # A mask may take all but a circle of four fifths: a square in it is a half of the whole.
        at, size = (112, 288) if masked else (0, 512)
        inside = (
            f'<image x="{at}" y="{at}" width="{size}" height="{size}"'
            f' href="data:{media};base64,{b64encode(data).decode()}"/>'
        )
        return _svg(ground if masked else "", 0, inside)
    ground = accents(instance.look).get("light", _GROUND)
    inside = (
        f'<text x="256" y="256" font-family="Georgia, serif" font-size="{220 if masked else 300}"'
        f' fill="{_INK}" text-anchor="middle" dominant-baseline="central">'
        f"{escape(initial(instance.settings.site_name))}</text>"
    )
    return _svg(ground, 0 if masked else 96, inside)


def initial(name: str) -> str:
    """The first letter of a name, as it stands on an icon."""
    return next((char for char in name if char.isalnum()), "·").upper()


def _svg(ground: str, corner: int, inside: str) -> str:
    square = f'<rect width="512" height="512" rx="{corner}" fill="{ground}"/>' if ground else ""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">{square}{inside}</svg>'


def _picture(instance: Instance) -> tuple[bytes, str] | None:
    name, repository = instance.look.icon, instance.repository
    if not name:
        return None
    blob = repository.read(f"{FOLDER}{name}", repository.head(), MOST_PICTURE)
    return None if blob is None else (blob.data, by_name(name).media)


def _version(instance: Instance) -> str:
    """Another one wherever the icon is another."""
    from hashlib import sha256

    return sha256(draw_icon(instance, "any").encode()).hexdigest()[:10]
