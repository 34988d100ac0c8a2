"""What a plugin shows around pages: panels, tools, steps, lines of the menu, parts of the API.

::

    @hookimpl(types={"project"}, signed_in=True)
    def page_asides(page: Page, reader: Reader) -> Sequence[Aside]:
        return [Aside("poll/aside.html", {"votes": votes}, place="side")]
"""

from wiki.hookspecs.discovery import Fit
from wiki.hookspecs.pages import Aside, NextStep, PageTool, SectionAction, SpaceFact
from wiki.hookspecs.site import ApiItem, ApiList, MenuItem
from wiki.web.account.watch import follow_button
from wiki.web.page.presenters import render_asides

# fmt: off
__all__ = [
    "ApiItem", "ApiList", "Aside", "Fit", "MenuItem", "NextStep", "PageTool", "SectionAction",
    "SpaceFact", "follow_button", "render_asides",
]
# fmt: on
