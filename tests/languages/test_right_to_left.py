"""A language that runs from right to left: pages, mails and documents do so."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from wiki.mail_templates import compose
from wiki.testing import settled, sign_in

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person
    from wiki.testing.servers import WebServer

_MEASURE = """() => {
  const box = (name) => document.querySelector(name)?.getBoundingClientRect();
  const mark = box(".site-header a"), title = document.querySelector("h1");
  return {
    over: document.documentElement.scrollWidth - innerWidth,
    begins: mark ? innerWidth - mark.right < mark.left : null,
    aligned: title ? getComputedStyle(title).textAlign !== "left" : null,
    text: document.querySelector(".text[dir]")?.dir ?? "",
  };
}"""


def test_pages_run_from_right_to_left_and_fit_a_phone(
    instance: "Instance",
    sofia: "Person",
    log_in: "Callable[[Person], FlaskClient]",
    chromium: Any,
    web_server: "Callable[[Path], WebServer]",
    monkeypatch: Any,
) -> None:
    monkeypatch.setenv("WIKI_LANG", "ar")
    signed = log_in(sofia)
    served = web_server(instance.settings.instance)
    context = chromium.new_context(locale="ar")
    try:
        sign_in(context, served.url, signed)
        page = context.new_page()
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            for path in ("/", "/projets/1", "/-/needs", "/-/search?q=x", "/-/edit/projets/1"):
                page.goto(served.url + path)
                found = settled(page).evaluate(_MEASURE)
                assert found["over"] == 0, (path, width)
                assert found["begins"] and found["aligned"], (path, width, found)
                # A page of ours in French or English keeps its way.
                assert found["text"] == ("ltr" if path in ("/", "/projets/1") else found["text"])
        page.goto(f"{served.url}/-/edit/projets/1")
        page.wait_for_selector(".editor[dir=ltr]")
    finally:
        context.close()
        served.stop()


def test_a_mail_runs_so_too(instance: "Instance") -> None:
    letter = compose(instance, "mail_try", "ar", name="Σοφία", url="https://wiki.example.org/x")
    assert '<html lang="ar" dir="rtl">' in letter.html
    assert "\u2068Σοφία\u2069" in letter.text or "Σοφία" in letter.text
    assert "https://wiki.example.org/x\n" in letter.text, "an address stands alone"


def test_a_page_in_another_language_says_so_and_runs_its_own_way(
    instance: "Instance", client: "FlaskClient"
) -> None:
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    text = "---\ntitle: مشروع\nlang: ar\n---\nمرحبا.\n"
    author = Author("Σοφία", "sofia@people.invalid")
    commit(instance.repository, instance.repository.head(), {"x.md": text.encode()}, author, "x")
    french = client.get("/x?lang=fr").get_data(as_text=True)
    assert (
        '<html lang="fr" dir="ltr">' in french
        and '<div class="text" lang="ar" dir="rtl">' in french
    )
    arabic = client.get("/projets/1?lang=ar").get_data(as_text=True)
    assert '<div class="text" lang="fr" dir="ltr">' in arabic
