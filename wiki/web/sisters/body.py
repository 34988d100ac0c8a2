"""The body of a sister's page as it is read here: what it links to of its own stays in its copy,
all else leads to its home.

Blocks that list other pages are left to its home: they would ask about all sisters at once.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape, unescape
from urllib.parse import unquote, urljoin, urlsplit

from wiki.errors import NotFound, StorageFailed
from wiki.pages.page import Page
from wiki.pages.urls import file_url, page_url
from wiki.reading import Reader
from wiki.reading.bodies import kept_body
from wiki.reading.files import find_file
from wiki.reading.html import page_context
from wiki.rendering.context import Rendered
from wiki.sisters.origins import Origin, copy_url
from wiki.translation import gettext as _

_TAG = re.compile(r'<[a-z][a-z0-9]*+(?: [a-z-]+(?:="[^"]*")?)++ ?/?>')
_NOTHING: Mapping[str, str] = {}
#: links, since none stands inside of another, and pictures
_ADDRESS_OR_WORDS = re.compile(r' (src|alt)="([^"]*)"')
_PICTURE = re.compile(r'</?a\b(?:[^>"]|"[^"]*")*+>|<img(?:[^>"]|"[^"]*")*+>')
_ADDRESS = re.compile(r' (href|src|srcset|action|cite)="([^"#][^"]*)"')


def copied_body(
    reader: Reader, page: Page, origin: Origin, answers: Mapping[str, str] = _NOTHING
) -> Rendered:
    """The safe HTML of ``page``; ``reader`` reads sisters.

    ``answers`` say where an item is answered from here, by its identity: what would lead to it at
    its home leads there.
    """
    context = replace(page_context(reader, page), ask=None, may_edit=False)
    body = kept_body(reader.instance.cache, page, context, reader.audience)
    led = lead_home(body.html, page_url(page.path), origin, answers)
    return replace(body, html=_name_large_pictures(led, reader, origin))


def _name_large_pictures(html: str, reader: Reader, origin: Origin) -> str:
    """``html`` with a link home in place of each picture whose bytes the copy has not got.

    They are in a bucket of the sister's, and a page of ours shows no picture from elsewhere.
    """
    inside = False

    def tag(found: re.Match[str]) -> str:
        nonlocal inside
        if not found[0].startswith("<img"):
            inside = not found[0].startswith("</")
            return found[0]
        said = {name: unescape(value) for name, value in _ADDRESS_OR_WORDS.findall(found[0])}
        mine, address = copy_url(origin.name), said.get("src", "").partition("?")[0]
        if not address.startswith(f"{mine}/"):
            return found[0]
        path = origin.name + unquote(address.removeprefix(mine))
        try:
            if find_file(reader, path).pointer is None:
                return found[0]
        except (NotFound, StorageFailed):
            return found[0]
        name = said.get("alt") or path.rpartition("/")[2]
        words = escape(_("Picture “{name}”, at {site}").format(name=name, site=origin.title))
        home = escape(origin.address + file_url(origin.home_path(path)))
        return words if inside else f'<a href="{home}">{words}</a>'

    return _PICTURE.sub(tag, html) if "<img" in html else html


def lead_home(html: str, base: str, origin: Origin, answers: Mapping[str, str] = _NOTHING) -> str:
    """``html``, as the gate gave it, with its addresses of this site led to where they belong.

    ``base`` is what relative ones start from: ``../../x`` would climb out of the copy.
    """

    def tag(found: re.Match[str]) -> str:
        return _ADDRESS.sub(address, found[0])

    def address(found: re.Match[str]) -> str:
        said = unescape(found[2])
        several = said.split(", ") if found[1] == "srcset" else [said]
        parts = [_led(one.strip(), base, origin, answers) for one in several]
        return f' {found[1]}="{escape(", ".join(parts))}"'

    return _TAG.sub(tag, html)


def _led(url: str, base: str, origin: Origin, answers: Mapping[str, str]) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # no browser leads anywhere by it
        return ""
    if parts.scheme or parts.netloc:
        return url
    url = urljoin(base, url)
    mine = page_url(origin.name)
    rest = url[len(mine) :]
    if url.startswith(mine) and rest[:1] in ("", "/", "?", "#", " "):
        return copy_url(origin.name) + rest
    if url.startswith("/-/") and (answer := answers.get(url.rpartition("/")[2])):
        return answer
    # What one does with a page, one does at its home, where it has no name of ours before it.
    action = re.match(r"(/-/[a-z-]+)" + re.escape(mine) + r"(?=[/?#]|$)", url)
    return origin.address + (action[1] + url[action.end() :] if action else url)
