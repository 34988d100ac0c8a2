"""Who writes is offered links, takes one by a key and leaves one, and is never interrupted."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from wiki.testing import sign_in

#: what the editor holds
TEXT = "document.querySelector('form[data-editor]').editor.surface.text()"


def test_words_are_linked_by_one_key(
    hives: Any,
    person: Callable[..., Any],
    log_in: Callable[..., Any],
    serve_web: Callable[..., Any],
    chromium: Any,
    write: Callable[..., str],
) -> None:
    write({"notes.md": "# Notes\n\nDes abeilles.\n"})
    url = serve_web(hives.settings.instance).url
    context = chromium.new_context(locale="fr-FR", viewport={"width": 1280, "height": 800})
    try:
        sign_in(context, url, log_in(person("Zoé", role="admin")))
        page = context.new_page()
        page.goto(f"{url}/-/edit/notes")
        page.wait_for_selector(".edit-tools")
        offer = page.locator("[data-near-links]")
        page.click(".cm-content")
        page.keyboard.press("Control+End")
        page.keyboard.type(" Le miel des ruches connectées et la météo.")
        expect(offer).to_be_visible()
        expect(offer.locator("p")).to_have_text(
            "«\u00a0ruches connectées\u00a0» a une page\u00a0: Ruches connectées"
        )
        # One goes on writing where one was.
        page.keyboard.type(" La suite.")
        expect(offer).to_be_visible()
        page.keyboard.press("Alt+Enter")
        linked = "[[projets/ruche|ruches connectées]]"
        page.wait_for_function(f"{TEXT}.includes('Le miel des {linked} et la météo. La suite.')")
        expect(offer).to_be_hidden()
        page.keyboard.type("\n\nAvec le bus du soir, tard, pour rentrer par ses lignes.")
        expect(offer.locator("p")).to_contain_text("Bus du soir")
        page.keyboard.press("Escape")
        expect(offer).to_be_hidden()
        page.wait_for_function(f"!{TEXT}.includes('[[projets/bus')")
    finally:
        context.close()
