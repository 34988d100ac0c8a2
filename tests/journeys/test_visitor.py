"""A visitor finds a project by search, reads it and opens a need, without an account."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.journeys.browsing import PHONE, Open
from wiki.testing import settled


def test_from_a_word_to_a_need(browse: Open) -> None:
    visitor = browse(PHONE)
    page = visitor.page
    visitor.goto("/")
    page.fill("#site-q", "capteurs ferme")
    page.wait_for_selector("#hits a:has-text('LoRa à la ferme')")
    page.press("#site-q", "Enter")
    page.wait_for_url("**/-/search**")
    # One field to search in is enough on a phone.
    expect(page.locator("[type=search]:visible")).to_have_count(1)
    page.get_by_role("main").get_by_role("link", name="LoRa à la ferme", exact=True).click()
    page.wait_for_selector("h1:has-text('LoRa à la ferme')")
    # A face: what it is, what it needs now with one button each, what became of it, then the text.
    assert page.locator(".space .lead").inner_text()
    expect(page.locator(".space-now .row.need")).to_have_count(3)
    assert page.locator(".space-now .timeline li").count() >= 3
    page.click(".space-now .row.need .what a >> nth=0")
    page.wait_for_url("**/-/needs/b-**")
    assert "LoRaWAN" in page.locator("main").inner_text()
    assert not page.context.cookies()


def test_hits_are_reached_by_keyboard(browse: Open) -> None:
    visitor = browse()
    page = visitor.page
    visitor.goto("/charte")
    page.keyboard.press("/")
    page.keyboard.type("lora ferm")
    page.wait_for_selector("#hits a:has-text('LoRa à la ferme')")
    # Others that come while one is at a hit leave one there.
    late: list[Any] = []
    more = re.compile(r"/-/search\?q=lora.+ferme")
    page.route(more, lambda route: late.append(route))
    with page.expect_request(more):
        page.keyboard.type("e")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("document.activeElement.closest('#hits') !== null")
    with page.expect_response(more):
        late.pop().continue_()
    settled(page).wait_for_function("document.activeElement.closest('#hits') !== null")
    page.keyboard.press("Escape")
    expect(page.locator("#site-q")).to_be_focused()
    expect(page.locator("#hits")).to_be_hidden()
    for _ in range(12):
        page.keyboard.press("ArrowDown")
        if page.evaluate("document.activeElement.innerText") == "LoRa à la ferme":
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("LoRa à la ferme")


def test_a_misspelt_word_is_put_right(browse: Open) -> None:
    visitor = browse()
    visitor.goto("/-/search?q=capteurz")
    visitor.page.click("main a:text-is('capteur')")
    visitor.page.wait_for_selector(".hit mark, .hit strong")


def test_the_language_is_changed_and_the_question_kept(browse: Open) -> None:
    visitor = browse()
    visitor.goto("/-/search?q=capteurs&type=project&type=need")
    visitor.page.click("footer a:text-is('English')")
    visitor.page.wait_for_selector("html[lang=en]")
    assert "q=capteurs&type=project&type=need" in visitor.page.url
    assert visitor.page.input_value("main [name=q]") == "capteurs"
    # The language asked for stays with who asked, and no cookie says so.
    visitor.page.click(".site-nav a:text-is('Needs')")
    visitor.page.wait_for_selector("h1:text-is('Needs')")
    visitor.page.fill("#site-q", "lora")
    visitor.page.wait_for_selector("#hits h2:has-text('Projects')")
    visitor.page.press("#site-q", "Enter")
    visitor.page.wait_for_selector(".results h2:has-text('Projects')")
    assert visitor.page.context.cookies() == []


def test_a_story_comes_before_what_narrows_it(browse: Open) -> None:
    visitor = browse(PHONE)
    visitor.goto("/-/history/projets/lora-a-la-ferme")
    settled(visitor.page)
    told, narrows = (visitor.page.locator(one).last for one in (".story > li", ".story-choice"))
    above, below = told.bounding_box(), narrows.bounding_box()
    assert above and below and above["y"] + above["height"] < below["y"]
    # The line between the two is above the form, and none is below it.
    lines = "one => ['top', 'bottom'].map(side => getComputedStyle(one)[`border-${side}-width`])"
    assert narrows.evaluate(lines) == ["1px", "0px"]
    assert visitor.wide() == 0


def test_every_link_of_the_footer_leads_somewhere(browse: Open) -> None:
    visitor = browse()
    visitor.goto("/")
    links = visitor.page.eval_on_selector_all("footer a", "all => all.map(a => a.pathname)")
    assert len(links) >= 4
    for path in links:
        assert visitor.goto(path).status == 200
