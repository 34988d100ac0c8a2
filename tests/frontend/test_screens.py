"""The frame of the site in a real browser: what it remembers on the device."""

from playwright.sync_api import expect

from tests.journeys.browsing import Open


def test_colours_stay_chosen(browse: Open) -> None:
    reader = browse()
    page = reader.page
    reader.goto("/charte")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("[data-theme-toggle]")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.click("[data-theme-toggle]")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    # theme.js stands before the style sheet, so the choice is there before anything is drawn.
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => {"
        " window.early = document.documentElement.dataset.theme })"
    )
    page.reload()
    page.wait_for_function("window.early === 'dark'")
    expect(page.locator("body")).not_to_have_css("background-color", light)
