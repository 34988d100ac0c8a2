"""By keyboard alone, from the home page to a saved edit."""

from typing import Any

from playwright.sync_api import expect

from tests.journeys.browsing import Open

#: whether the focus is on what the selector finds, in the editor's own tree too; and is seen
_AT = """selector => {
  let one = document.activeElement;
  const host = one;
  if (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  const ring = element => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
  };
  const caret = one.isContentEditable;
  return [one.matches(selector), caret || ring(one) || ring(host)];
}"""


def walk_to(page: Any, selector: str, most: int = 60) -> None:
    """Presses Tab until what ``selector`` finds has the focus, and it is seen to have it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found, seen = page.evaluate(_AT, selector)
        if found:
            assert seen, f"one does not see that {selector} has the focus"
            return
    raise AssertionError(f"{selector} is not reached by {most} tabs from {page.url}")


def test_from_the_home_page_to_a_saved_edit(browse: Open) -> None:
    person = browse().log_in("anne")
    page = person.page
    person.goto("/")
    page.keyboard.press("Tab")
    page.wait_for_function("document.activeElement.className === 'skip'")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'main'")
    walk_to(page, "main a[href='/charte']", most=100)  # it stands below all lists
    with page.expect_navigation():
        page.keyboard.press("Enter")
    walk_to(page, ".head-tools a[href^='/-/edit/']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector(".cm-content")
    walk_to(page, ".edit-tools .tool")
    walk_to(page, ".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.type("\nÉcrit au clavier.")
    # Tab leaves the text: nobody is held in the editor.
    walk_to(page, "[name=message]")
    page.keyboard.type("au clavier")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    expect(page.locator(".text")).to_contain_text("Écrit au clavier.")


def test_the_menu_of_a_page_opens_and_shuts(browse: Open) -> None:
    visitor = browse()
    page = visitor.page
    visitor.goto("/charte")
    walk_to(page, ".page-menu summary")
    page.keyboard.press("Enter")
    expect(page.locator(".page-menu .menu-list")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".page-menu .menu-list")).to_be_hidden()
    expect(page.locator(".page-menu > summary")).to_be_focused()
