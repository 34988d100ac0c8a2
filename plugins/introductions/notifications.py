"""A line about a meeting in the story of the page that it was about."""

from wiki.api.errors import NotFound
from wiki.api.pages.editing import add_story_line
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from .subjects import subject_of


def told(reader: Reader, about: str, line: str) -> None:
    """Writes ``line``, dated today, in the story of the page that ``about`` belongs to.

    Raises NotFound where that is gone, and what saving raises.
    """
    subject = subject_of(reader, about)
    if subject is None:
        raise NotFound(gettext("There is no such page here."))
    add_story_line(reader, subject.page, f"— {line}", gettext("Told what came of a meeting"))
