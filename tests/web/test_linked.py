"""Pages as linked data: read by a JSON-LD processor, in words of schema.org, alike for all."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from pyld import jsonld

from wiki.hookspecs.things import Thing
from wiki.people.accounts import add_person, set_page
from wiki.testing import module_wiki
from wiki.web.jsonld.graph import linked_document

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

app, instance = module_wiki.app, module_wiki.instance

SITE = "http://127.0.0.1:8080"
SCHEMA = "http://schema.org/"
#: what schema.org (release 29) lets each of these say, of what we do
_OF_ALL = {"name", "description", "url", "image"}
_OF_TEXTS = {"inLanguage", "keywords", "isPartOf", "about"}
_OF_GROUPS = {"keywords", "areaServed", "member", "parentOrganization", "iso6523Code", "logo"}
_TERMS = {
    "WebSite": {"inLanguage", "publisher", "potentialAction"},
    "SearchAction": {"target", "query-input"},
    "EntryPoint": {"urlTemplate"},
    "WebPage": _OF_TEXTS,
    "Collection": _OF_TEXTS,
    "Organization": _OF_GROUPS | {"seeks", "makesOffer"},
    "Project": _OF_GROUPS | {"seeks", "makesOffer"},
    "Person": {"knowsAbout", "affiliation", "seeks", "makesOffer"},
    "Event": {
        "inLanguage", "keywords", "organizer", "about", "eventStatus", "location", "startDate",
        "endDate",
    },
    "Place": {"address"},
    "Demand": {"itemOffered", "areaServed", "availability", "availabilityEnds"},
    "Offer": {"itemOffered", "areaServed", "availability", "offeredBy"},
    "Service": {"category"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "item"},
}  # fmt: skip
SECRET = "canaricaché"
PAGES = {
    "index.md": "---\ntitle: Accueil\nsummary: Un carrefour\n---\n# Accueil\n",
    "projets/index.md": "# Projets\n",
    "projets/serre/index.md": (
        '---\ntype: project\ntitle: La serre\nsummary: "Chaude </script><b> & froide"\n'
        'themes: [agriculture]\nterritory: Bretagne\norganisation: ["[[organisations/lycee]]"]\n'
        'team: ["[[personnes/awa]]", "[[personnes/marc]]"]\n---\n# La serre\n\n'
        "::: besoins\n- [ ] Un regard </script> #radio @Rennes avant:2099-03-01 {#b-aaaaaaaa}\n"
        "- [x] Une pompe {#b-bbbbbbbb}\n:::\n\n::: offres\n- Un coin de table {#o-aaaaaaaa}\n:::\n"
    ),
    "projets/serre/dedans.md": (
        f"---\nvisibility: team\n---\n# {SECRET}\n\n::: besoins\n- {SECRET} {{#b-cccccccc}}\n:::\n"
    ),
    "projets/clos.md": f"---\ntype: project\ntitle: {SECRET}\nvisibility: members\n---\n# Clos\n",
    "personnes/awa.md": (
        "---\ntype: person\ntitle: Awa\nskills: [radio]\n---\n# Awa\n\n"
        "::: offres\n- Une heure {#o-bbbbbbbb}\n:::\n"
    ),
    "personnes/marc.md": "---\ntype: person\ntitle: Marc\nskills: [sols]\n---\n# Marc\n",
    "organisations/lycee.md": (
        "---\ntype: organisation\ntitle: Le lycée\nsiret: 123 456 789 00012\n---\n# Le lycée\n"
    ),
    "evenements/soir.md": (
        "---\ntype: event\ntitle: Le soir\nstarts: 2027-03-18T18:00\nends: 2027-03-18T20:00\n"
        "place: Plouha\norganisation: Un club\n"
        'programme: ["[[projets/serre]]", "[[projets/clos]]"]\n---\n# Le soir\n'
    ),
    "evenements/jours.md": (
        "---\ntype: event\ntitle: Deux jours\nstarts: 2027-03-18\nends: 2027-03-19\n"
        "cancelled: yes\n---\n# Deux jours\n"
    ),
    "dossiers/eaux.md": (
        "---\ntype: dossier\ntitle: Les eaux\n---\n# Les eaux\n\n::: sélection\n"
        "- [[projets/serre]]\n- [[projets/clos]]\n:::\n"
    ),
}


@pytest.fixture
def wiki(write: Callable[..., str], instance: "Instance") -> None:
    write(PAGES)
    awa = add_person(instance.private, email="awa@example.org", name="Awa")
    set_page(instance.private, awa.id, "personnes/awa", by=awa.id)


def read(client: "FlaskClient", url: str) -> dict[str, Any]:
    """The document in the head of the page at ``url``, as a browser finds it."""
    page = client.get(url)
    assert page.status_code == 200, url
    found = html.fromstring(page.text).xpath("//script[@type='application/ld+json']/text()")
    assert len(found) == 1, url
    document: dict[str, Any] = json.loads(found[0])
    return document


def nodes(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a processor understands: by address, every word a term of schema.org."""
    assert document["@context"] == "https://schema.org"
    # Its own context is asked for over the network: the one line of it that we go by.
    expanded = jsonld.expand({**document, "@context": {"@vocab": SCHEMA}})
    _check(expanded)
    return {one["@id"]: one for one in document["@graph"]}


def _check(value: Any) -> None:
    if isinstance(value, list):
        for one in value:
            _check(one)
    elif isinstance(value, dict):
        said = {key for key in value if not key.startswith("@")}
        if said and "@type" in value:
            (kind,) = (one.removeprefix(SCHEMA) for one in value["@type"])
            assert {one.removeprefix(SCHEMA) for one in said} <= _TERMS[kind] | _OF_ALL, kind
        elif "@graph" not in value:
            assert not said, value
        for one in value.values():
            _check(one)


def test_a_project_says_what_it_seeks_and_who_agreed_to_be_in_it(
    wiki: None, client: "FlaskClient"
) -> None:
    said = nodes(read(client, "/projets/serre"))
    project = said[f"{SITE}/projets/serre"]
    assert project["@type"] == "Project" and project["name"] == "La serre"
    assert project["description"] == "Chaude </script><b> & froide"
    assert project["areaServed"] == "Bretagne" and project["keywords"] == "agriculture"
    # Marc's page was written by somebody else: he has no account.
    assert project["member"] == {"@id": f"{SITE}/personnes/awa"}
    assert project["parentOrganization"] == {"@id": f"{SITE}/organisations/lycee"}
    assert project["seeks"] == {"@id": f"{SITE}/-/needs/b-aaaaaaaa"}
    need = said[f"{SITE}/-/needs/b-aaaaaaaa"]
    assert need["@type"] == "Demand" and need["availabilityEnds"] == "2099-03-01"
    assert need["name"] == "Un regard </script>" and need["areaServed"] == "Rennes"
    assert said[f"{SITE}/-/offers/o-aaaaaaaa"]["offeredBy"] == {"@id": f"{SITE}/projets/serre"}
    above = said[f"{SITE}/projets/serre#above"]["itemListElement"]
    assert [one["name"] for one in above] == ["Accueil", "Projets", "La serre"]


def test_each_kind_of_page_is_a_thing(wiki: None, client: "FlaskClient") -> None:
    site = nodes(read(client, "/"))[f"{SITE}/#site"]
    assert site["potentialAction"]["target"]["urlTemplate"].endswith("?q={search_term_string}")
    event = nodes(read(client, "/evenements/soir"))[f"{SITE}/evenements/soir"]
    assert event["startDate"] == "2027-03-18T18:00:00+01:00"
    assert event["organizer"] == {"@type": "Organization", "name": "Un club"}
    assert event["about"] == {"@id": f"{SITE}/projets/serre"}
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    days = nodes(read(client, "/evenements/jours"))[f"{SITE}/evenements/jours"]
    assert (days["startDate"], days["endDate"]) == ("2027-03-18", "2027-03-19")
    assert days["eventStatus"] == "https://schema.org/EventCancelled"
    dossier = nodes(read(client, "/dossiers/eaux"))[f"{SITE}/dossiers/eaux"]
    assert dossier["@type"] == "Collection"
    assert dossier["about"] == {"@id": f"{SITE}/projets/serre"}
    lycee = nodes(read(client, "/organisations/lycee"))[f"{SITE}/organisations/lycee"]
    assert lycee["iso6523Code"] == "0009:12345678900012"
    awa = nodes(read(client, "/personnes/awa"))[f"{SITE}/personnes/awa"]
    assert awa["@type"] == "Person" and awa["makesOffer"]["@id"].endswith("/o-bbbbbbbb")
    assert nodes(read(client, "/personnes/marc"))[f"{SITE}/personnes/marc"]["@type"] == "WebPage"
    need = nodes(read(client, "/-/needs/b-bbbbbbbb"))[f"{SITE}/-/needs/b-bbbbbbbb"]
    assert need["availability"] == "https://schema.org/SoldOut"


def test_who_reads_more_is_told_no_more(
    wiki: None,
    client: "FlaskClient",
    instance: "Instance",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    role = {"email": "admin@example.org", "name": "Ada", "role": "admin"}
    admin = log_in(add_person(instance.private, **role))
    assert read(admin, "/-/needs/b-aaaaaaaa") == read(client, "/-/needs/b-aaaaaaaa")
    for url in ("/projets/serre", "/evenements/soir", "/dossiers/eaux"):
        assert '<script type="application/ld+json"' not in admin.get(url).text
        path = f"/-/linked{url}"
        assert admin.get(path).get_json() == client.get(path).get_json() == read(client, url), url
    for url in ("/projets/clos", "/projets/serre/dedans", "/-/needs/b-cccccccc"):
        page = admin.get(url)
        assert page.status_code == 200 and "ld+json" not in page.text, url
    for who in (admin, client):
        for url in ("/-/linked/projets/clos", "/-/linked/projets/serre/dedans"):
            assert who.get(url).status_code == 404


def test_a_page_is_a_document_of_its_own(wiki: None, client: "FlaskClient") -> None:
    inside = read(client, "/projets/serre")
    asked = {"Accept": "application/ld+json"}
    for answer in (
        client.get("/-/linked/projets/serre"),
        client.get("/projets/serre", headers=asked),
    ):
        assert answer.content_type == "application/ld+json" and answer.get_json() == inside
    link = html.fromstring(client.get("/projets/serre").text)
    (href,) = link.xpath("//link[@type='application/ld+json']/@href")
    assert href == "/-/linked/projets/serre"


@given(st.text())
def test_no_text_ends_the_script(text: str) -> None:
    from jinja2 import Environment

    document = linked_document(SITE, [Thing("/x", "WebPage", {"name": text})])
    said = Environment(autoescape=True).from_string("{{ it|tojson }}").render(it=document)
    assert not set("<>&'") & set(said) and json.loads(said) == document
