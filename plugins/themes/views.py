"""``/-/themes/<theme>``: what the wiki holds about a theme, as living lists."""

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.panels import follow_button
from wiki.api.paths import action_url, slug
from wiki.api.reading import Reader
from wiki.api.reading.history import list_recent_changes_in
from wiki.api.reading.html import render_named_block
from wiki.api.reading.rows import PageRow, find_rows, select
from wiki.api.translation import gettext, lazy
from wiki.api.web import current_reader, render_page, share_response
from wiki.api.web.feeds import change_entries, feed_reader, feed_response

bp = Blueprint("themes", __name__)

_ATOM = ".atom"
#: what a feed of changes looks at: spaces, the last changed first, and their changes
_SPACES, _CHANGES = 50, 400

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
    """Projects, needs, offers, people and dossiers of one theme; with ``.atom``, what is new there.

    Raises NotFound.
    """
    if theme.endswith(_ATOM):
        return _feed(slug(theme.removesuffix(_ATOM)))
    reader, key = current_reader(), slug(theme)
    label, _rows = _of(reader, key, 1)
    share_response()
    return render_page(
        "themes/theme.html",
        label=label,
        theme=key,
        feed=action_url("themes", key + _ATOM),
        follow=follow_button("theme", key),
        lists=[
            (str(heading), render_named_block(reader, name, args.format(theme=key)))
            for heading, name, args in _LISTS
        ],
    )


def _feed(key: str) -> Response:
    reader = feed_reader()
    label, rows = _of(reader, key, _SPACES)
    changes = list_recent_changes_in(reader, [row.path for row in rows], _CHANGES)
    return feed_response(
        title=f"{label} · {reader.instance.settings.site_name}",
        url=action_url("themes", key),
        self_url=action_url("themes", key + _ATOM),
        entries=change_entries(reader, changes),
    )


def _of(reader: Reader, key: str, limit: int) -> tuple[str, tuple[PageRow, ...]]:
    """The theme as it is written, and pages about it, the last changed first. Raises NotFound."""
    rows = find_rows(reader, select(values={"theme": (key,)}), limit=limit).rows if key else ()
    if not rows:
        raise NotFound(gettext("Nothing here is about this theme yet."))
    label = next((one for one in rows[0].facts["theme"] if slug(one) == key), key)
    return label, rows
