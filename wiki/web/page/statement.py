"""``/accessibilite`` while nobody has written a page there: the statement that French law asks for.

It says what the audit of the software found (``web/accessibility``), who runs the site and whom to
write to (the settings ``organisation`` and ``contact``), and whether the site looks otherwise than
it was audited.
"""

from typing import Any

from werkzeug.wrappers import Response

from wiki.pages.urls import action_url, page_url
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.web.accessibility.barriers import BARRIERS
from wiki.web.accessibility.criteria import (
    AUDITED,
    CONFORM,
    CRITERIA,
    NOT_APPLICABLE,
    NOT_CONFORM,
    THEMES,
    count_of,
    rate,
)
from wiki.web.accessibility.state import STATEMENT, state_words
from wiki.web.support import render_page, share_response


def show_statement(reader: Reader) -> Response:
    """The statement of this site."""
    settings = reader.instance.settings
    share_response()
    return render_page(
        "accessibility.html",
        organisation=settings.organisation or settings.site_name,
        contact=_contact(settings.contact),
        legal_url=page_url("mentions-legales"),
        site_url=settings.public_url,
        state=state_words(),
        conform=not count_of(NOT_CONFORM),
        audited=AUDITED,
        rate=rate(),
        counts={kind: count_of(kind) for kind in (CONFORM, NOT_CONFORM, NOT_APPLICABLE)},
        barriers=[
            {"number": number, "words": str(one.words), "plan": str(one.plan)}
            for number, one in BARRIERS.items()
        ],
        themes=[(name, _of(number)) for number, name in enumerate(THEMES, 1)],
        other_look=reader.instance.look.restyled,
        own_url=action_url("edit", STATEMENT) if reader.may_edit(STATEMENT) else "",
        canonical=settings.public_url + page_url(STATEMENT),
        description=_("What everyone can read and use here, what cannot yet, and whom to tell."),
    )


def _of(theme: int) -> list[Any]:
    return [one for one in CRITERIA if one.number.startswith(f"{theme}.")]


def _contact(said: str) -> dict[str, str] | None:
    """``contact`` as a link: an address of the web or of mail; other words lead nowhere."""
    if not said:
        return None
    if said.startswith(("https://", "http://")):
        return {"label": said, "url": said}
    return {"label": said, "url": f"mailto:{said}" if "@" in said and " " not in said else ""}
