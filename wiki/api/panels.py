"""What a plugin shows around pages: panels, tools, steps, lines of the menu.

::

    @hookimpl(types={"project"}, signed_in=True)
    def page_asides(context: PageContext) -> Sequence[Aside]:
        return [Aside("poll/aside.html", {"votes": votes}, place="side")]

    @hookimpl
    def waiting(reader: Reader) -> Sequence[Waiting]:
        return [Waiting(gettext("A poll to close"), action_url("poll", path), poll.since)]
"""

from wiki.hookspecs.discovery import people_to_ask, search_answer, search_ways
from wiki.hookspecs.items import item_actions
from wiki.hookspecs.notifications import Waiting
from wiki.hookspecs.pages import (
    Aside,
    NextStep,
    PageContext,
    PageTool,
    SectionAction,
    SpaceFact,
    folders_apart,
)
from wiki.hookspecs.site import MenuItem
from wiki.web.account.watch import follow_button
from wiki.web.page.presenters import render_asides
