"""Where the links of a text lead: the same place here as on a git host.

A relative link starts at the folder of the page's file, and a link to a file of Markdown leads to
its page. Ids of the body have a prefix (``allow_list.py``), so fragments get it too.
"""

import re
from functools import lru_cache
from html import escape
from urllib.parse import quote, urlencode, urlsplit

from wiki.errors import BadPath
from wiki.pages.paths import follow, normalise
from wiki.pages.urls import action_url, page_url
from wiki.pages.words import slug
from wiki.rendering.context import Resolved

_HEADING = "h-"
_NOT_IN_ID = re.compile(r"[^\w\- ]+")
_IDENTITY = re.compile(r"[a-z]{1,2}-[0-9a-z]{8}")
_REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|[a-z][a-z0-9+.-]*:", re.IGNORECASE)
#: widths in which the site gives its own pictures
WIDTHS = (480, 960, 1600)
_RESIZED = (".jpg", ".jpeg", ".png", ".webp")


def heading_id(anchor: str) -> str:
    """The id that a heading has in the body, from its anchor in the document."""
    return _HEADING + anchor


def anchor_of(heading: str) -> str:
    """The anchor of the (first) heading of these words, as ``Document`` gives it."""
    return _NOT_IN_ID.sub("", heading.lower()).strip().replace(" ", "-")[:100]


def is_external(url: str) -> bool:
    """Whether ``url`` leads to another site by http."""
    return url.lower().startswith(("http://", "https://", "//"))


def local(url: str, file: str) -> str:
    """``url`` as it stands in the text of ``file``, as an address of this site.

    What leads elsewhere, and with ``file`` empty what is relative, stays as it is.
    """
    if _REMOTE.match(url):
        return url
    address, hash_sign, fragment = url.partition("#")
    address, question, query = address.partition("?")
    if address and (file or address.startswith("/")):
        to = follow(file, address)
        address = page_url(to) if to else address
    return address + question + query + hash_sign + (_fragment(fragment) if fragment else "")


def _fragment(fragment: str) -> str:
    if fragment.startswith(_HEADING) or _IDENTITY.fullmatch(fragment):
        return fragment
    return heading_id(fragment)


def source_set(url: str) -> str:
    """The widths of a picture of ours to choose from; "" where there is only one."""
    address = urlsplit(url)
    if not url.startswith("/") or url.startswith("//") or address.query:
        return ""
    if not address.path.lower().endswith(_RESIZED) or set(", ") & set(url):
        return ""
    return ", ".join(f"{address.path}?{urlencode({'width': width})} {width}w" for width in WIDTHS)


def wiki_link(target: str, anchor: str, text: str, to: Resolved | None) -> str:
    """``[[target#anchor|text]]`` as HTML; without ``to``, red: it offers to create the page."""
    if not target and anchor:
        return _link("", "#" + quote(heading_id(anchor_of(anchor))), text or anchor)
    if to is not None:
        fragment = heading_id(anchor_of(anchor)) if anchor else ""
        return _link("", page_url(to.path, fragment), text or to.title or target)
    if new := new_path(target):
        titled = {} if new == target else {"title": target}
        return _link("missing", action_url("edit", new, titled), text or target)
    return escape(text or target)


@lru_cache(maxsize=1024)
def new_path(target: str) -> str:
    """Where a page called ``target``, a path or a title, would be created; "" where it cannot."""
    name = slug(target)
    try:
        if "/" in target or target == name:
            return normalise(target)
        return normalise(name) if name else ""
    except BadPath:
        return ""


def _link(kind: str, url: str, text: str) -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<a href="{escape(url)}"{named}>{escape(text)}</a>'
