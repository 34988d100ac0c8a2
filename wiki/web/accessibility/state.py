"""What the foot of each page says of accessibility, and where that leads."""

from wiki.pages.urls import page_url
from wiki.translation import gettext as _
from wiki.web.accessibility.criteria import NOT_CONFORM, count_of

#: the page that takes the place of the statement once it is written
STATEMENT = "accessibilite"


def foot_link(*, own: bool) -> dict[str, str]:
    """The line at the foot of each page; a statement of the site's ``own`` says how it stands."""
    return {"label": _("Accessibility") if own else state_words(), "url": page_url(STATEMENT)}


def state_words() -> str:
    """How the software stands, in the words that the law asks for."""
    if count_of(NOT_CONFORM):
        return _("Accessibility: partially conform")
    return _("Accessibility: fully conform")
