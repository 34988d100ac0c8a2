"""An owner on a phone writes a need by the form, renews it, and says what met it, in words."""

import re
from typing import Any

import pytest

from tests.journeys.browsing import PHONE, Open, Site, Watched


def _source(site: Site, file: str) -> str:
    from wiki.repository.repository import Repository

    repository = Repository.open(site.folder / "content.git", site.folder / "lock")
    try:
        found = repository.read(file, repository.head())
        return found.data.decode() if found else ""
    finally:
        repository.close()


def _press(owner: Watched, what: Any) -> None:
    with owner.page.expect_navigation():
        what.click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_need_lives(browse: Open, site: Site, scripts: bool) -> None:
    owner = browse(PHONE, java_script_enabled=scripts).log_in("awa")
    page = owner.page
    name = f"Ruches qui parlent {int(scripts)}"
    owner.goto("/-/new?type=project")
    page.fill("main [name=title]", name)
    _press(owner, page.locator("main .actions button"))
    project = page.url
    _press(owner, page.locator(".space-now a[href*='/-/needs/new']").first)
    page.fill("[name=what]", "Une heure d’un apiculteur, pour le relevé")
    page.fill("[name=keywords]", "capteurs, abeilles")
    page.fill("[name=places]", "Pays de la Loire")
    assert owner.wide() <= 0
    _press(owner, page.locator("main .actions button"))
    assert "Une heure d’un apiculteur" in page.inner_text("h1")
    assert owner.wide() <= 0
    folder = re.sub(r"^.*?//[^/]+/", "", project)
    line = '#capteurs #abeilles @"Pays de la Loire" {#b-'
    assert line in _source(site, f"{folder}/besoins.md")
    # One tap: off the board, and open again.
    _press(owner, page.locator(".item-tools button").first)
    assert "- [-] Une heure" in _source(site, f"{folder}/besoins.md")
    _press(owner, page.locator(".item-tools button").first)
    assert re.search(r"- \[ \] Une heure.* vu:\d{4}-", _source(site, f"{folder}/besoins.md"))
    # It is met: by whom, in the story of the project too.
    _press(owner, page.locator(".item-tools a[href$='/met']"))
    page.fill("[name=words]", "le syndicat des apiculteurs")
    assert page.is_checked("[name=told]")
    assert owner.wide() <= 0
    _press(owner, page.locator("main .actions button"))
    said = "trouvé avec le syndicat des apiculteurs"
    assert f"— {said}" in _source(site, f"{folder}/besoins.md")
    assert said in _source(site, f"{folder}/historique.md")
    owner.goto(f"/{folder}/historique")
    assert said in page.inner_text("main")
