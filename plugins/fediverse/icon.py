"""The picture of the site for servers that take no SVG: the one that was chosen, or an initial."""

from functools import lru_cache
from io import BytesIO
from mimetypes import guess_type

from PIL import Image, ImageDraw, ImageFont

from wiki.api.paths import action_url
from wiki.api.plugin import Instance

_SIZE, _GROUND, _INK = 400, "#0e6470", "#fcfaf6"


def icon_of(instance: Instance) -> tuple[str, str]:
    """The address of the picture, and its kind."""
    name = instance.look.icon
    media = guess_type(name)[0] if name else None
    if media in ("image/png", "image/jpeg", "image/webp", "image/gif"):
        return action_url("look", name), media
    return action_url("fediverse/icon.png"), "image/png"


@lru_cache(maxsize=4)
def draw_initial(site: str) -> bytes:
    """The first letter of the site's name, as PNG."""
    letter = next((char for char in site if char.isalnum()), "·").upper()
    picture = Image.new("RGB", (_SIZE, _SIZE), _GROUND)
    middle, font = (_SIZE / 2, _SIZE / 2), ImageFont.load_default(_SIZE * 0.6)
    ImageDraw.Draw(picture).text(middle, letter, fill=_INK, font=font, anchor="mm")
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
