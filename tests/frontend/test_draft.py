"""Nothing that was written is lost: saving by one key, drafts on the device, conflicts."""

from typing import Any

from playwright.sync_api import expect

from tests.frontend.conftest import Desk, Write
from tests.frontend.test_editor import has, says
from tests.journeys.browsing import Watched

TEXT = "Le matin.\n\nMidi.\n\nLe soir.\n"
NOTICE = ".draft-found"


def add(page: Any, words: str) -> None:
    """Writes at the end."""
    page.click(".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def save(page: Any) -> Any:
    """Presses Ctrl+S; what the server answers."""
    with page.expect_navigation() as answered:
        page.keyboard.press("Control+s")
    return answered.value


def again(writer: Watched, path: str) -> None:
    """Opens the editor once more."""
    writer.goto(f"/-/edit/{path}")
    writer.page.wait_for_selector(".edit-tools")


def test_a_draft_joins_what_others_saved(desk: Desk, write: Write, path: str) -> None:
    writer = desk(TEXT)
    page = writer.page
    add(page, "La nuit.")
    page.reload()
    says(page, TEXT)
    write(TEXT.replace("matin", "petit matin"))
    again(writer, path)
    page.click(f"{NOTICE} button:has-text('reprendre')")
    says(page, f"{TEXT}La nuit.")
    save(page)
    for words in ("Le petit matin.", "La nuit."):
        expect(page.locator(".text")).to_contain_text(words)
    # It led to the page: it is saved, and no draft any more.
    again(writer, path)
    expect(page.locator(NOTICE)).to_have_count(0)


def test_the_key_saves_while_a_draft_is_offered(desk: Desk) -> None:
    page = desk(TEXT).page
    add(page, "Oubliée.")
    page.reload()
    page.wait_for_selector(NOTICE)
    add(page, "Gardée.")
    assert save(page).status == 200
    expect(page.locator(".text")).to_contain_text("Gardée.")


def test_a_draft_is_forgotten_when_asked(desk: Desk) -> None:
    page = desk(TEXT).page
    add(page, "Oubliée.")
    page.reload()
    page.click(f"{NOTICE} button:has-text('oublier')")
    page.reload()
    page.wait_for_selector(".edit-tools")
    expect(page.locator(NOTICE)).to_have_count(0)


def test_what_met_another_text_stays_a_draft(desk: Desk, write: Write, path: str) -> None:
    writer = desk(f"{TEXT}La nuit,")
    page = writer.page
    add(page, " À moi.")
    # Both go on with one sentence: which is right, nobody but them can say.
    write(f"{TEXT}La nuit, à eux.\n")
    assert save(page).status == 409
    expect(page.locator("main")).to_contain_text("À moi.")
    # The window is shut, nothing was chosen: what was written is offered again.
    again(writer, path)
    page.click(f"{NOTICE} button:has-text('reprendre')")
    has(page, "À moi.")
