"""A visitor proposes a project on a phone, and has an account by the end of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from wiki.config import load_settings
from wiki.founding import found
from wiki.instance import close_instance, open_instance
from wiki.people.accounts import find_person
from wiki.reading import Reader
from wiki.repository.objects import Author
from wiki.repository.writing import commit

from .conftest import EVENT, FILES


def test_two_minutes_on_a_phone(tmp_path: Path, serve: Callable[..., Any], chromium: Any) -> None:
    settings = load_settings(tmp_path / "instance", environ={})
    found(settings, empty=True)
    instance = open_instance(settings)
    text = str(FILES[f"{EVENT}.md"]).replace("candidatures: 2027-02-15", "candidatures: ouvertes")
    files = {**FILES, f"{EVENT}.md": text.replace("2027-03-18", "2199-03-18")}
    commit(
        instance.repository,
        instance.repository.head(),
        {name: one.encode() for name, one in files.items() if one},
        Author("Une main", "main@people.invalid"),
        "by hand",
    )
    server = serve(settings.instance)
    context = chromium.new_context(
        base_url=server.url,
        viewport={"width": 390, "height": 800},
        java_script_enabled=False,
        locale="fr-FR",
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(f"/{EVENT}")
    page.get_by_role("link", name="Proposer un projet").click()
    page.get_by_label("Son nom").fill("Ruches parlantes")
    page.get_by_label("En une phrase").fill("Des capteurs qui écoutent les abeilles")
    page.get_by_label("De quoi a-t-il besoin").fill("Un apiculteur\nUne carte radio")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Votre nom").fill("Awa")
    page.get_by_label("Adresse").fill("nouvelle@example.org")
    page.get_by_label("Mot de passe").fill("une phrase assez longue")
    page.locator("main form button[type=submit]").first.click()
    assert page.get_by_label("Son nom").input_value() == "Ruches parlantes"
    page.get_by_role("button", name="Proposer").click()
    assert page.locator("h1").inner_text() == "Ruches parlantes"
    assert "reçue" in page.locator("main").inner_text().lower()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Ouvrir son espace").click()
    assert "Un apiculteur" in page.locator("main").inner_text()
    context.close()
    person = find_person(instance.private, "nouvelle@example.org")
    assert not Reader(instance).exists("projets/ruches-parlantes")
    assert Reader(instance, person).may_change_rights("projets/ruches-parlantes")
    close_instance(instance)
