"""What everybody sees of a label: its picture, wherever it stands, and the page that proves it."""

from hashlib import sha256

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.paths import page_url
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.rows import list_team
from wiki.api.translation import gettext, language
from wiki.api.web import (
    anonymous_view,
    current_instance,
    current_reader,
    let_others_frame,
    render_page,
)

from .links import PROOF, badge_path
from .store import Standing, find, standing
from .svg import LOOKS, SIZES, Look
from .words import drawn, sentence

bp = Blueprint("labels", __name__)

#: seconds that others may keep a picture: one that holds, and one that no longer does
KEPT, KEPT_GREY = 3600, 300


@bp.get("/labels/badge/<token>.svg")
@anonymous_view
def badge(token: str) -> Response:
    """The picture, the same for whoever asks. Raises NotFound where the token is not ours."""
    instance = current_instance()
    said = _said(instance, token)
    svg = drawn(instance, said, look_asked(instance, request.args.get("lang", ""))).badge.svg
    response = Response(svg, content_type="image/svg+xml; charset=utf-8")
    let_others_frame(response)
    response.headers["Cache-Control"] = f"public, max-age={KEPT if said else KEPT_GREY}"
    response.set_etag(sha256(svg.encode()).hexdigest()[:16])
    return response.make_conditional(request.environ)


@bp.get("/labels/proof/<token>")
def proof(token: str) -> Response:
    """What the label says and means; or that it no longer holds, and not why. Raises NotFound."""
    reader = current_reader()
    instance = reader.instance
    said = _said(instance, token)
    if said is None:
        return render_page("labels/gone.html", noindex=True)
    visitor = Reader(instance)
    return render_page(
        "labels/proof.html",
        sentence=sentence(said),
        picture=badge_path(
            instance, PROOF.read(instance, token) or "", {"size": "large", "lang": language()}
        ),
        project={"label": said.project.title, "url": page_url(said.project.path)},
        summary=said.project.summary,
        event={"label": said.event.title, "url": page_url(said.event.path)},
        day=said.day,
        place=said.event.place,
        organisers=[
            {"label": one.title, "url": page_url(one.path)}
            for one in list_team(visitor, said.event.row)
        ],
    )


def look_asked(instance: Instance, lang: str) -> Look:
    """How the badge is to be drawn, as the address says; whatever it says else is not heard."""
    size, look = request.args.get("size", ""), request.args.get("look", "")
    default = instance.settings.lang
    return Look(
        size if size in SIZES else "medium",
        look if look in LOOKS else "light",
        lang if lang in instance.settings.offered else default,
    )


def _said(instance: Instance, token: str) -> Standing | None:
    label = PROOF.read(instance, token)
    if label is None:
        raise NotFound(gettext("There is no such label."))
    return standing(instance, find(instance, label))
