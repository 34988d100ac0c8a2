"""Open needs that ask the same as one that is being written: told before it is saved.

::

    what is typed ──▶ POST /-/needs/duplicates ──▶ a part of the form     nothing is kept
    the form, sent without a script ──▶ the form again, once, with the same part

Only what the reader may see is compared; who was told goes on with the same button.
"""

from collections.abc import Callable, Mapping

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.limits import count_request
from wiki.api.meaning import near
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow, get_items
from wiki.api.web import current_reader, render_page
from wiki.api.web.open_forms import open_to_all

from ..fields import DETAILS_LENGTH, WHAT_LENGTH
from ..model import NEED
from ..presenters import Values, item_url, space_link

bp = Blueprint("needs_duplicates", __name__)

#: needs that are told, and those that are looked at
_TOLD, _LOOKED_AT = 3, 12
#: from here on two needs ask the same: of needs on one subject that are judged, none reaches 0.41
#: and of one need said twice in other words, most are above
_SAME = 0.45
#: of the keywords
_WORDS = 300
_FIELDS = ("what", "details", "keywords", "key")


@bp.post("/needs/duplicates")
@open_to_all
def show() -> Response:
    """The part of the form. Raises TooMany."""
    count_request("suggestion")
    values = {name: request.form.get(name, "") for name in _FIELDS}
    return render_page(
        "needs/_duplicates.html", duplicates=find_duplicates(current_reader(), values)
    )


def find_duplicates(
    reader: Reader,
    values: Mapping[str, str],
    is_same: Callable[[ItemRow], bool] = lambda _one: False,
) -> list[Values]:
    """Open needs that ask what the ``values`` of a form do, but for the one that came of it.

    ``is_same``: what came of it, where the person may edit it.
    """
    what, details, keywords, key = (values[name] for name in _FIELDS)
    return [
        {
            "id": one.identity,
            "url": item_url(NEED, one.identity),
            "words": one.plain,
            "space": space_link(one),
            "places": one.places,
        }
        for one in find_same(reader, what, details, keywords, key)
        if not (is_same(one) and reader.may_edit(one.path))
    ]


def find_same(
    reader: Reader, what: str, details: str, keywords: str, but: str = ""
) -> list[ItemRow]:
    """Open needs that ask the same; ``but`` is the identity of the one that is written."""
    about = ". ".join(filter(None, (what[:WHAT_LENGTH].strip(), keywords[:_WORDS])))
    text = f"{about}\n{details[:DETAILS_LENGTH]}"
    found = reader.instance.plugins.call(near, text, reader, ("need",), _LOOKED_AT)
    same = [one.identity for one in found if one.score >= _SAME and one.identity != but]
    rows = get_items(reader, same[:_TOLD])
    return [rows[one] for one in same if one in rows]
