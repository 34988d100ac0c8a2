"""A comment as HTML: plain text with paragraphs, line ends and links, and nothing else."""

import re

from markupsafe import Markup, escape

_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
#: what ends a sentence rather than an address
_TAIL = ".,;:!?'’”»"
#: characters of an address that are shown
_SHOWN = 60


def as_html(words: str) -> Markup:
    """``words`` as paragraphs; every character of them is text, or part of a link's address."""
    parts = (part for part in words.split("\n\n") if part.strip())
    return Markup("").join(Markup("<p>{}</p>").format(_lines(part)) for part in parts)


def _lines(part: str) -> Markup:
    return Markup("<br>").join(_linked(line) for line in part.strip("\n").split("\n"))


def _linked(line: str) -> Markup:
    found: list[Markup] = []
    at = 0
    for address in _ADDRESS.finditer(line):
        url = _trimmed(address.group())
        if url.endswith("//"):
            continue
        found.append(escape(line[at : address.start()]))
        shown = url if len(url) <= _SHOWN else f"{url[:_SHOWN]}…"
        link = Markup('<a class="external" rel="nofollow noopener ugc" href="{}">{}</a>')
        found.append(link.format(url, shown))
        at = address.start() + len(url)
    found.append(escape(line[at:]))
    return Markup("").join(found)


def _trimmed(url: str) -> str:
    """Without the sentence's own signs, and without a bracket that was opened before it."""
    while url and (url[-1] in _TAIL or (url[-1] == ")" and url.count("(") < url.count(")"))):
        url = url[:-1]
    return url
