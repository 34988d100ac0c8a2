"""Profiles as the schemas of the Murmurations Library want them; nothing of what is closed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from wiki.testing.module_wiki import app, instance

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance

__all__ = ["app", "instance"]

#: what the two schemas require, and all that they name of what we say
_GROUP = {"linked_schemas", "name"}
_GROUP_MAY = {"primary_url", "description", "tags", "image", "rss", "geographic_scope"}
_ITEM = {
    *("linked_schemas", "exchange_type", "transaction_type", "tags", "title", "description"),
    *("geographic_scope", "contact_details"),
}
_ITEM_MAY = {"details_url", "expires_at"}
_SCOPES = {"local", "regional", "national", "international"}
PAGES = {
    "projets/serre.md": (
        "---\ntype: project\ntitle: La serre\nsummary: Chaude\nthemes: [Énergie]\n"
        "territory: Bretagne\n---\n\n::: besoins\n- [ ] Un regard #radio @Rennes avant:2099-03-01 "
        "{#b-aaaaaaaa}\n- [x] Fini {#b-bbbbbbbb}\n:::\n\n"
        "::: offres\n- Une table {#o-aaaaaaaa}\n:::\n"
    ),
    "projets/clos.md": (
        "---\ntype: project\ntitle: Canari\nvisibility: members\n---\n\n"
        "::: besoins\n- [ ] Canari {#b-cccccccc}\n:::\n"
    ),
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
}


@pytest.fixture
def wiki(write: Callable[..., str], instance: "Instance") -> None:
    write(PAGES)
    vars(instance.settings)["murmurations"] = True


def read(client: "FlaskClient", url: str) -> dict[str, Any]:
    answer = client.get(url)
    assert answer.status_code == 200, url
    found: dict[str, Any] = answer.get_json()
    return found


def test_profiles_hold_what_their_schemas_want(wiki: None, client: "FlaskClient") -> None:
    group = read(client, "/-/murmurations/pages/projets/serre")
    assert group.keys() >= _GROUP and group.keys() <= _GROUP | _GROUP_MAY
    assert group["linked_schemas"] == ["organizations_schema-v1.0.0"]
    assert group["primary_url"].startswith("http") and group["geographic_scope"] in _SCOPES
    need = read(client, "/-/murmurations/items/b-aaaaaaaa")
    offer = read(client, "/-/murmurations/items/o-aaaaaaaa")
    for item in (need, offer):
        assert item.keys() >= _ITEM and item.keys() <= _ITEM | _ITEM_MAY
        assert item["linked_schemas"] == ["offers_wants_schema-v0.1.0"]
        assert item["contact_details"]["contact_form"] == item["details_url"]
        assert item["geographic_scope"] in _SCOPES and item["tags"]
    assert (need["exchange_type"], offer["exchange_type"]) == ("want", "offer")
    assert need["expires_at"] == 4076089199 and "expires_at" not in offer


def test_the_list_leads_to_profiles_of_what_everybody_reads(
    wiki: None, client: "FlaskClient"
) -> None:
    listed = read(client, "/-/murmurations/profiles.json")["profiles"]
    names = sorted(one.partition("/-/murmurations/")[2] for one in listed)
    assert names == ["items/b-aaaaaaaa", "items/o-aaaaaaaa", "pages/projets/serre"]
    for path in ("pages/projets/clos", "pages/personnes/awa", "items/b-cccccccc"):
        assert client.get(f"/-/murmurations/{path}").status_code == 404
    assert client.get("/-/murmurations/items/b-bbbbbbbb").status_code == 404


def test_there_are_none_unless_somebody_turned_it_on(
    write: Callable[..., str], client: "FlaskClient"
) -> None:
    write(PAGES)
    for path in ("profiles.json", "pages/projets/serre", "items/b-aaaaaaaa"):
        assert client.get(f"/-/murmurations/{path}").status_code == 404
