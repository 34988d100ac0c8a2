"""The editor in a real browser: what its buttons write, what it hides, where it looks."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.frontend.conftest import PAGE, Desk
from tests.journeys.browsing import PHONE
from wiki.testing import settled

HEAD = "---\ntitle: Un essai\n---\n\n"


def says(page: Any, text: str | re.Pattern[str]) -> None:
    """Waits until what would be sent is ``text``, or has what a pattern looks for."""
    expect(page.locator("#text")).to_have_value(text)


def has(page: Any, words: str) -> None:
    """Waits until what would be sent has ``words``."""
    says(page, re.compile(re.escape(words)))


def press(page: Any, label: str) -> None:
    """Presses a button of the editor."""
    page.click(f".edit-tools button:text-is('{label}')")


def begin(page: Any, text: str) -> None:
    """Writes ``text`` in place of all; what stands between ‹ and › is chosen then."""
    page.focus(".cm-content")
    # Out of the cell of a table that one was in.
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    before, _open, rest = text.partition("‹")
    chosen, _close, after = rest.partition("›")
    page.keyboard.insert_text(before + chosen + after)
    for _ in after:
        page.keyboard.press("ArrowLeft")
    for _ in chosen:
        page.keyboard.press("Shift+ArrowLeft")


BUTTONS = [
    ("Gras", "un ‹mot› ici", "un **mot** ici"),
    ("Gras", "un ‹mot ›ici", "un **mot** ici"),
    ("Gras", "un **‹mot›** ici", "un mot ici"),
    ("Gras", "un *‹mot›* ici", "un ***mot*** ici"),
    ("Italique", "un ‹mot› ici", "un *mot* ici"),
    ("Italique", "un **‹mot›** ici", "un ***mot*** ici"),
    ("Gras", "", "**gras**"),
    ("Titre", "‹mot›\nsuite", "## mot\nsuite"),
    ("Titre", "### m‹ot›", "## mot"),
    ("Intertitre", "## mot‹›", "### mot"),
    ("Liste", "‹un\n\ndeux›", "- un\n- \n- deux"),
    ("Numéros", "‹- un\n- deux›", "1. un\n2. deux"),
    ("Citation", "‹un\ndeux›", "> un\n> deux"),
]


def test_buttons_write_clean_markdown(desk: Desk) -> None:
    page = desk("essai\n").page
    for label, before, after in BUTTONS:
        begin(page, before)
        press(page, label)
        says(page, after)


def test_what_has_lines_of_its_own_breaks_nothing(desk: Desk) -> None:
    page = desk("essai\n").page
    table = "| Colonne 1 | Colonne 2 |\n| --- | --- |\n| case | case |\n"
    for before, after in (
        ("un‹› mot\nsuite", f"un mot\n\n{table}\nsuite"),
        ("un mot‹›", f"un mot\n\n{table}"),
        (
            "::: besoins\n- [ ] ici‹›\n\n:::\nsuite",
            f"::: besoins\n- [ ] ici\n\n:::\n\n{table}\nsuite",
        ),
        ("```\nici‹›\n\n```\n\nsuite", f"```\nici\n\n```\n\n{table}\nsuite"),
        # Last: what is deleted after it never reaches the head, which is out of sight.
        (f"{HEAD[:10]}‹›{HEAD[10:]}mot", f"{HEAD[:-1]}\n{table}\nmot"),
    ):
        begin(page, before)
        press(page, "Tableau")
        says(page, after)


def test_the_menu_inserts_what_plugins_explain(desk: Desk) -> None:
    page = desk("essai\n").page
    press(page, "Insérer")
    page.keyboard.type("carte de")
    page.keyboard.press("Enter")
    says(page, re.compile(r"^essai\n\n::: carte [^\n]+\n\n:::\n$"))
    expect(page.locator(".palette")).to_be_hidden()


def test_needs_and_news_go_into_the_blocks_that_are_there(desk: Desk) -> None:
    page = desk(timezone_id="UTC").page
    press(page, "Besoin")
    page.keyboard.type("Un four")
    page.keyboard.press("Enter")
    last = "  - Une heure suffit.\n"
    after = PAGE.replace(last, f"{last}- [ ] Un four\n")
    says(page, after)
    press(page, "Nouvelle")
    page.keyboard.type("Un pas")
    page.keyboard.press("Enter")
    # The newest stand first here, so news go first.
    news = f"::: historique\n- {datetime.now(UTC).date()} — Un pas\n"
    says(page, after.replace("::: historique\n", news))


def test_an_offer_without_a_block_makes_one_behind_the_head(desk: Desk) -> None:
    # Pressed at once, before anything has been clicked: front matter stays in front.
    page = desk(f"{HEAD}Un mot.\n").page
    press(page, "Offre")
    page.keyboard.type("Relire")
    page.keyboard.press("Enter")
    says(page, f"{HEAD}Un mot.\n\n::: offres\n- [ ] Relire\n\n:::\n")


def test_identities_are_hidden_and_kept(desk: Desk) -> None:
    page = desk(as_text=True).page
    page.click(".cm-content")
    page.keyboard.press("Control+Home")
    expect(page.locator(".cm-content")).to_contain_text("Une salle à Rennes #salle")
    expect(page.locator(".cm-content")).not_to_contain_text("{#b-")
    has(page, "{#b-7k2qx9ma}")


def test_a_link_is_what_was_typed_when_enter_is_pressed(desk: Desk) -> None:
    page = desk("Voir \n").page
    press(page, "Lien")
    page.keyboard.type("lora")
    page.wait_for_selector(".picker li button:has-text('LoRa à la ferme')")
    page.fill(".picker input", "mentions")
    page.keyboard.press("Enter")
    text = page.locator("#text")
    expect(text).to_have_value(re.compile(r"\[\[mentions-legales\|[^\]]+\]\]"))
    press(page, "Lien")
    page.keyboard.type("https://example.org/a b")
    page.keyboard.press("Enter")
    expect(text).to_have_value(re.compile(r"\(<https://example\.org/a%20b>\)"))
    press(page, "Lien")
    page.keyboard.type("Une page à venir")
    page.keyboard.press("Enter")
    expect(text).to_have_value(re.compile(r"\[\[Une page à venir\]\]"))


_TOPS = """async heading => {
  const frames = count => new Promise(done => {
    const next = left => left ? requestAnimationFrame(() => next(left - 1)) : done();
    next(count);
  });
  const scroller = document.querySelector(".editor").shadowRoot.querySelector(".cm-scroller");
  const pane = document.querySelector("[data-preview-pane]");
  for (let at = 0; at < 12; at += 1) {
    const line = [...scroller.querySelectorAll(".cm-line")]
      .find(one => one.textContent === `## ${heading}`);
    if (!line) scroller.scrollTop += scroller.clientHeight / 2;
    else scroller.scrollTop += line.getBoundingClientRect().top
      - scroller.getBoundingClientRect().top;
    await frames(2);
  }
  const shown = [...pane.querySelectorAll("h2")].find(one => one.textContent.startsWith(heading));
  return shown.getBoundingClientRect().top - pane.getBoundingClientRect().top;
}"""


def test_the_preview_stands_beside_and_follows(desk: Desk) -> None:
    page = desk(as_text=True).page
    pane = page.locator("[data-preview-pane]")
    pane.locator("h2 >> nth=4").wait_for()
    # Heading by heading: what is at the top of one is at the top of the other.
    near = f"async heading => Math.abs(await ({_TOPS})(heading)) < 60"
    settled(page).wait_for_function(near, arg="Une liste")
    page.click(".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.type("Encore *un* mot.")
    expect(pane.locator("em")).to_have_text("un")
    press(page, "Aperçu")
    expect(pane).to_be_hidden()


def test_empty_chapters_say_what_they_may_hold(desk: Desk) -> None:
    text = "---\ntype: project\n---\n\n## Une scène\n\n## Ce que nous faisons\n\nDu pain.\n"
    writer = desk(text)
    hints = writer.page.locator(".cm-hint")
    expect(hints).to_have_text([re.compile("^Racontez")])
    hints.click()
    writer.page.keyboard.type("Un matin.")
    expect(hints).to_have_count(0)
    says(writer.page, text.replace("## Une scène\n", "## Une scène\n\nUn matin.\n"))


@pytest.mark.parametrize("as_text", [False, True], ids=["page", "plain"])
def test_a_phone_writes_above_a_bar(desk: Desk, as_text: bool) -> None:
    page = desk(f"{HEAD}Un mot.\n", PHONE, as_text=as_text, has_touch=True, is_mobile=True).page
    expect(page.locator(".editor")).to_have_count(0 if as_text else 1)
    bar = settled(page).locator(".sticky-bar")
    assert bar.evaluate("one => one.getBoundingClientRect().bottom === innerHeight")
    bar.locator("button:text-is('Besoin')").tap()
    page.keyboard.type("Un four")
    page.keyboard.press("Enter")
    says(page, f"{HEAD}Un mot.\n\n::: besoins\n- [ ] Un four\n\n:::\n")
    expect(page.locator("[data-preview-pane]")).to_be_hidden()
    bar.locator("button:text-is('Aperçu')").tap()
    page.wait_for_selector("[data-preview-pane] .row.need")


def test_the_cursor_is_put_where_one_was_sent(desk: Desk, path: str) -> None:
    writer = desk()
    page = writer.page
    writer.goto(f"/-/edit/{path}?line=40")
    page.wait_for_selector(".edit-tools")
    page.keyboard.type("ICI")
    says(page, re.compile(r"^([^\n]*\n){40}[^\n]*ICI"))
