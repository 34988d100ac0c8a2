"""Front matter as a sheet of fields, out of sight in the text; drafts that come back anywhere."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.frontend.conftest import Desk
from tests.journeys.browsing import PHONE, Open

HEAD = "---\n# un commentaire\nsummary: Un capteur\n---\n"
TEXT = f"{HEAD}# Titre\n\nLe matin.\n"
DESK = {"width": 1280, "height": 900}


def form(page: Any, script: str) -> Any:
    return page.evaluate(f"(form => {script})(document.querySelector('form[data-editor]'))")


def holds(page: Any, text: str) -> None:
    """Waits until the whole text, its head too, is ``text``."""
    page.wait_for_function(
        "text => document.querySelector('form[data-editor]').editor.surface.text() === text",
        arg=text,
    )


def answer_next(page: Any, asked: list[Any], first: str = "null") -> None:
    """Lets the next question reach the server, once the form has done ``first``."""
    while not asked:
        page.wait_for_timeout(20)
    form(page, first)
    asked.pop(0).continue_()


@pytest.mark.parametrize(
    ("size", "as_text"),
    [(DESK, False), (PHONE, False), (PHONE, True)],
    ids=["desk", "phone", "plain"],
)
def test_nobody_sees_yaml_and_nothing_of_it_is_lost(
    desk: Desk, size: dict[str, int], as_text: bool
) -> None:
    page = desk(TEXT, size, as_text=as_text).page
    shown = ".edit-area:not([name])" if as_text else ".cm-content"
    seen = page.locator(shown)
    if as_text:
        expect(seen).to_have_value(re.compile(r"^# Titre(?!(.|\n)*capteur)"))
    else:
        expect(seen).to_have_text(re.compile(r"^(# )?Titre(?!(.|\n)*capteur)"))
    # All is chosen and written over: the head stays.
    page.click(shown)
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Backspace")
    page.keyboard.type("Midi.")
    holds(page, f"{HEAD}Midi.")
    assert form(page, "new FormData(form).get('text')").replace("\r\n", "\n") == f"{HEAD}Midi."
    page.click("[data-sheet] > summary")
    expect(page.get_by_label("En une phrase")).to_have_value("Un capteur")
    page.get_by_label("En une phrase").fill("Un capteur de pluie")
    # Saved while the field is still being written in.
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    source = page.request.get(f"{page.url}.md").text()
    assert source == HEAD.replace("capteur", "capteur de pluie") + "Midi.\n"


def test_the_sheet_follows_the_text_and_can_be_seen_as_text(desk: Desk) -> None:
    page = desk(TEXT, DESK).page
    page.click("[data-sheet] > summary")
    page.get_by_label("Son nom").fill("Pluie")
    page.get_by_label("Son nom").press("Enter")
    text = page.locator("#text")
    expect(text).to_have_value(re.compile("title: Pluie"))
    page.click("[data-sheet-text]")
    expect(page.locator(".cm-content")).to_contain_text("un commentaire")
    page.click(".cm-line:has-text('summary')")
    page.keyboard.press("End")
    page.keyboard.type(" partagé")
    expect(page.get_by_label("En une phrase")).to_have_value("Un capteur partagé")


def test_an_answer_about_a_head_that_was_takes_nothing_away(desk: Desk) -> None:
    page = desk(TEXT, DESK).page
    asked: list[Any] = []
    page.route("**/-/sheet/**", lambda route: asked.append(route))
    form(page, "form.editor.surface.replace(0, 0, 'trop ')")
    with page.expect_response("**/-/sheet/**"):
        answer_next(page, asked, "form.editor.surface.replace(0, 5, '')")
    with page.expect_response("**/-/sheet/**"):
        answer_next(page, asked)
    holds(page, TEXT)


def test_a_draft_comes_back_on_another_device(desk: Desk, path: str, browse: Open) -> None:
    page = desk("Le matin.\n", DESK).page
    page.click(".cm-content")
    page.keyboard.press("Control+End")
    with page.expect_response(lambda answer: "/-/draft/" in answer.url):
        page.keyboard.type("La nuit.")
    other = browse(PHONE).log_in("awa")
    other.goto(f"/-/edit/{path}")
    other.page.wait_for_selector(".edit-tools")
    other.page.click("[data-kept-draft] [data-take]")
    expect(other.page.locator("#text")).to_have_value(re.compile(r"^Le matin\.\nLa nuit\."))
    with other.page.expect_navigation():
        other.page.keyboard.press("Control+s")
    expect(other.page.locator(".text")).to_contain_text("La nuit.")
    other.goto(f"/-/edit/{path}")
    other.page.wait_for_selector(".edit-tools")
    expect(other.page.locator("[data-kept-draft], .draft-found")).to_have_count(0)
