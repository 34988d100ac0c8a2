"""A ticket on a device: where somebody asked for it, without a line, and no longer than that."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from wiki.testing import sign_in

from .conftest import Evening

_READY = "navigator.serviceWorker.ready.then(() => true)"
_COUNT = """async () => (await caches.has("carrefour-asked-1"))
  ? (await (await caches.open("carrefour-asked-1")).keys()).length : 0"""

_KEPT, _GONE = (f"async () => (await ({_COUNT})()) === {count}" for count in (2, 0))


def test_a_ticket_is_kept_where_one_asked_for_it_and_goes_at_log_out(
    evening: Evening, chromium: Any, web_server: Callable[[Path], Any]
) -> None:
    evening.registers("lea")
    path = evening.link("lea")
    served = web_server(evening.instance.settings.instance)
    context = chromium.new_context(locale="fr-FR", service_workers="allow")
    context.set_default_timeout(30_000)
    try:
        sign_in(context, served.url, evening.client("lea"))
        page = context.new_page()
        page.goto(served.url + path)
        page.evaluate(_READY)
        assert page.evaluate(_COUNT) == 0, "nobody has asked"
        page.click("[data-keep]")
        page.wait_for_selector("[data-drop]:focus")
        page.wait_for_function(_KEPT)

        context.set_offline(True)
        page.goto(served.url + path)
        expect(page.locator("[data-kept][role=status]").first).to_contain_text("Pas de réseau")
        width = "document.querySelector('.ticket img').naturalWidth"
        page.wait_for_function(f"{width} > 0")
        page.click("[data-drop]")
        page.wait_for_selector("[data-keep]:focus")
        page.wait_for_function(_GONE)

        context.set_offline(False)
        page.goto(served.url + path)
        page.click("[data-keep]")
        page.wait_for_selector("[data-drop]:focus")
        page.goto(served.url + "/-/account")
        page.locator("form[action='/-/logout'] button").first.click()
        page.wait_for_url(served.url + "/")
        page.wait_for_function(_GONE)
        context.set_offline(True)
        page.goto(served.url + path)
        expect(page.locator(".ticket")).to_have_count(0)
    finally:
        context.close()
        served.stop()
