"""A team takes its label on a phone and pastes it into its own site, where it is seen."""

from collections.abc import Callable, Iterator
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from wiki.testing import sign_in

from .conftest import EVENT, FILES, PROJECT, event

if TYPE_CHECKING:
    from wiki.instance import Instance


@pytest.fixture
def another_site() -> Iterator[Callable[[str], str]]:
    """``another_site(html)``: the address of a page of another origin.

    Its policy wants whatever it shows to agree to that.
    """
    servers = []

    def another_site(html: str) -> str:
        site = Response(
            html, headers={"Cross-Origin-Embedder-Policy": "require-corp"}, mimetype="text/html"
        )
        server = make_server("127.0.0.1", 0, site, threaded=True)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://localhost:{server.server_port}/"

    yield another_site
    for server in servers:
        server.shutdown()
        server.server_close()


def test_from_the_wiki_to_a_site_elsewhere(
    instance: "Instance",
    write: Callable[..., str],
    person: Callable[..., Any],
    log_in: Callable[..., Any],
    serve_web: Callable[..., Any],
    chromium: Any,
    another_site: Callable[[str], str],
) -> None:
    write({**FILES, f"{EVENT}.md": event(starts="2020-03-18T18:30", ends="")})
    server = serve_web(instance.settings.instance)
    context = chromium.new_context(
        base_url=server.url, viewport={"width": 390, "height": 800}, locale="fr-FR"
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    sign_in(context, server.url, log_in(person("Léa", page="personnes/lea")))
    page.goto(f"/{PROJECT}")
    for role, words in (("link", "Prendre le label"), ("button", "Prendre le label")):
        with page.expect_navigation():
            page.get_by_role(role, name=words).click()
    page.get_by_label("Taille").select_option("large")
    with page.expect_navigation():
        page.get_by_role("button", name="L’afficher ainsi").click()
    page.get_by_role("button", name="Copier").click()
    page.get_by_role("button", name="Copié").wait_for()
    snippet = page.evaluate("navigator.clipboard.readText()")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    elsewhere = context.new_page()
    elsewhere.goto(another_site(f"<!doctype html><title>Chez nous</title>{snippet}"))
    picture = elsewhere.locator("img")
    assert "LoRa à la ferme" in picture.get_attribute("alt")
    width = "image => image.decode().then(() => image.naturalWidth)"
    assert picture.evaluate(width) == int(picture.get_attribute("width"))
    picture.click()
    elsewhere.wait_for_url("**/-/labels/proof/**")
    assert "Ce label est valable" in elsewhere.locator("main").inner_text()
    context.close()
