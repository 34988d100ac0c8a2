"""A strict judge of feeds: RFC 4287 as a grammar, and those of its sentences that none can say."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
from lxml import etree, html

ATOM = "{http://www.w3.org/2005/Atom}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
#: what the content of our entries is made of
_TAGS = {"p", "b", "i", "a", "div"}


@cache
def _grammar() -> Any:
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))


def judged(body: bytes, address: str, site: str, *, personal: bool = False) -> Any:
    """What feedparser reads in ``body``, once it has passed; ``address`` is where it was found.

    ``site`` is the only place that its links may lead to. A personal one does not say its address.
    """
    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    grammar = _grammar()
    assert grammar.validate(root), grammar.error_log
    assert root.get(f"{_XML}lang") in ("fr", "en")
    _links(root, site)
    own = [one.get("href") for one in root.findall(f"{ATOM}link") if one.get("rel") == "self"]
    assert own == ([] if personal else [address])
    # 4.1.1: one author at least for each entry, its own or the feed's.
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) <= 50
    ids = [one.findtext(f"{ATOM}id") for one in [root, *entries]]
    # 4.2.6: absolute, and never the same for two.
    assert all(urlsplit(one).scheme for one in ids)
    assert len(set(ids)) == len(ids)
    for one in entries:
        _entry(one, site)
        assert _moment(one, "updated") <= _moment(root, "updated")
    read = feedparser.parse(body)
    assert read.bozo is False or read.bozo == 0
    assert read.version == "atom10"
    assert len(read.entries) == len(entries)
    return read


def _entry(entry: Any, site: str) -> None:
    _links(entry, site)
    # 4.1.2: without content there must be a place to read it at; ours always has one.
    assert [one.get("rel") for one in entry.findall(f"{ATOM}link")] == ["alternate"]
    assert (entry.findtext(f"{ATOM}title") or "").strip()
    if entry.find(f"{ATOM}published") is not None:
        assert _moment(entry, "published") <= _moment(entry, "updated")
    content = entry.findtext(f"{ATOM}content") or ""
    assert len(content) < 12_000
    for element in html.fragment_fromstring(content, create_parent="div").iter():
        assert element.tag in _TAGS, content
        assert set(element.attrib) <= ({"href"} if element.tag == "a" else set()), content
        if element.tag == "a":
            assert element.get("href").startswith(f"{site}/")


def _links(element: Any, site: str) -> None:
    """4.1.1: no two alternates of one kind and language."""
    links = element.findall(f"{ATOM}link")
    kinds = [(one.get("rel"), one.get("type"), one.get("hreflang")) for one in links]
    assert len(set(kinds)) == len(kinds)
    assert all(one.get("href").startswith(f"{site}/") for one in links)


def _moment(element: Any, name: str) -> datetime:
    return datetime.fromisoformat(element.findtext(f"{ATOM}{name}"))
