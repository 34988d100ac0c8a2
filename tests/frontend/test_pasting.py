"""What is pasted: pages of Word, Google Docs, LibreOffice and the web become clean Markdown.

``clipboard/`` has what each puts on the clipboard, and beside it what should stand in the text.
"""

from base64 import b64encode
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.frontend.conftest import Desk
from tests.frontend.test_editor import begin, says
from tests.frontend.test_upload import picture

CLIPBOARD = Path(__file__).parent / "clipboard"
TITLE = "# Titre\n\n"

_PASTE = """([html, text, megabytes]) => {
  const carried = new DataTransfer();
  if (html) carried.setData("text/html", html);
  carried.setData("text/plain", megabytes ? "mot ".repeat(megabytes * 250000) : text);
  const place = document.querySelector(".editor").shadowRoot.querySelector(".cm-content");
  place.dispatchEvent(new ClipboardEvent("paste",
    {clipboardData: carried, bubbles: true, composed: true, cancelable: true}));
}"""


def paste(page: Any, html: str, text: str = "mots", megabytes: int = 0) -> None:
    """Pastes what a clipboard holds."""
    page.evaluate(_PASTE, [html, text, megabytes])


def test_pages_of_other_programs_become_clean_markdown(desk: Desk) -> None:
    page = desk("essai\n").page
    area = page.locator("#text")
    for source in sorted(CLIPBOARD.glob("*.html")):
        begin(page, TITLE)
        paste(page, source.read_text("utf-8"))
        written = source.with_suffix(".md").read_text("utf-8")
        expect(area, source.name).to_have_value(TITLE + written.rstrip("\n"))
    # One step back undoes all of it.
    page.keyboard.press("Control+z")
    expect(area).to_have_value(TITLE)


def test_words_stay_words_where_shape_means_nothing(desk: Desk) -> None:
    page = desk("essai\n").page
    rich = "<p>du <b>gras</b></p>"
    for before in ("```\n", "| a |\n| --- |\n| ", "---\ntitle: "):
        begin(page, before)
        paste(page, rich, "du gras")
        says(page, f"{before}du gras")
    begin(page, "Un ")
    page.keyboard.down("Control")
    page.keyboard.down("Shift")
    # The browser hands over only words then; where it does not, they are still all that is taken.
    page.evaluate(
        """() => document.querySelector(".editor").shadowRoot.querySelector(".cm-content")
        .dispatchEvent(new KeyboardEvent("keydown",
          {key: "V", ctrlKey: true, shiftKey: true, bubbles: true, composed: true}))"""
    )
    page.keyboard.up("Shift")
    page.keyboard.up("Control")
    paste(page, rich, "du gras")
    says(page, "Un du gras")
    begin(page, "Un  mot")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    paste(page, "<meta charset=utf-8><span>du <b>gras</b></span>")
    expect(page.locator("#text")).to_have_value("Un du **gras** mot")


def test_too_much_is_said_and_costs_nothing(desk: Desk) -> None:
    page = desk("essai\n").page
    begin(page, "Un mot.")
    paste(page, "", megabytes=5)
    expect(page.locator("[data-saved]")).to_contain_text("trop long pour une page")
    says(page, "Un mot.")
    # Few words in much markup: the words are taken, and the browser is not held up.
    paste(page, f"<p>{'<span>' * 400_000}</p>", " Et un autre.")
    says(page, "Un mot. Et un autre.")
    expect(page.locator("[data-saved]")).to_contain_text("seuls les mots")


def test_pictures_come_along_and_are_described(desk: Desk, path: str) -> None:
    page = desk("essai\n").page
    begin(page, "")
    data = b64encode(picture("x.png")["buffer"]).decode()
    shown = f'<img alt="La serre" src="data:image/png;base64,{data}">'
    paste(page, f"<p>Voici.</p><p>{shown}</p><p><img src='https://example.org/a.png'></p>")
    area = page.locator("#text")
    expect(area).to_have_value(f"Voici.\n\n![La serre](</{path}/la-serre.png>)")
    expect(page.locator("[data-saved]")).to_contain_text("Images laissées de côté")

    with page.expect_file_chooser() as asked:
        page.click(".edit-tools button:text-is('Image')")
    asked.value.set_files([picture("mare.png")])
    field = page.locator(".describe input")
    field.fill("La mare en [mars]")
    expect(area).to_have_value(
        f"Voici.\n\n![La serre](</{path}/la-serre.png>)\n![La mare en  mars ](</{path}/mare.png>)"
    )
    field.press("Enter")
    expect(page.locator(".describe")).to_have_count(0)
