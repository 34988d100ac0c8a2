"""A dossier of twelve projects in a real browser: by keyboard, and on a phone without a script."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from wiki.testing import Place, WebServer, sign_in

from .conftest import project

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

_THEMED, _OTHERS = 9, 4

#: the server reads what texts mean, which takes seconds to begin with on a busy machine
pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def farming(shared_wiki: "tuple[Instance, Flask]") -> Place:
    """Nine projects on farming, four mills and one that is a secret; it is today."""
    place = Place(*shared_wiki, now=datetime.now(UTC))
    mill = (
        "---\ntype: project\ntitle: Moulin {}\nsummary: Une roue et des grains\n---\n\nMouture.\n"
    )
    files: dict[str, str | None] = {
        "index.md": "# Accueil\n",
        "dossiers/index.md": "# Dossiers\n",
        "projets/secret.md": project("Champ secret", "Mouture.", "team"),
        **{f"projets/champ-{n}.md": project(f"Champ {n}", "Du blé.") for n in range(_THEMED)},
        **{f"projets/moulin-{n}.md": mill.format(n) for n in range(_OTHERS)},
    }
    place.write(files)
    for name in ("Awa", "Marc"):
        place.person(name, "programme")
    return place


@pytest.fixture(scope="module")
def url(farming: Place, web_server: Callable[[Path], WebServer]) -> Iterator[str]:
    """Its address."""
    server = web_server(farming.instance.settings.instance)
    yield server.url
    server.stop()


def _opened(chromium: Any, farming: Place, url: str, who: str, **options: Any) -> Any:
    context = chromium.new_context(base_url=url, locale="fr-FR", **options)
    context.set_default_timeout(60_000)
    sign_in(context, url, farming.client(who))
    page = context.new_page()
    faults: list[str] = []
    page.faults = faults
    page.on("pageerror", lambda error: faults.append(str(error)))
    return page


def _walk_to(page: Any, selector: str, most: int = 80) -> None:
    """Presses Tab until what ``selector`` finds has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
    raise AssertionError(f"{selector} is not reached")


def _press(page: Any, selector: str) -> None:
    """For a button that leads to a page: what is counted there is there whole."""
    with page.expect_navigation():
        page.click(selector)


def _titles(page: Any, count: int) -> list[str]:
    """The titles of the list, once it has so many."""
    titles = page.locator(".arrange-list .arrange-title")
    expect(titles).to_have_count(count)
    return [str(one) for one in titles.all_inner_texts()]


def test_answers_that_come_while_one_walks_them_leave_the_focus_where_it_is(
    chromium: Any, farming: Place, url: str
) -> None:
    page = _opened(chromium, farming, url, "awa")
    page.goto("/-/dossiers/new")
    page.fill("main [name=title]", "Le marché")
    page.fill("main [name=themes]", "agriculture")
    _press(page, "main form button[type=submit]")
    held: list[Any] = []
    page.route(re.compile(r"q=moulin(%20|\+)2$"), lambda route: held.append(route))
    page.goto("/-/dossiers/selection/dossiers/le-marche")
    page.locator("#f-q").fill("moulin")
    links = page.locator("#found a")
    expect(links).to_have_count(_OTHERS)
    with page.expect_request(re.compile(r"q=moulin(%20|\+)2$")):
        page.locator("#f-q").fill("moulin 2")
    _walk_to(page, "#found a[href$='moulin-2']")
    page.evaluate("document.querySelector('#found').dataset.before = ''")
    held.pop().continue_()
    page.wait_for_selector("#found:not([data-before])")
    assert page.evaluate("document.activeElement.matches(\"#found a[href$='moulin-2']\")")
    page.context.close()
    assert not page.faults


def test_twelve_projects_by_keyboard(chromium: Any, farming: Place, url: str) -> None:
    page = _opened(chromium, farming, url, "awa", viewport={"width": 1280, "height": 900})
    page.goto("/-/dossiers")
    _walk_to(page, "a[href='/-/new?type=dossier']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for field, words in (
        ("title", "Du champ"),
        ("summary", "Qui moud ?"),
        ("themes", "agriculture"),
    ):
        _walk_to(page, f"main [name={field}]")
        page.keyboard.type(words)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/dossiers/du-champ")
    assert re.search(r"compte 9\sprojets", page.locator("main").inner_text())
    page.goto("/-/dossiers/selection/dossiers/du-champ")
    _titles(page, _THEMED)
    # The three that nothing proposes are looked for; what was typed before stays.
    page.locator("[name=words]").first.focus()
    page.keyboard.type("le premier mot")
    for number in range(1, 4):
        page.focus("#f-q")
        page.keyboard.press("Control+a")
        with page.expect_response(re.compile(rf"q=moulin(%20|\+){number}$")):
            page.keyboard.type(f"moulin {number}")
        page.wait_for_selector(f"#found [value='projets/moulin-{number}']")
        page.keyboard.press("Enter")
        _walk_to(page, f"#found [value='projets/moulin-{number}']")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    *_, last = _titles(page, 12)
    expect(page.locator("[name=words]").first).to_have_value("le premier mot")
    # The last comes first by its number; then one place down by the arrow.
    page.locator("[name=place]").last.fill("1")
    page.keyboard.press("Tab")
    titles = page.locator(".arrange-list .arrange-title")
    expect(titles.first).to_have_text(last)
    expect(page.locator("[data-arrange-told]")).to_contain_text(
        f"« {last} » est maintenant à la place 1"
    )
    page.locator("[name=place]").first.focus()
    page.keyboard.press("Alt+ArrowDown")
    page.wait_for_function("document.activeElement.value === '2'")
    expect(titles.nth(1)).to_have_text(last)
    order = _titles(page, 12)
    for at in range(12):
        page.locator("[name=words]").nth(at).fill(f"mot {at}")
    page.locator("[name=place]").nth(5).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "C’est écrit." in page.locator("body").inner_text()
    page.goto("/dossiers/du-champ")
    chosen = page.locator(".block-chosen")
    expect(chosen.locator(".block-title")).to_have_text(order)
    expect(chosen.locator(".block-why")).to_have_text([f"mot {at}" for at in range(12)])
    # Frozen, cited, handed out, and told beside each project.
    page.goto("/-/dossiers/freeze/dossiers/du-champ")
    _walk_to(page, "main button[type=submit]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert re.search(r"/dossiers/du-champ/editions/\d{4}-\d\d-\d\d$", page.url)
    assert "Pour citer cette édition" in page.locator("main").inner_text()
    page.goto("/projets/moulin-2")
    assert page.locator("a[href='/dossiers/du-champ']").count() >= 1
    page.goto("/dossiers/du-champ")
    _walk_to(page, ".page-menu summary")
    page.keyboard.press("Enter")
    expect(page.locator(".page-menu a[href='/-/booklet/dossiers/du-champ']")).to_be_visible()
    assert page.faults == []
    page.context.close()


def test_on_a_phone_without_a_script(chromium: Any, farming: Place, url: str) -> None:
    page = _opened(
        chromium,
        farming,
        url,
        "marc",
        viewport={"width": 390, "height": 800},
        java_script_enabled=False,
    )
    page.goto("/-/dossiers/new")
    page.fill("main [name=title]", "Au moulin")
    page.fill("main [name=themes]", "agriculture")
    page.uncheck("main [name=all]")
    _press(page, "main form button[type=submit]")
    page.goto("/-/dossiers/selection/dossiers/au-moulin")
    for number in (1, 2):
        page.fill("#f-q", f"moulin {number}")
        _press(page, "button[name=find]")
        _press(page, f"#found [value='projets/moulin-{number}']")
    assert _titles(page, 2) == ["Moulin 1", "Moulin 2"]
    page.locator("[name=words]").nth(1).fill("une roue qui tourne")
    _press(page, "button[name=up] >> nth=1")
    assert _titles(page, 2) == ["Moulin 2", "Moulin 1"]
    expect(page.locator("[name=words]").first).to_have_value("une roue qui tourne")
    _press(page, "text=Chercher des projets qui conviennent")
    declined = page.locator("#proposals li").count()
    _press(page, "button[name=decline] >> nth=0")
    expect(page.locator("#proposals li")).to_have_count(declined - 1)
    _press(page, "button[name=remove] >> nth=1")
    assert _titles(page, 1) == ["Moulin 2"]
    assert page.locator("html").evaluate("one => one.scrollWidth") <= 390
    page.context.close()
