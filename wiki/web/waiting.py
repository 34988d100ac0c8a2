"""What waits for someone ("ce qui m'attend"): drafts, and what plugins say of their spaces."""

from typing import Any

from wiki.pages.urls import action_url
from wiki.people.drafts import list_drafts
from wiki.reading import Reader
from wiki.translation import gettext as _


def what_waits(reader: Reader) -> list[dict[str, Any]]:
    """Lines of text with an address, what was begun first."""
    if reader.person is None:
        return []
    drafts = list_drafts(reader.instance.private, reader.person.id)
    return [
        {
            "text": _("Your draft of “{title}” is not saved").format(title=reader.title(one.path)),
            "url": action_url("edit", one.path),
            "when": one.saved,
        }
        for one in drafts
    ]
