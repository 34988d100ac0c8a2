"""The frame of the site in a real browser: what it remembers on the device."""

from tests.journeys.browsing import Open


def test_colours_stay_chosen(browse: Open) -> None:
    reader = browse()
    page = reader.page
    reader.goto("/charte")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("[data-theme-toggle]")
    page.click("[data-theme-toggle]")
    # theme.js stands before the style sheet, so the choice is there before anything is drawn.
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => {"
        " window.early = document.documentElement.dataset.theme })"
    )
    page.reload()
    assert page.evaluate("window.early") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
