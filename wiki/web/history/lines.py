"""Changes as the lines of a story, day by day."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from wiki.pages.urls import action_url, page_url
from wiki.projections.histories.visible_changes import Change
from wiki.reading import Reader
from wiki.reading.history import find_pushers
from wiki.reading.pages import get_titles
from wiki.translation import language
from wiki.web.credits import hands, program_in, with_others
from wiki.web.history.sentences import Teller

#: lines whose HTML is kept
_KEPT = 512


def story_of(reader: Reader, found: Sequence[Change], *, with_page: bool) -> list[dict[str, Any]]:
    """``found`` as ``ui.story`` wants it; ``with_page`` has each line name its page."""
    zone = reader.instance.settings.zone
    titles = get_titles(reader, {one.now or one.path for one in found})
    brought = find_pushers(reader, {one.commit for one in found})
    teller = Teller(reader, [one for one in found if one.kind == "edited"])
    editable = {path: reader.may_edit(path) for path in titles}
    templates = reader.instance.templates
    story = []
    for day, changes in groupby(found, key=lambda one: one.when.astimezone(zone).date()):
        lines = []
        for one in changes:
            here = one.now or one.path
            by = brought.get(one.commit, "")
            said = (titles[here], by, teller.did(one), with_page)
            told, links = _line(templates, language(), one, *said)
            restore = _may_be_read(one) and editable[here]
            lines.append(
                {
                    "told": told,
                    "links": links,
                    "restore": action_url("restore", one.path, {"to": one.commit})
                    if restore
                    else "",
                    "commit": one.commit[:10],
                }
            )
        story.append({"day": day, "changes": lines})
    return story


@lru_cache(_KEPT)
def _line(
    templates: Environment,
    _lang: str,
    change: Change,
    title: str,
    by: str,
    did: str,
    with_page: bool,
) -> tuple[Markup, Markup]:
    """The sentence of a change, and when it was with the ways to its text: all from these values.

    Most lines of a list are those of the list before.
    """
    here = change.now or change.path
    readable = _may_be_read(change)
    values = {
        "who": with_others(change.author, change.message),
        "hands": hands(change.author, change.message),
        "by": by,
        "program": program_in(change.message),
        "did": did,
        "kind": change.kind,
        "page": {
            "label": title,
            "url": page_url(here) if change.now else action_url("history", here),
        },
        "moved_from": change.old_path or "",
        "file": change.file or "",
        "message": change.message.partition("\n")[0],
        "when": change.when,
        "diff_url": action_url("diff", change.path, {"to": change.commit})
        if readable and change.kind != "created"
        else "",
        "read_url": action_url("version", change.path, {"at": change.commit}) if readable else "",
    }
    ui: Any = templates.get_template("_ui.html").module
    return ui.change_told(values, with_page), ui.change_links(values)


def _may_be_read(change: Change) -> bool:
    """Whether the change left a text."""
    return change.kind not in ("deleted", "attached", "detached")
