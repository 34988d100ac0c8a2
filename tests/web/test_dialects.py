"""Wikis from elsewhere, read as the software that wrote them does; and what none may show."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.testing import module_wiki

if TYPE_CHECKING:
    from flask.testing import FlaskClient

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

Write = Callable[..., str]
PICTURE = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00"
)
VAULT = {
    ".obsidian/app.json": "{}",
    "Journal/Lundi.md": "# Un lundi\n\n[[Lora#La radio|la radio]] ![[carte.gif|40]]"
    " ![[secret.gif]]\n",
    "Projets/Lora.md": "# LoRa à la ferme\n\n## La radio\n",
    "Images/carte.gif": PICTURE,
    "Clos.md": "---\nvisibility: members\n---\n# Clos\n",
    "Clos/secret.gif": PICTURE,
    "Autre.md": "# Autre\n\n[[Clos]]\n",
}


def read(client: "FlaskClient", url: str) -> str:
    return client.get(url).get_data(as_text=True)


def test_a_vault_finds_pages_and_pictures_by_name(write: Write, client: "FlaskClient") -> None:
    write(VAULT)
    page = read(client, "/Journal/Lundi")
    assert '<a href="/Projets/Lora#h-la-radio">la radio</a>' in page
    assert 'src="/Images/carte.gif" alt="carte" width="40"' in page
    # What one may not see is as what there is not: where it would lie, and nothing of its place.
    assert 'src="/Journal/secret.gif"' in page and "/Clos/secret" not in page
    assert "Un lundi" in read(client, "/Projets/Lora")  # it speaks of this one
    write({".obsidian/app.json": None})
    assert 'class="missing">la radio</a>' in read(client, "/Journal/Lundi")


def test_a_first_page_says_which_dialect_it_is(write: Write, client: "FlaskClient") -> None:
    texts = {"un.md": "# Un\n\n[[Les mots|deux]]\n", "deux.md": "# Deux\n", "home.md": "# Chez\n"}
    write(texts)
    assert 'class="missing">deux</a>' in read(client, "/un")
    write({"home.md": "---\ndialect: Otter Wiki\n---\n# Chez nous\n"})
    assert '<a href="/deux">Les mots</a>' in read(client, "/un")


def test_addresses_of_other_software_lead_on(write: Write, client: "FlaskClient") -> None:
    write({"home.md": "# Chez nous\n", "guide/a.md": "# A\n"})
    first = client.get("/")
    assert (first.status_code, first.location) == (302, "/home")
    other = client.get("/en/guide/a")
    assert (other.status_code, other.location) == (302, "/guide/a")
    assert client.get("/en/guide/b").status_code == 404
    write({"index.md": "# Accueil\n", "guide/a.md": "---\nvisibility: members\n---\n# A\n"})
    assert client.get("/").status_code == 200
    assert client.get("/en/guide/a").status_code == 404
