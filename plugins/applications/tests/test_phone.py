"""A visitor proposes a project on a phone, and has an account by the end of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from wiki.api.reading import page_exists
from wiki.people.accounts import find_person
from wiki.reading import Reader

from .conftest import EVENT, FILES

if TYPE_CHECKING:
    from wiki.instance import Instance


def test_two_minutes_on_a_phone(
    instance: "Instance",
    write: Callable[..., str],
    serve_web: Callable[..., Any],
    chromium: Any,
) -> None:
    text = str(FILES[f"{EVENT}.md"]).replace("candidatures: 2027-02-15", "candidatures: ouvertes")
    write({**FILES, f"{EVENT}.md": text.replace("2027-03-18", "2199-03-18")})
    context = chromium.new_context(
        base_url=serve_web(instance.settings.instance).url,
        viewport={"width": 390, "height": 800},
        java_script_enabled=False,
        locale="fr-FR",
    )
    page = context.new_page()
    page.goto(f"/{EVENT}")
    page.get_by_role("link", name="Proposer un projet").click()
    page.get_by_label("Son nom").fill("Ruches parlantes")
    page.get_by_label("En une phrase").fill("Des capteurs qui écoutent les abeilles")
    page.get_by_label("De quoi a-t-il besoin").fill("Un apiculteur\nUne carte radio")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Votre nom").fill("Awa")
    page.get_by_label("Adresse").fill("nouvelle@example.org")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()
    assert page.locator("h1").inner_text() == "Ruches parlantes"
    assert "reçue" in page.locator("main").inner_text().lower()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with page.expect_navigation():
        page.get_by_role("link", name="Voir son espace").click()
    assert "Un apiculteur" in page.locator("main").inner_text()
    context.close()
    person = find_person(instance.private, "nouvelle@example.org")
    assert not page_exists(Reader(instance), "projets/ruches-parlantes")
    assert Reader(instance, person).may_change_rights("projets/ruches-parlantes")
