"""Uses a wiki as people would: ``use.py URL EMAIL PASSWORD with|without|documents``.

Reads, searches, logs in, writes a page, finds it, and takes it along: as PDF ``with`` all extras
or ``documents`` alone; what lacks is expected to be said. Wants nothing but Python; says nothing
where all goes well, and ends with status 1 and a sentence where something does not.
"""

import json
import sys
import time
from html.parser import HTMLParser
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

_PAGE, _WORD = "essai-du-paquet", "tournesol"
_TEXT = f"# Essai du paquet\n\nUn {_WORD} au bord du champ.\n\n:::besoins\n- [ ] Un arrosoir\n:::\n"
_PATIENCE = 120


class _Fields(HTMLParser):
    """The fields of a page by name, and the styles that it leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.styles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        said = dict(attrs)
        if tag == "input" and said.get("type") == "hidden":
            self.fields.setdefault(said.get("name") or "", said.get("value") or "")
        if tag == "link" and said.get("rel") == "stylesheet":
            self.styles.append(said.get("href") or "")


class Visitor:
    """Someone with a browser."""

    def __init__(self, site: str) -> None:
        self.site = site
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()), HTTPRedirectHandler())

    def get(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body of what a link, or a form that is sent, leads to."""
        data = urlencode(form).encode() if form is not None else None
        head = {"Accept-Language": "en", "Origin": self.site, "Referer": self.site + path}
        asked = Request(self.site + path, data, head)  # noqa: S310 - a site of ours
        try:
            answer: HTTPResponse = self._opener.open(asked, timeout=60)
        except HTTPError as refused:
            return refused.code, refused.read()
        with answer:
            self.at = answer.geturl().removeprefix(self.site)
            return answer.status, answer.read()

    def send(self, path: str, **typed: str) -> tuple[int, bytes]:
        """Opens the form at ``path``, fills it in and sends it."""
        fields = _read(self.get(path)[1]).fields
        return self.get(path.partition("?")[0], {**fields, **typed})


def main() -> None:
    """Does it."""
    site, email, password, extras = sys.argv[1:]
    one = Visitor(site.rstrip("/"))
    _wait(one)
    status, home = one.get("/")
    styles = _read(home).styles
    _check(status == 200 and styles, "the first page is not there, or has no style")
    _check(all(one.get(style)[0] == 200 for style in styles), "a style is not there")
    _check(b"</article>" in one.get("/-/search?q=projet")[1], "a search finds nothing")
    one.send("/-/login", email=email, password=password)
    _check(one.get("/-/account")[0] == 200 and one.at == "/-/account", "nobody can log in")
    status, _answer = one.send(f"/-/edit/{_PAGE}", text=_TEXT, message="Essai")
    _check(status == 200 and one.at == f"/{_PAGE}", f"a page is not saved ({status})")
    _check(_WORD.encode() in one.get(f"/{_PAGE}")[1], "what was saved is not shown")
    _check(_PAGE.encode() in one.get(f"/-/search?q={_WORD}")[1], "what was saved is not found")
    _check(b"arrosoir" in one.get("/-/needs")[1], "a need is not on the board")
    status, page = one.get("/-/admin/server")
    _check(status == 200, "the server is not told of")
    lacks = _says(page, "What is not installed", "Ce qui n’est pas installé")
    _check(lacks == (extras != "with"), "what lacks is said wrong")
    _take_along(one, extras)


def _take_along(one: Visitor, extras: str) -> None:
    for kind, begins in (("markdown", b"PK"), ("pdf", b"%PDF"), ("docx", b"PK")):
        status, answer = one.send(f"/-/export/{_PAGE}", scope="page", format=kind)
        if extras == "without" and kind != "markdown":
            said = _says(answer, "are not installed", "ne sont pas installés")
            _check(status == 501 and said, f"without documents, {kind} is answered by {status}")
            continue
        _check(status == 200, f"no {kind} is made ({status})")
        _check(one.get(f"{one.at}/file")[1].startswith(begins), f"what is made is no {kind}")


def _wait(one: Visitor) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            status, answer = one.get("/-/readyz")
            if status == 200:
                return
        except OSError:
            status, answer = 0, b"nobody answers"
        if time.monotonic() > until:
            sys.exit(f"not ready: {json.dumps(answer.decode('utf-8', 'replace'))} ({status})")
        time.sleep(0.2)


def _read(page: bytes) -> _Fields:
    found = _Fields()
    found.feed(page.decode())
    return found


def _says(page: bytes, *words: str) -> bool:
    """Whether one of ``words`` stands there: an account has a language of its own."""
    return any(one in page.decode() for one in words)


def _check(holds: object, words: str) -> None:
    if not holds:
        sys.exit(f"{sys.argv[1]}: {words}")


if __name__ == "__main__":
    main()
