"""The private draft of what someone writes, kept on the server until it is saved or forgotten.

The editor's script sends it when typing pauses; it is offered when its writer comes back, on
whatever device. Nobody else ever sees it.
"""

from typing import Any

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from wiki.editing import save
from wiki.editing.rights import check_may_propose
from wiki.errors import LogInFirst, NotFound, TooLarge
from wiki.pages.page import Page
from wiki.pages.paths import files_of, normalise
from wiki.people.drafts import drop_draft, read_draft, save_draft
from wiki.reading import Reader
from wiki.reading.pages import find_page
from wiki.translation import gettext as _
from wiki.web.forms import FormFlag, FormLines, FormText
from wiki.web.support import current_reader

bp = Blueprint("draft", __name__)

#: what one person keeps in a minute: a pause of typing every three seconds, in two tabs
A_MINUTE = 40


@bp.post("/draft/<path:raw>")
def keep(raw: str, text: FormLines, base: FormText, section: FormText, drop: FormFlag) -> Response:
    """Keeps the text that was sent, or with ``drop`` forgets it: ``{kept}``, the moment, or null.

    Raises LogInFirst, TooMany, TooLarge, NotFound, and what ``check_may_propose`` does.
    """
    reader, path = current_reader(), normalise(raw)
    if reader.person is None:
        raise LogInFirst(_("Log in first. What you wrote is kept here."))
    if not reader.may_edit(path):
        check_may_propose(reader, path)
    reader.instance.rates.attempt(f"draft:{reader.person.id}", A_MINUTE, 60)
    if drop:
        forget_draft(reader, path)
        return jsonify(kept=None)
    if len(text.encode("utf-8", "replace")) > reader.instance.settings.max_page:
        raise TooLarge(_("This text is too long to be kept as a draft."))
    if section:
        text = save.with_section(reader, path, section, text, base)
    if not text.strip() or _stands(reader, path, text):
        forget_draft(reader, path)
        return jsonify(kept=None)
    draft = save_draft(reader.instance.private, reader.person.id, path, base, text)
    return jsonify(kept=draft.saved.isoformat())


def draft_offered(reader: Reader, path: str, section: str, text: str) -> dict[str, Any] | None:
    """What the form offers of an earlier text: ``{text, base, when}``; None where there is none.

    Of a section its part of the draft, where that says another thing than ``text`` does.
    """
    if reader.person is None:
        return None
    draft = read_draft(reader.instance.private, reader.person.id, path)
    if draft is None:
        return None
    found = draft.text
    if section:
        try:
            found = save.split_section(Page(path, files_of(path)[0], found), section)[1]
        except NotFound:
            return None
    if found.rstrip() == text.rstrip():
        return None
    when = draft.saved.astimezone(reader.instance.settings.zone)
    return {"text": found, "base": draft.base, "when": when}


def forget_draft(reader: Reader, path: str) -> None:
    """Throws the person's draft of that page away: it is saved, or not wanted any more."""
    if reader.person is not None:
        drop_draft(reader.instance.private, reader.person.id, path)


def _stands(reader: Reader, path: str, text: str) -> bool:
    """Whether the page says just that already."""
    page = find_page(reader, path)
    return page is not None and page.text.rstrip() == text.rstrip()
