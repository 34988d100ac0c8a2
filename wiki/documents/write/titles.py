"""Links to headings as readers of Markdown make them: by the words of the heading (pure).

Markdown has no names for places: a heading is reached by its words in small letters, with hyphens
for spaces, and a number where other headings have the same; so do forges and most editors.
"""

import re
from collections.abc import Iterator
from html import escape, unescape

_HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.S)
_ID = re.compile(r' id="([^"]*)"')
_TO = re.compile(r'(<a [^>]*href="#)([^"]*)(")')


def led_by_titles(html: str, title: str) -> str:
    """``html``, below a heading ``title``, with its links to headings as their words have them."""
    names = dict(_named(html, title))
    return _TO.sub(lambda one: one[1] + escape(names.get(one[2], one[2])) + one[3], html)


def _named(html: str, title: str) -> Iterator[tuple[str, str]]:
    taken = {_words(title)}
    for _level, attributes, inner in _HEADING.findall(html):
        words = _words(unescape(re.sub(r"<[^>]*>", "", inner)))
        name, number = words, 0
        while name in taken:
            number += 1
            name = f"{words}-{number}"
        taken.add(name)
        if here := _ID.search(attributes):
            yield here[1], name


def _words(text: str) -> str:
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
