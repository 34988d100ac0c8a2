"""What one does while writing: a picture pasted, a page linked by search, a draft that stays."""

import io
import re
from base64 import b64encode

from PIL import Image
from playwright.sync_api import expect

from tests.journeys.browsing import Open

_PASTE = """([data, name]) => {
  const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, {type: "image/png"}));
  const target = document.querySelector(".editor").shadowRoot.querySelector(".cm-content");
  target.dispatchEvent(new ClipboardEvent("paste",
    {clipboardData: carried, bubbles: true, composed: true, cancelable: true}));
}"""


def picture() -> str:
    """A picture wider than the screen, as base64."""
    file = io.BytesIO()
    Image.new("RGB", (1800, 900), "teal").save(file, "PNG")
    return b64encode(file.getvalue()).decode()


def test_a_picture_is_pasted_and_a_page_linked(browse: Open) -> None:
    writer = browse().log_in("awa")
    page = writer.page
    writer.goto("/-/edit/essai-image")
    page.click(".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.type("Bonjour.\n\n")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    writer.goto("/-/edit/essai-image")
    page.click(".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.type("\n")
    with page.expect_response("**/-/attach/**") as sent:
        page.evaluate(_PASTE, [picture(), "champ.png"])
    assert sent.value.status in (200, 201)
    # The site's policy forbids evaluating: what is waited for is asked of the page's own tree.
    text = page.locator("textarea[name=text]")
    expect(text).to_have_value(re.compile(r"champ\.png"))
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\nVoir ")
    page.click(".edit-tools button:has-text('Lien')")
    page.keyboard.type("lora à la f")
    page.wait_for_selector("dialog li button:has-text('LoRa à la ferme')")
    page.click("dialog li button >> nth=0")
    expect(text).to_have_value(re.compile(r"\[\[projets/lora"))
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    shown = page.locator(".text img")
    shown.scroll_into_view_if_needed()
    assert shown.evaluate("one => one.decode().then(() => one.naturalWidth)") > 0
    # The browser takes a width that fits, and the picture stays in its column.
    assert "width=" in shown.evaluate("one => one.currentSrc")
    assert writer.wide() <= 0
    page.click(".text a:has-text('LoRa à la ferme')")
    page.wait_for_selector("h1:text-is('LoRa à la ferme')")


def test_leaving_keeps_the_draft(browse: Open) -> None:
    writer = browse().log_in("marc")
    page = writer.page
    writer.goto("/-/edit/essai-brouillon")
    page.click(".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.type("À ne pas perdre.")
    with page.expect_navigation():
        page.click(".edit-bar a:has-text('Quitter')")
    writer.goto("/-/edit/essai-brouillon")
    page.click(".draft-found button >> nth=0")
    expect(page.locator("[name=text]")).to_have_value(re.compile(r"À ne pas perdre\."))


def test_a_page_is_moved_deleted_and_brought_back(browse: Open) -> None:
    writer = browse().log_in("anne")
    page = writer.page
    writer.goto("/-/edit/essai-depart")
    page.click(".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.type("Un texte.")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    writer.goto("/-/rename/essai-depart")
    page.fill("main [name=to]", "essai-arrivee")
    with page.expect_navigation():
        page.click("main .form button[type=submit]")
    assert page.url.endswith("/essai-arrivee")
    writer.goto("/essai-depart")
    assert page.url.endswith("/essai-arrivee")
    writer.goto("/-/delete/essai-arrivee")
    with page.expect_navigation():
        page.click("main .form button[type=submit]")
    assert writer.goto("/essai-arrivee").status == 404
    page.click("main a:has-text('Voir ce qu')")
    page.wait_for_selector(".story")
    with page.expect_navigation():
        page.click(".story button:has-text('Revenir') >> nth=0")
    assert "Un texte." in page.locator(".text").inner_text()
