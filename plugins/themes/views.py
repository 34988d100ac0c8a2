"""``/-/themes/<theme>``: what the wiki holds about a theme, as living lists."""

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.api import (
    NotFound,
    current_reader,
    gettext,
    lazy,
    page_of,
    select,
    share,
    slug,
)

bp = Blueprint("themes", __name__)

#: blocks of whichever plugins have them; one that nobody has shows nothing
_LISTS = (
    (lazy("Projects"), "projets", "theme:{theme} sort:updated limit:12"),
    (lazy("Dossiers"), "dossiers", "theme:{theme} limit:6"),
    (lazy("Open needs"), "besoins", "open theme:{theme} limit:8"),
    (lazy("Open offers"), "offres", "open keyword:{theme} limit:8"),
    (lazy("Events"), "evenements", "theme:{theme} sort:-starts limit:6"),
)


@bp.get("/themes/<theme>")
def theme(theme: str) -> Response:
    """Projects, needs, offers, people and dossiers of one theme. Raises NotFound."""
    reader = current_reader()
    key = slug(theme)
    found = reader.find(select(values={"theme": (key,)}), limit=1)
    if not key or not found.rows:
        raise NotFound(gettext("Nothing here is about this theme yet."))
    label = next((one for one in found.rows[0].facts["theme"] if slug(one) == key), key)
    share()
    return page_of(
        "themes/theme.html",
        label=label,
        theme=key,
        lists=[
            (str(heading), reader.block(name, args.format(theme=key)))
            for heading, name, args in _LISTS
        ],
    )
