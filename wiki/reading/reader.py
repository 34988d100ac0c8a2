"""One reader: everything that a person may see."""

from wiki.reading.html import Showing
from wiki.reading.lists import Lists
from wiki.reading.news import News


class Reader(Showing, News, Lists):
    """What a person, or a visitor, may see of an instance at one moment."""
