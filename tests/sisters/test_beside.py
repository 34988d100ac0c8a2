"""What sisters have stands below one's own, marked and leading home; one's own stays as it was."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from wiki.instance import Instance
from wiki.people.sisters import registry as sisters
from wiki.projections.cataloguing.items import lists as items
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.sisters.mount import unmount
from wiki.testing import mount_sister

LYON: dict[str, str | bytes] = {
    "index.md": "---\ntitle: Carrefour de Lyon\n---\n",
    "projets/ruche.md": (
        "---\ntype: project\ntitle: Ruche <b>connectée</b>\nterritory: Lyon\n"
        "description: Peser des ruches à distance\n---\n\n"
        "::: besoins\n"
        "- [ ] Un apiculteur pour essayer #apiculture @Lyon avant:2027-03-02 {#b-lyonaa23}\n:::\n"
    ),
    "caché.md": "---\nvisibility: members\n---\nUne ruche secrète.\n",
}
#: the address of a copy
TITLE = re.compile(r'<h2><a href="(/-/carrefours/[^"]+)"')
EMPTY_BOARD = "/-/offers"


def seen(client: FlaskClient, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.text


def test_a_board_and_a_search_show_what_sisters_have_below(instance: Instance, app: Flask) -> None:
    client = app.test_client()
    urls = ("/-/needs", "/-/search?q=ruche", "/-/catalogue?type=project")
    before = {url: client.get(url, headers={"Accept": "application/json"}).text for url in urls[:2]}
    assert all("at-sisters" not in seen(client, url) for url in urls)
    mount_sister(instance, "lyon", LYON, "Carrefour <i>de Lyon")
    for url in urls:
        page = seen(client, url)
        assert "at-sisters" in page, url
        assert "Carrefour &lt;i&gt;de Lyon" in page
        assert "https://lyon.example/projets/ruche" in page
        assert "/-/carrefours/lyon/projets/ruche" in page
        assert "<b>connect" not in page
        assert "secrète" not in page
    assert "2 mars 2027" in seen(client, "/-/needs")
    # Programs are told of one's own alone.
    for url, told in before.items():
        now = client.get(url, headers={"Accept": "application/json"})
        assert json.loads(now.text) == json.loads(told)
    assert "at-sisters" not in seen(client, EMPTY_BOARD)
    assert "at-sisters" not in seen(client, "/-/needs?keyword=droit")
    assert "at-sisters" in seen(client, "/-/needs?keyword=apiculture")
    assert "at-sisters" not in seen(client, "/-/needs?from=20")
    sisters.block_page(instance.private, "lyon", "projets", blocked=True)
    mount_sister(instance, "lyon", LYON)
    assert all("at-sisters" not in seen(client, url) for url in urls)
    sisters.block_page(instance.private, "lyon", "projets", blocked=False)
    mount_sister(instance, "lyon", LYON)
    assert all("at-sisters" in seen(client, url) for url in urls)
    unmount(instance, "lyon")
    assert all("at-sisters" not in seen(client, url) for url in urls)


def test_all_that_sisters_have_is_a_page_of_the_list(instance: Instance, app: Flask) -> None:
    client = app.test_client()
    need = "- [ ] Une ruche à essayer {{#b-lyona{:03}}}"
    page = "---\ntype: project\ntitle: Ruche {:02}\n---\n\n::: besoins\n{}\n:::\n"
    files: dict[str, str | bytes] = {
        f"projets/ruche-{n:02}.md": page.format(n, need.format(n)) for n in range(23)
    }
    mount_sister(instance, "lyon", files)
    for url in ("/-/needs", "/-/catalogue?type=project", "/-/search?q=ruche"):
        first = seen(client, url).partition('id="at-sisters"')[2]
        # A page and its need that both answer are one.
        assert "1 à 10 sur 23" in first, url
        leads = url + ("&" if "?" in url else "?") + "beside=sisters"
        assert f'href="{escape(leads)}"' in first and "Tout voir" in first
        every = seen(client, leads)
        assert every.count('class="hit"') == 20 and "1 à 20 sur 23" in every
        rest = seen(client, f"{leads}&from=20")
        assert rest.count('class="hit"') == 3 and f'href="{escape(url)}"' in rest
        assert not set(TITLE.findall(every)) & set(TITLE.findall(rest))
    unmount(instance, "lyon")
    assert "hit" not in seen(client, "/-/needs?beside=sisters").partition("<main")[2]
    told = client.get("/-/needs?beside=sisters", headers={"Accept": "application/json"})
    assert told.is_json, "programs are told of one's own alone"


def test_of_more_than_are_counted_that_is_said(
    instance: Instance, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    need = "---\ntype: project\n---\n\n::: besoins\n- [ ] Une ruche #ruche {{#b-lyona{:03}}}\n:::\n"
    mount_sister(instance, "lyon", {f"projets/r{n:02}.md": need.format(n) for n in range(23)})
    monkeypatch.setattr(items, "MOST", 20)
    first = seen(client, "/-/needs?keyword=ruche").partition('id="at-sisters"')[2]
    assert "1 à 10 sur plus de 20" in first
    every = seen(client, "/-/needs?keyword=ruche&beside=sisters")
    assert ">plus de 20</small>" in every and "1 à 20 sur plus de 20" in every


def test_what_is_near_at_sisters_is_told_with_why(instance: Instance, app: Flask) -> None:
    repository = instance.repository
    files = {
        "projets/miel.md": "---\ntype: project\ntitle: Miel de ville\n---\n\n::: besoins\n"
        "- [ ] Un apiculteur pour surveiller les ruches du toit {#b-nantes23}\n:::\n"
    }
    data = {file: text.encode() for file, text in files.items()}
    commit(repository, repository.head(), data, Author("Awa", "awa@example.net"), "Écrit")
    client = app.test_client()
    url = "/-/needs/b-nantes23"
    assert "at-sisters" not in seen(client, url)
    offers = (
        "---\ntype: person\ntitle: Jean\n---\n\n::: offres\n"
        "- Apiculteur depuis dix ans, je surveille des ruches {#o-lyonaa22}\n:::\n"
    )
    mount_sister(instance, "lyon", {**LYON, "personnes/jean.md": offers}, "Carrefour de Lyon")
    page = seen(client, url)
    assert "je surveille des ruches" in page
    assert 'href="/-/carrefours/lyon/personnes/jean#o-lyonaa22"' in page
    assert "apiculteur" in page.rpartition("at-sisters")[2]
    near = client.get("/-/near?of=projets/miel").text
    assert "je surveille des ruches" in near
    found = client.get("/-/near?q=apiculteur+pour+surveiller+les+ruches").text
    assert "je surveille des ruches" in found
    unmount(instance, "lyon")
    assert "at-sisters" not in seen(client, url)
