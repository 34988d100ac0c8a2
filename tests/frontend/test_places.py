"""Where the editor opens: at what one read, and with one chapter alone."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.frontend.conftest import Desk
from tests.frontend.living import TEXT
from tests.journeys.browsing import DESK, PHONE, Open, Site

HEAD = "---\ntitle: Un long essai\n---\n\n"
CHAPTERS = "".join(
    f"## Chapitre {at}\n\nLe **début** du chapitre {at}.\n\n- un point\n- un [lien](<https://a.example/>)"
    f" du chapitre {at}\n\n"
    for at in range(1, 21)
)
PAGE = f"{HEAD}{CHAPTERS.rstrip()}\n"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_editor_opens_at_what_one_read(
    browse: Open, site: Site, write: Any, path: str, size: dict[str, int]
) -> None:
    write(PAGE)
    reader = browse(size, has_touch=size is PHONE, is_mobile=size is PHONE).log_in("awa")
    reader.goto(f"/{path}")
    page = reader.page
    stays = page.locator(".edit-here")
    expect(stays).to_be_hidden()
    item = page.locator(".text li", has_text="lien du chapitre 12")
    item.evaluate(
        "one => scrollTo(0, one.getBoundingClientRect().top + scrollY - 0.3 * innerHeight)"
    )
    expect(stays).to_be_in_viewport()
    stays.click()
    page.wait_for_selector(".edit-tools")
    line = page.locator(".cm-line", has_text="du chapitre 12")
    expect(line.last).to_be_in_viewport()
    # The cursor is there too, and writes there.
    page.keyboard.type("Ici ")
    expect(page.locator(TEXT)).to_have_value(re.compile("Ici "))
    written = page.locator(TEXT).input_value()
    assert "Ici" in written.split("Chapitre 12\n")[1].split("Chapitre 13")[0], written


def test_a_chapter_is_written_alone(desk: Desk, site: Site, path: str) -> None:
    writer = desk(PAGE, PHONE, has_touch=True, is_mobile=True)
    page = writer.page
    writer.goto(f"/-/edit/{path}?section=chapitre-7")
    page.wait_for_selector(".edit-tools")
    expect(page.locator(".cm-content")).not_to_contain_text("chapitre 8")
    expect(page.locator(".cm-content")).not_to_contain_text("title:")
    page.locator(".cm-line", has_text="début du chapitre 7").tap()
    page.keyboard.press("End")
    page.keyboard.type(" Un mot.")
    with page.expect_navigation():
        page.click(".edit-bar button:has-text('Enregistrer')")
    # One is at that chapter, and is told so.
    expect(page).to_have_url(re.compile(r"#h-chapitre-7$"))
    expect(page.locator("#h-chapitre-7")).to_be_in_viewport()
    expect(page.locator(".flashes")).to_be_in_viewport()
    expect(page.locator(".flashes")).to_contain_text("nregistré")
    repository = site.instance.repository
    blob = repository.read(f"{path}.md", repository.head())
    assert blob
    assert blob.data.decode() == PAGE.replace("du chapitre 7.", "du chapitre 7. Un mot.")
