"""The map of regions in a browser: walked by keyboard, on a phone, and without a script."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from wiki.testing import Place, WebServer

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

_HEAD = "---\ntype: project\nterritory: {}\n---\n# {}\n"
_FOCUSED = 'document.activeElement.getAttribute("aria-label") || ""'


@pytest.fixture(scope="module")
def site(
    shared_wiki: "tuple[Instance, Flask]", web_server: Callable[[Path], WebServer]
) -> Iterator[str]:
    """The address of a wiki with projects in two regions and beyond, served."""
    Place(*shared_wiki).write(
        {
            "a.md": _HEAD.format("Bretagne", "Abeilles"),
            "b.md": _HEAD.format("Rennes (35)", "Bocage"),
            "c.md": _HEAD.format("La Réunion", "Cyclones"),
            "d.md": _HEAD.format("Belgique", "Digues"),
        }
    )
    server = web_server(shared_wiki[0].settings.instance)
    yield server.url
    server.stop()


def test_walked_by_keyboard_clicked_and_on_a_phone(chromium: Any, site: str) -> None:
    context = chromium.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto(f"{site}/-/territories")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    figure = page.locator(".territory-map")
    assert figure.bounding_box()["width"] > 300
    # A name is heard at each region that has something, in the order of the list or not.
    page.locator(".territory-kinds a").last.focus()
    heard: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        said = page.evaluate(_FOCUSED)
        if said.startswith(("Bretagne", "La Réunion")):
            heard.append(said)
        if len(heard) == 2:
            break
    assert [one.partition("\u00a0")[0] for one in heard] == ["Bretagne", "La Réunion"]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("link", name="Cyclones").first.wait_for()
    # By finger, and back.
    page.go_back()
    page.locator('.territory-map a[aria-label^="Bretagne"] circle').click()
    page.wait_for_url("**/-/search?*")
    page.get_by_role("link", name="Bocage").first.wait_for()
    assert not faults
    context.close()


def test_without_a_script_the_map_and_its_list_are_whole(chromium: Any, site: str) -> None:
    context = chromium.new_context(locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/-/territories")
    lines = page.locator(".territory-list li")
    expect(lines).to_have_count(3)
    with page.expect_navigation():
        page.locator(".territory-list").get_by_role("link", name="Bretagne").click()
    page.get_by_role("link", name="Abeilles").first.wait_for()
    page.goto(f"{site}/-/territories/embed")
    expect(page.locator(".territory-map")).to_be_visible()
    context.close()
