"""``/-/lacks``: what was asked in vain by five at least, and what one can make of it."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from wiki.api.errors import Forbidden
from wiki.api.paths import action_url
from wiki.api.reading import Reader
from wiki.api.translation import gettext
from wiki.api.web import render_page, signed_in_reader
from wiki.api.web.forms import see_other
from wiki.api.web.open_forms import beginning

from .counts import FEWEST, LOCK, MOST
from .models import LackRow

bp = Blueprint("lacks", __name__)

#: numbers that are told: the one below
_TOLD = (MOST, 50, 20, 10, FEWEST)
#: who puts away what is no lack
_TEAM = ("admin", "programme")


@bp.get("/lacks")
def show() -> Response:
    """What is lacking, that of the last month and of most askers first. Raises LogInFirst."""
    reader = signed_in_reader(gettext("Log in first: this page is for those who take part."))
    need = reader.instance.plugins.call(beginning.named("need"))
    chosen = (
        select(LackRow)
        .where(LackRow.away.is_(False))
        .order_by(LackRow.month.desc(), LackRow.askers.desc(), LackRow.key)
    )
    return render_page(
        "lacks/lacks.html",
        lacks=[_shown(row, need) for row in reader.instance.private.list_rows(chosen)],
        fewest=FEWEST,
        may_put_away=_may_put_away(reader),
        noindex=True,
    )


@bp.post("/lacks")
def put_away() -> Response:
    """Puts one away for all, which is not shown again while it is asked. Raises Forbidden."""
    reader = signed_in_reader()
    if not _may_put_away(reader):
        raise Forbidden(gettext("The programme team puts away what is no lack."))
    with reader.instance.private.session(LOCK) as session:
        row = session.get(LackRow, request.form.get("key", ""))
        if row is not None:
            row.away = True
    return see_other(action_url("lacks"), gettext("It is not shown any more."))


def _may_put_away(reader: Reader) -> bool:
    return reader.person is not None and reader.person.role in _TEAM


def _shown(row: LackRow, need: str) -> dict[str, Any]:
    said = row.words[:1].upper() + row.words[1:]
    return {
        "key": row.key,
        "words": row.words,
        "askers": next(number for number in _TOLD if row.askers >= number),
        "month": f"{row.month}-01",
        "asked": row.way == "question",
        "search": action_url("search", query={"q": row.words}),
        "need": f"{need}?{urlencode({'title': said})}" if need else "",
        "page": action_url("new", query={"title": said}),
    }
