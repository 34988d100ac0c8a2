"""From a key to the frame that shows it, in the living page on a phone.

A page of 50 chapters and a table of 300 rows, in a browser four times slower than this machine:
keys in a paragraph and in a cell, in the middle of both. The reference is a plain field with the
same text, in the same browser.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bench.lines import Line, ms, percentile
from bench.servers import serving
from wiki.app import create_app
from wiki.config import load_settings
from wiki.instance import close_instance, open_instance
from wiki.parts.creation import found
from wiki.people.accounts import add_person
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.testing import PASSWORD, chromium_path, signed_in

_SLOWER = 4
_KEYS = 60
#: seconds from a key to its frame, at most
_SOON = 0.05
_ROW = "| Quoi {0} | Combien {0} | Qui s’en charge, et **jusqu’à quand** {0} |\n"
_TABLE = "| Quoi | Combien | Qui |\n| --- | --- | --- |\n" + "".join(
    _ROW.format(row) for row in range(300)
)
_CHAPTER = "## Chapitre {0}\n\nUn *paragraphe* du chapitre {0}, voir [[aide]].\n\n- un\n- deux\n\n"
_CHAPTERS = [_CHAPTER.format(number) for number in range(50)]
_PAGE = "".join([*_CHAPTERS[:25], _TABLE, "\n", *_CHAPTERS[25:]])
#: tells from each key when the frame after it has been drawn
_WATCH = """() => {
  window.ways = [];
  addEventListener("keydown", ({timeStamp}) => requestAnimationFrame(() => {
    const drawn = new MessageChannel();
    drawn.port1.onmessage = () => window.ways.push(performance.now() - timeStamp);
    drawn.port2.postMessage(0);
  }), true);
}"""
_POINT = """words => {
  const {view} = document.querySelector("form[data-editor]").editor.surface;
  const anchor = view.state.doc.toString().indexOf(words) + words.length;
  view.focus();
  view.dispatch({selection: {anchor}, scrollIntoView: true});
}"""
_FIELD = """text => {
  const field = document.body.appendChild(document.createElement("textarea"));
  field.value = text;
  field.style = "width: 100%; height: 80vh";
  field.focus();
  field.setSelectionRange(text.length / 2, text.length / 2);
}"""


def run() -> Iterator[Line]:
    """A line for a paragraph, and one for a cell."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name) / "instance"
        folder.mkdir()
        cookie, value = _make(folder)
        flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=flags)
        with serving(folder) as server:
            url = f"http://127.0.0.1:{server.port}"
            phone: Any = {"width": 390, "height": 844}
            context = browser.new_context(viewport=phone, is_mobile=True, has_touch=True)
            context.add_cookies([{"name": cookie, "value": value, "url": url}])
            page = context.new_page()
            slow = context.new_cdp_session(page)
            slow.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
            page.evaluate(_FIELD, _PAGE)
            plain = _ways(page)
            for where, words in (("a paragraph", "du chapitre 20"), ("a cell", "Combien 150")):
                page.goto(f"{url}/-/edit/longue")
                page.wait_for_selector(".edit-tools")
                page.evaluate(_POINT, words)
                page.wait_for_timeout(2000)
                yield _line(where, _ways(page), plain)
        browser.close()


def _ways(page: Any) -> list[float]:
    """Seconds from each key to its frame."""
    page.evaluate(_WATCH)
    for number in range(_KEYS):
        page.keyboard.press("abcde fghi"[number % 10].replace(" ", "Space"))
        page.wait_for_function("count => window.ways.length > count", arg=number)
        page.wait_for_timeout(50)
    return [way / 1000 for way in page.evaluate("() => window.ways")]


def _line(where: str, ways: list[float], plain: list[float]) -> Line:
    half, most = percentile(ways, 0.5), percentile(ways, 0.95)
    reference = percentile(plain, 0.95)
    return Line(
        f"a key in {where} on a phone, p50 and p95",
        f"{ms(half)}, {ms(most)}",
        f"a plain field {ms(percentile(plain, 0.5))}, {ms(reference)}",
        f"{most / reference:.1f} ×",
        f"≤ {ms(_SOON)}",
        most <= _SOON,
    )


def _make(folder: Path) -> tuple[str, str]:
    """A wiki with the page, and the cookie of someone who may write in it."""
    settings = load_settings(folder, environ={})
    found(settings, empty=True)
    instance = open_instance(settings)
    try:
        page = {"longue.md": _PAGE.encode()}
        commit(instance.repository, instance.repository.head(), page, Author("A", "a@x"), "x")
        person = add_person(
            instance.private, email="awa@example.org", name="Awa", role="admin", password=PASSWORD
        )
        app = create_app(instance)
        name = str(app.config["SESSION_COOKIE_NAME"])
        cookie = signed_in(app, instance, person).get_cookie(name)
        assert cookie is not None
        return name, cookie.value
    finally:
        close_instance(instance)
