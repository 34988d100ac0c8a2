"""Pictures and files sent from the editor: by its button, dropped, several, refused."""

import io
import re
from base64 import b64encode
from typing import Any

from PIL import Image
from playwright.sync_api import expect

from tests.frontend.conftest import Desk
from tests.frontend.test_editor import HEAD, has, press

_DROP = """([data, name]) => {
  const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, {type: "image/png"}));
  const line = document.querySelector(".editor").shadowRoot.querySelector(".cm-line");
  const box = line.getBoundingClientRect();
  line.dispatchEvent(new DragEvent("drop", {dataTransfer: carried, clientX: box.left + 1,
    clientY: box.top + box.height / 2, bubbles: true, composed: true, cancelable: true}));
}"""


def picture(name: str) -> dict[str, Any]:
    """A small picture, as Playwright gives files to a browser."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": file.getvalue()}


def choose(page: Any, *files: dict[str, Any]) -> None:
    """Presses the button and chooses ``files``."""
    with page.expect_file_chooser() as asked:
        press(page, "Image")
    asked.value.set_files(list(files))


def test_a_button_sends_and_writes_behind_the_text(desk: Desk, path: str) -> None:
    page = desk(f"{HEAD}Un mot.\n").page
    text = page.locator("#text")
    choose(page, picture("Mon champ.png"))
    expect(text).to_have_value(f"{HEAD}Un mot.\n\n![mon-champ](</{path}/mon-champ.png>)")
    # Its words are chosen, to be said better; a second picture leaves them whole.
    choose(page, picture("a.png"), {"name": "b.txt", "mimeType": "text/plain", "buffer": b"mot"})
    expect(text).to_have_value(re.compile(r"\(</[^>]+/a\.png>\)\n\[b\]\(</[^>]+/b\.txt>\)$"))
    has(page, f"![mon-champ](</{path}/mon-champ.png>)\n![a](<")
    expect(page.locator(".cm-picture img")).to_have_count(2)


def test_a_picture_is_dropped_where_one_points(desk: Desk, path: str) -> None:
    page = desk("Un mot.\n\nLa fin.\n").page
    data = b64encode(picture("x.png")["buffer"]).decode()
    page.evaluate(_DROP, [data, "vue.png"])
    expect(page.locator("#text")).to_have_value(
        f"![vue](</{path}/vue.png>)\n\nUn mot.\n\nLa fin.\n"
    )


def test_a_picture_cuts_no_word(desk: Desk, path: str) -> None:
    page = desk(f"{HEAD}Deux mots.\nEncore un.\n\nLa fin.\n").page
    page.click(".cm-line:has-text('Deux mots')")
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    choose(page, picture("vue.png"))
    expect(page.locator("#text")).to_have_value(
        f"{HEAD}Deux mots.\nEncore un.\n\n![vue](</{path}/vue.png>)\n\nLa fin.\n"
    )


def test_what_is_refused_is_said_and_the_rest_stays(desk: Desk) -> None:
    page = desk("Un mot.\n").page
    hostile = {"name": "x.png", "mimeType": "image/png", "buffer": b"<script>alert(1)</script>"}
    choose(page, hostile, picture("y.png"))
    expect(page.locator("#text")).to_have_value(re.compile(r"y\.png>\)$"))
    expect(page.locator("[data-saved]")).to_contain_text("n’a pas pu être envoyé")
    expect(page.locator("#text")).not_to_have_value(re.compile("x.png"))
