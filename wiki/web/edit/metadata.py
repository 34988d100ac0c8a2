"""The sheet of a page: its front matter as fields, beside the text that is being written.

::

    editor ──head, one field──▶ POST /-/sheet/<path> ──▶ {text, values, names}   nothing is saved

The script of the editor keeps the text; only the lines of the head come here and go back, edited
as forms edit them everywhere: order, comments and quotes stay.
"""

from http import HTTPStatus

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from wiki.editing.rights import check_may_propose
from wiki.errors import BadField, TooLarge
from wiki.pages.head.changes import edit_head
from wiki.pages.head.frontmatter import head_source, read_head
from wiki.pages.page import Page
from wiki.pages.paths import files_of, normalise
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.web.edit.metadata_fields import sheet_of, shown_keys, written
from wiki.web.forms import FormLines, FormText
from wiki.web.support import current_reader
from wiki.web.throttle import count_request

bp = Blueprint("sheet", __name__)

#: a head may be as long as the reading of one
LONGEST = 65_536


@bp.post("/sheet/<path:raw>")
def change(raw: str, text: FormLines, key: FormText, value: FormText) -> Response:
    """The head that was sent, with the field ``key`` set to ``value`` where one is named.

    Raises TooLarge, and what ``check_may_propose`` does; a head that cannot be read, or a field
    that is not there, is told in words, as JSON.
    """
    reader, path = current_reader(), normalise(raw)
    if not reader.may_edit(path):
        check_may_propose(reader, path)
    count_request("preview")
    head = text
    if len(head) > LONGEST:
        raise TooLarge(_("This sheet is too long."))
    try:
        if key:
            head = _with(reader, path, head, key, value[:LONGEST])
        if read_head(head).head.broken:
            raise BadField("text", _("Something between the --- lines at the top cannot be read."))
    except BadField as wrong:
        answer = jsonify(error=wrong.words)
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer
    return jsonify(text=head, **sheet_of(reader, path, head))


def _with(reader: Reader, path: str, head: str, key: str, value: str) -> str:
    page = Page(path, files_of(path)[0], head)
    if key not in shown_keys(reader, path, page.type):
        raise BadField(key, _("This cannot be set here."))
    changed = edit_head(head, {key: written(key, value)})
    # A head without a key is none: its two lines would stand in the text.
    return changed if (head_source(changed).lines or "").strip() else ""
