"""A program proposes a need: by the rules of the form and in its words, and nothing is saved."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from wiki.people.accounts.access_tokens import issue
from wiki.testing import token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

ADDRESS = "/-/api/v1/needs"
SAME = "Un tracteur pour tirer la herse des maraîchers"
NEEDS = (
    f"::: besoins\n- [ ] {SAME} #tracteur vu:2020-01-01 {{#b-aaaaaaaa}}\n\n:::\n"  # asleep
    "::: besoins\n- [ ] Un avis sur la radio vu:2099-01-01 {#b-bbbbbbbb}\n\n:::\n"
)

Send = Callable[..., tuple[int, Any]]


@pytest.fixture(autouse=True)
def wiki(write: Callable[..., str]) -> None:
    hidden = "---\ntype: project\nvisibility: team\n---\n# Caché\n\n::: besoins\n"
    write(
        {
            "lora.md": "---\ntype: project\nteam: [personnes/awa]\n---\n# LoRa\n\nDes capteurs.\n",
            "ferme.md": f"---\ntype: project\n---\n# La ferme\n\n{NEEDS}",
            "cache.md": hidden + "- [ ] Un alambic pour distiller la lavande {#b-cccccccc}\n:::\n",
            "personnes/awa.md": "---\ntype: person\n---\n# Awa\n",
        }
    )


@pytest.fixture
def awa(person: "Callable[..., Person]") -> "Person":
    return person("Awa", page="personnes/awa")


@pytest.fixture
def send(instance: "Instance", client: "FlaskClient", awa: "Person") -> Send:
    def send(*scopes: str, by: "Person" = awa, **sent: object) -> tuple[int, Any]:
        secret = issue(
            instance.private, by.id, name="essai", scopes=scopes or ("read", "propose"), days=1
        )
        answer = client.post(ADDRESS, json=sent, headers={"Authorization": f"Bearer {secret}"})
        return answer.status_code, answer.get_json()

    return send


def waiting(instance: "Instance") -> int:
    return instance.private.count_rows()["proposal"]


def test_a_need_waits_for_its_person(
    send: Send,
    instance: "Instance",
    awa: "Person",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    """Whoever edits the page alone reads it first, and what is accepted is what the form writes."""
    head = instance.repository.head()
    status, told = send(
        page="lora",
        what="Une parcelle pour  nos capteurs #sol",
        details="Un hectare suffit.",
        keywords=["essai de terrain"],
        places=["Pays de Rennes"],
        before="2099-03-01",
    )
    assert (status, told["duplicates"]) == (201, [])
    proposal = told["proposal"]
    assert (proposal["state"], proposal["program"], proposal["path"]) == (
        "waiting",
        "essai",
        "lora",
    )
    assert instance.repository.head() == head
    client = log_in(awa)
    id = proposal["url"].rpartition("/")[2].partition(".")[0]
    card = client.get(f"/-/moderation/proposal/{id}").text
    assert "écrit par un programme\u00a0: essai" in card and "Une parcelle" in card
    seen = card.partition('name="seen" value="')[2].partition('"')[0]
    answer = {"action": "accept", "seen": seen, "csrf_token": token(client)}
    assert client.post(f"/-/moderation/proposal/{id}", data=answer).status_code == 303
    listed = client.get("/-/api/v1/needs?project=lora").get_json()["needs"]
    (need,) = listed
    assert need["text"].startswith("Une parcelle pour nos capteurs")
    assert need["keywords"] == ["sol", "essai-de-terrain"]
    assert (need["places"], need["before"]) == (["Pays de Rennes"], "2099-03-01")


def test_who_has_no_project_asks_on_their_own_page(
    send: Send, instance: "Instance", person: "Callable[..., Person]"
) -> None:
    _status, told = send(what="Une scie sauteuse")
    assert told["proposal"]["path"] == "personnes/awa"
    _status, told = send(by=person("Marc"), what="Une échelle")
    assert told["proposal"]["path"] == "personnes/marc"
    assert waiting(instance) == 2


def test_what_is_sent_again_is_held_once(
    send: Send, instance: "Instance", person: "Callable[..., Person]"
) -> None:
    """A program that got no answer sends it again."""
    marc = person("Marc")
    for by, sent in (
        (None, {"page": "lora", "what": "Une scie", "keywords": ["bois"]}),
        (marc, {"what": "Une échelle"}),
    ):
        whose = {} if by is None else {"by": by}
        before = waiting(instance)
        once, again, other = (
            send(**whose, **one)[1]["proposal"] for one in (sent, sent, {**sent, "details": "Vite"})
        )
        assert once["url"] == again["url"] != other["url"]
        assert waiting(instance) == before + 2


def test_what_asks_the_same_is_told_once(send: Send, instance: "Instance") -> None:
    sent = {"page": "lora", "what": "Un tracteur pour tirer la herse", "keywords": ["tracteur"]}
    status, told = send(**sent)
    assert (status, told["proposal"]) == (200, None) and not waiting(instance)
    (one,) = told["duplicates"]
    assert (one["id"], one["text"], one["page"]["path"]) == ("b-aaaaaaaa", SAME, "ferme")
    status, told = send(**sent, told=["b-aaaaaaaa"])
    assert (status, told["duplicates"]) == (201, [])
    # One that only others see is no duplicate for who proposes.
    status, told = send(page="lora", what="Un alambic pour distiller la lavande")
    assert (status, told["duplicates"]) == (201, [])


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"what": ""}, 422, "Dites en une phrase ce qu’il vous faut."),
        ({"what": "a" * 301}, 422, "Une phrase suffit ici"),
        ({"what": "a", "details": "b" * 4001}, 422, "C’est long pour une ligne"),
        ({"what": "a", "before": "demain"}, 422, "Choisissez un jour"),
        ({"what": "#radio"}, 422, "Dites-le aussi avec des mots"),
        ({"what": "a", "keywords": ["x"] * 13}, 422, "keywords"),
        ({"what": "x" * 100_000}, 422, "what"),
        ({"what": "a", "page": "nulle/part"}, 404, "pas de page ici"),
        ({"what": "a", "page": "cache"}, 404, "pas de page ici"),
        ({"what": "a", "page": "../x"}, 404, "Aucune page"),
        ({"what": "a", "team": "x"}, 422, "team"),
        ({}, 422, "what"),
    ],
)
def test_what_the_form_refuses_is_refused(
    sent: dict[str, object], status: int, said: str, send: Send, instance: "Instance"
) -> None:
    given, told = send(**{"page": "lora", **sent})
    assert (given, said in str(told)) == (status, True), told
    assert not waiting(instance)


def test_it_takes_its_scope(send: Send, client: "FlaskClient", instance: "Instance") -> None:
    assert client.post(ADDRESS, json={"what": "a"}).status_code == 401
    status, told = send("read", "write", page="lora", what="Une grange")
    assert status == 403 and "propose" in told["detail"] and not waiting(instance)
