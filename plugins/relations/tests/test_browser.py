"""The map in a browser: found, clicked, walked by keyboard, dragged and pinched, and without it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from wiki.testing import Place, WebServer, settled

from .conftest import PAGES

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

#: the colour of the picture in the middle of the stage, or so many pixels right of it
_MIDDLE = """(aside = 0) => {
  const picture = document.querySelector(".relations-canvas canvas");
  const stage = document.querySelector(".relations-canvas").getBoundingClientRect();
  const own = picture.getBoundingClientRect();
  const ratio = picture.width / own.width;
  const at = [stage.x + stage.width / 2 + aside - own.x, stage.y + stage.height / 2 - own.y];
  return [...picture.getContext("2d").getImageData(at[0] * ratio, at[1] * ratio, 1, 1).data];
}"""
#: how many points of the picture are of the colour of projects, whose dots grow as they come nearer
_OF_PROJECTS = """() => {
  const picture = document.querySelector(".relations-canvas canvas");
  const dots = picture.getContext("2d").getImageData(0, 0, picture.width, picture.height).data;
  let many = 0;
  for (let at = 0; at < dots.length; at += 4) if (dots[at + 2] > dots[at] + 40) many++;
  return many;
}"""
_FINGERS = """([from, to]) => {
  const canvas = document.querySelector(".relations-canvas");
  const box = canvas.getBoundingClientRect();
  const send = (type, id, x) => canvas.dispatchEvent(new PointerEvent(type, { bubbles: true,
    pointerId: id, pointerType: "touch", clientX: box.x + x, clientY: box.y + 200 }));
  send("pointerdown", 1, 150 - from); send("pointerdown", 2, 150 + from);
  send("pointermove", 1, 150 - to); send("pointermove", 2, 150 + to);
  send("pointerup", 1, 150 - to); send("pointerup", 2, 150 + to);
}"""
#: the picture shows what is asked for
_SETTLED = ".relations-canvas canvas[data-settled]"


@pytest.fixture(scope="module")
def site(
    shared_wiki: "tuple[Instance, Flask]", web_server: Callable[[Path], WebServer]
) -> Iterator[str]:
    """The address of the small network, served."""
    Place(*shared_wiki).write(dict(PAGES))
    server = web_server(shared_wiki[0].settings.instance)
    yield server.url
    server.stop()


@pytest.fixture
def tab(chromium: Any, site: str) -> Iterator[Callable[..., Any]]:
    """``tab(path, **context)``: a page of the site; no fault passes unseen."""
    contexts: list[Any] = []
    faults: list[str] = []

    def tab(path: str, **more: Any) -> Any:
        contexts.append(chromium.new_context(reduced_motion="reduce", locale="fr-FR", **more))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(site + path)
        return page

    yield tab
    for context in contexts:
        context.close()
    assert not faults


def test_found_walked_and_opened(tab: Callable[..., Any]) -> None:
    page = tab("/-/relations")
    page.wait_for_selector("[data-ready]")
    card, said = page.locator(".relations-card"), page.locator(".relations-stage [role=status]")
    # What is typed is found, shown and told.
    page.fill("#relations-q", "lora")
    expect(card.locator(".relations-title")).to_have_text("Lora des champs")
    expect(said).to_have_text(re.compile(r"^Lora des champs, Projet, 7 relations"))
    # The arrows go to neighbours that lie that way; Escape leaves.
    page.locator(".relations-canvas").focus()
    met = {"Lora des champs"}
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp") * 2:
        page.keyboard.press(key)
        met.add(card.locator(".relations-title").inner_text())
    assert len(met) > 2
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.fill("#relations-q", "zzz")
    expect(said).to_contain_text("mots")
    # From the card to a neighbour, and by Enter to its page.
    page.fill("#relations-q", "lora")
    page.get_by_role("button", name="Une agronome").click()
    expect(card.locator(".relations-title")).to_have_text("Une agronome")
    page.locator(".relations-canvas").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/personnes/awa")


def test_clicked_dragged_and_filtered(tab: Callable[..., Any]) -> None:
    page = tab("/-/relations", viewport={"width": 1280, "height": 1200})
    page.wait_for_selector("[data-ready]")
    card = page.locator(".relations-card")
    page.fill("#relations-q", "lora")
    settled(page).wait_for_selector(_SETTLED)
    box, told = page.locator(".relations-canvas").bounding_box(), card.bounding_box()
    aside = (told["x"] + told["width"] - box["x"]) / 2
    blue = page.evaluate(_MIDDLE, aside)
    assert blue[2] > blue[0] + 40, f"the project stands in the middle beside its card: {blue}"
    middle = (box["x"] + box["width"] / 2 + aside, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + 20, box["y"] + box["height"] - 20)
    expect(card, "beside the dots nothing is chosen").to_be_hidden()
    page.mouse.click(*middle)
    expect(card).to_be_visible()
    # Dragged by so much, the dot is there, and a drag chooses nothing.
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.wait_for_selector(_SETTLED)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1] + 30, steps=3)
    page.mouse.up()
    expect(card).to_be_hidden()
    page.mouse.click(middle[0] + 60, middle[1] + 30)
    expect(card).to_be_visible()
    # A kind that is left out is no longer there, nor counted among the relations.
    page.locator("[name=kind][value=theme]").uncheck()
    page.fill("#relations-q", "lora d")
    expect(card).to_contain_text("5 relations")
    expect(card).not_to_contain_text("Agriculture")


def test_a_phone_begins_with_what_is_near(tab: Callable[..., Any]) -> None:
    def crowd(route: Any) -> None:
        """As many people more as make the map one that is not looked at whole."""
        said = route.fetch().json()
        kind = said["kinds"].index("person")
        said["nodes"] += [
            [f"person:x{number}", f"X {number}", kind, 40.0 * number, 900.0, "/x"]
            for number in range(80)
        ]
        route.fulfill(json=said)

    page = tab("/", viewport={"width": 390, "height": 844})
    page.route("**/graph.json*", crowd)
    page.goto(f"{page.url}-/relations")
    page.wait_for_selector("[data-ready]")
    # Of what stands there the project with most relations, since nobody's own page is known.
    expect(page.locator(".relations-title")).to_have_text("Lora des champs")
    page.wait_for_selector(_SETTLED)
    # All of it is one tap away.
    canvas = "document.querySelector('.relations-canvas canvas').toDataURL()"
    near = page.evaluate(canvas)
    page.get_by_role("button", name="Montrer toute la carte").click()
    page.wait_for_function(f"(near) => {canvas} !== near", arg=near)


def test_on_a_phone_two_fingers_zoom(tab: Callable[..., Any]) -> None:
    page = tab("/-/relations?around=projets/lora", viewport={"width": 390, "height": 844})
    page.wait_for_selector("[data-ready]")
    expect(page.locator(".relations-title")).to_have_text("Lora des champs")
    expect(page.locator(".relations-card a", has_text="Autour")).to_have_count(0)
    page.get_by_role("button", name="Fermer").click()
    page.wait_for_selector(_SETTLED)
    far = page.evaluate(_OF_PROJECTS)
    # Stretched until it is painted anew, which may be at once: what was painted counts.
    page.evaluate(_FINGERS, [20, 80])
    page.wait_for_selector(_SETTLED)
    assert page.evaluate(_OF_PROJECTS) > 2 * far > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_a_script_the_list_says_the_same(tab: Callable[..., Any]) -> None:
    page = tab("/-/relations", java_script_enabled=False)
    expect(page.locator(".relations-stage")).to_be_hidden()
    page.locator("#relations-q").fill("antennes")
    page.locator(".relations-asked button[type=submit]").click()
    lines = page.locator(".relations-list > ul > li")
    expect(lines).to_have_count(1)
    assert "Une experte en antennes" in lines.inner_text()
    with page.expect_navigation():
        lines.get_by_role("link", name="Autour").click()
    assert "antennes" in page.locator("h1").inner_text()


def test_in_a_frame_links_open_beside_it(tab: Callable[..., Any]) -> None:
    page = tab("/-/relations/embed", viewport={"width": 600, "height": 500})
    page.wait_for_selector("[data-ready]")
    page.locator(".relations-canvas").focus()
    page.keyboard.press("ArrowRight")
    links = page.locator(".relations-card a")
    links.first.wait_for()
    page.wait_for_selector(_SETTLED)
    assert {links.nth(at).get_attribute("target") for at in range(links.count())} == {"_blank"}
    # Colours follow the device's.
    before = page.evaluate(_MIDDLE)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        f"before => String(({_MIDDLE})()) !== before", arg=",".join(map(str, before))
    )
