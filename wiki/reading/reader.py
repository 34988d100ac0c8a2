"""One reader: everything that a person may see."""

from wiki.reading.lists import Lists
from wiki.reading.showing import Showing
from wiki.reading.story import Story


class Reader(Showing, Story, Lists):
    """What a person, or a visitor, may see of an instance at one moment."""
