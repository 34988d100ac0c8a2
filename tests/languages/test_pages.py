"""A third language reaches every page: nothing is shown in French or English beside it."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.people.person import Person

_WORD = re.compile(r"[A-Za-zÀ-ɏ’]{3,}")
_SAID = ("aria-label", "title", "placeholder", "alt", "data-label", "data-done", "data-confirm")
_VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
}
#: what is no language: code, keys, addresses, what people write
_SILENT = {"script", "style", "code", "pre", "kbd", "textarea", "svg", "samp", "datalist"}
#: names: of formats, programs, typefaces and languages, and of who made a map
_NAMES = {
    *(
        "API",
        "CSV",
        "Carrefour",
        "DokuWiki",
        "EPUB",
        "HTML",
        "JSON",
        "LibreOffice",
        "Markdown",
        "MediaWiki",
        "PDF",
        "Word",
        "YesWiki",
        "docx",
        "odt",
        "zip",
    ),
    *("Literata", "Figtree", "Atkinson", "Hyperlegible", "Français", "English"),
    *("MapSVG", "Victor", "Cazanave"),
}
#: addresses, and how an account came about that no form made
_EXAMPLE = re.compile(
    r"\w+://\S*|\b\w+\.example\.org|\S+@\S+|^/\S*$|^personnes/2$|^projets/…$|⁨test⁩"
)


class _Shown(HTMLParser):
    """What a page says in its own language: text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        found = dict(attrs)
        own = found.get("lang") if tag != "html" else None
        silent = bool(self._open and self._open[-1][1]) or tag in _SILENT or bool(own)
        if not silent:
            self.said += [found[name] or "" for name in _SAID if name in found]
            if tag == "input" and found.get("type") in ("submit", "button"):
                self.said.append(found.get("value") or "")
        if tag not in _VOID:
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        """See HTMLParser."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """See HTMLParser."""
        if not (self._open and self._open[-1][1]):
            self.said.append(data)


def foreign(html: str) -> list[str]:
    """What a page says in Latin letters."""
    shown = _Shown()
    shown.feed(html)
    said = [" ".join(words.split()) for words in shown.said]
    return [one for one in said if set(_WORD.findall(_EXAMPLE.sub("", one))) - _NAMES]


def pages_of(app: "Flask") -> Iterator[str]:
    """Every address that takes no words, and those of the pages."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            yield str(rule)
    for path in ("projets/1", "personnes/2", "evenements/3", "dossiers/4"):
        yield f"/{path}"
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.arguments == {"path"}:
                yield str(rule).replace("<path:path>", path)


@pytest.mark.parametrize("who", ["visitor", "sofia"])
def test_nothing_is_said_in_another_language(
    app: "Flask",
    client: "FlaskClient",
    sofia: "Person",
    log_in: "Callable[[Person], FlaskClient]",
    who: str,
) -> None:
    browser = client if who == "visitor" else log_in(sofia)
    seen, found = 0, {}
    for url in pages_of(app):
        if "logout" in url or url.endswith((".xml", ".json", ".txt", ".svg", ".png")):
            continue
        answer = browser.get(url, headers={"Accept-Language": "ar"})
        html = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        if answer.status_code != 200 or not html:
            continue
        assert "<html" not in html or '<html lang="ar" dir="rtl">' in html, url
        seen += 1
        if said := foreign(html):
            found[url] = said
    assert seen > (30 if who == "visitor" else 100)
    assert found == {}
