"""What is not conform: for people who meet it, and what is to be done about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wiki.translation import lazy


@dataclass(frozen=True)
class Barrier:
    """``words`` say what is in the way, ``plan`` what is to be done; both are translated."""

    words: Any
    plan: Any


#: number of a criterion → why it is not conform
BARRIERS: Mapping[str, Barrier] = {
    "7.1": Barrier(
        lazy(
            "Menus, the editor, search while one types and the map of relations were looked at in"
            " their code, by axe and by keyboard, but not with a screen reader."
        ),
        lazy(
            "Go through a project, the editor and an evening with NVDA and Firefox, VoiceOver and"
            " Safari, TalkBack and Chrome, with people who use them."
        ),
    ),
    "8.7": Barrier(
        lazy(
            "Where a page in another language is named in a list, its title does not say which"
            " language it is in; nor do foreign words within a text, unless its writer says so."
        ),
        lazy("Give each link in lists the language of the page that it names."),
    ),
    "10.13": Barrier(
        lazy(
            "On the map of relations, the name that shows beside the pointer cannot be put away"
            " without moving it. The list below the map has the same names."
        ),
        lazy("Let the Escape key put it away."),
    ),
    "13.3": Barrier(
        lazy(
            "Documents that people attach to pages (PDF, text, slides) may not be accessible: the"
            " wiki takes them as they are. What it exports itself is always there as a page."
        ),
        lazy("Say, where a document is attached, what makes one accessible."),
    ),
}
