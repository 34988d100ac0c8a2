"""Forms and buttons over HTTP: what they write, what they refuse, twice as once."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from wiki.api.reading import get_page
from wiki.testing import token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

NEEDS = "::: besoins\n- [ ] un avis #radio vu:2020-01-01 {#b-aaaaaaaa}\n\n:::\n"


@pytest.fixture(autouse=True)
def wiki(write: Callable[..., str]) -> None:
    write(
        {
            "lora.md": "---\ntype: project\nteam: [personnes/awa]\n---\n# LoRa\n",
            "lora/besoins.md": f"# Besoins\n\n{NEEDS}",
            "lora/historique.md": "::: historique\n- 2026-01-01 idée — Début\n\n:::\n",
            "membres.md": "---\ntype: project\nvisibility: members\n---\n# Caché\n",
            "personnes/awa.md": "---\ntype: person\n---\n# Awa\n",
            "personnes/marc.md": "---\ntype: person\n---\n# Marc\n",
        }
    )


@pytest.fixture
def awa(person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]") -> Any:
    return log_in(person("Awa", page="personnes/awa"))


def send(client: "FlaskClient", url: str, form: str = "", **data: str) -> Any:
    page = client.get(form or url).get_data(as_text=True)
    hidden = dict(re.findall(r'type="hidden" name="(key|base|page)" value="([^"]*)"', page))
    csrf = token(client, form or url)
    return client.post(url, data={**hidden, "csrf_token": csrf, **data})


def text(instance: "Instance", path: str) -> str:
    from wiki.reading import Reader

    return get_page(Reader(instance, audience=frozenset({"all"})), path).text


def test_a_need_is_written_where_the_needs_of_the_project_are(
    awa: "FlaskClient", instance: "Instance"
) -> None:
    data = {"what": "Une ferme", "keyword": "radio", "keywords": "essai", "places": "Bretagne"}
    form = "/-/needs/new?page=lora"
    answer = send(awa, "/-/needs/new", form, **data, before="2099-01-01")
    assert answer.status_code == 303
    line = "- [ ] Une ferme #radio #essai @Bretagne avant:2099-01-01 {#"
    before = f"# Besoins\n\n{NEEDS}"
    after = text(instance, "lora/besoins")
    identity = answer.location.rpartition("/")[2]
    assert after == before.replace("\n\n:::\n", f"\n{line}{identity}}}\n\n:::\n")
    assert "Une ferme" in awa.get(answer.location).get_data(as_text=True)


def test_pages_lead_to_the_form_of_what_can_be_said_there(awa: "FlaskClient") -> None:
    mine = awa.get("/personnes/awa").get_data(as_text=True)
    assert "/-/offers/new?page=personnes" in mine and "/-/needs/new?page=personnes" not in mine
    needs = awa.get("/lora/besoins").get_data(as_text=True)
    assert "/-/needs/new?page=lora" in needs and "/-/offers/new?page=lora" in needs
    assert "/-/offers/new" not in awa.get("/personnes/marc").get_data(as_text=True)


def test_the_same_form_sent_twice_writes_one_need(awa: "FlaskClient", instance: "Instance") -> None:
    form = "/-/needs/new?page=lora"
    csrf = token(awa, form)
    data = {"what": "Une ferme", "page": "lora", "key": "b-77777777", "csrf_token": csrf}
    answers = [awa.post("/-/needs/new", data=data) for _number in range(2)]
    assert {one.location for one in answers} == {"/-/needs/b-77777777"}
    assert text(instance, "lora/besoins").count("Une ferme") == 1
    # A form that was opened anew, since the first answer was late, writes it no second time either.
    again = awa.post("/-/needs/new", data={**data, "key": "b-88888888"})
    assert again.location == "/-/needs/b-77777777"
    more = awa.post("/-/needs/new", data={**data, "key": "b-99999999", "details": "En Bretagne."})
    assert more.location == "/-/needs/b-99999999", "what is said besides is not lost"
    # The key of another's line is not taken: it gets one of its own.
    other = awa.post("/-/needs/new", data={**data, "what": "Un tracteur", "key": "b-aaaaaaaa"})
    assert other.status_code == 303 and "b-aaaaaaaa" not in other.location


def test_who_offers_and_has_no_page_is_given_one(
    instance: "Instance",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    from wiki.people.accounts import get_person

    lea = person("Léa")
    client = log_in(lea)
    answer = send(client, "/-/offers/new", what="Deux heures", availability="1")
    assert answer.status_code == 303
    now = get_person(instance.private, lea.id)
    assert now is not None and now.page == "personnes/lea"
    assert "::: offres\n- [ ] Deux heures dispo:un-peu {#o-" in text(instance, "personnes/lea")
    send(client, "/-/offers/new", what="Un fer à souder")
    assert text(instance, "personnes/lea").count("- [ ] ") == 2


def test_what_cannot_be_written_is_told_and_kept(awa: "FlaskClient", instance: "Instance") -> None:
    form = "/-/needs/new?page=lora"
    for data, field in (
        ({"what": "#radio", "details": "gardé"}, "what"),
        ({"what": "Un avis", "details": "gardé\n::: besoins\n- autre"}, "what"),
        ({"what": "Un avis", "details": "gardé", "before": "demain"}, "before"),
    ):
        answer = send(awa, "/-/needs/new", form, **data)
        html = answer.get_data(as_text=True)
        assert answer.status_code == 422, data
        assert "gardé" in html and f'id="f-{field}-error"' in html
    assert text(instance, "lora/besoins") == f"# Besoins\n\n{NEEDS}"


def test_an_item_is_changed_by_the_same_form_and_joined(
    awa: "FlaskClient", instance: "Instance", write: Callable[..., str]
) -> None:
    url = "/-/needs/b-aaaaaaaa/edit"
    page = awa.get(url).get_data(as_text=True)
    assert "un avis" in page and "radio" in page
    base = re.findall(r'name="base" value="(\w+)"', page)[0]
    csrf = token(awa, url)
    write({"lora/besoins.md": f"# Besoins, autrement\n\n{NEEDS}"})
    sent = {"what": "un avis écrit", "keywords": "radio", "base": base, "csrf_token": csrf}
    assert awa.post(url, data=sent).status_code == 303
    now = text(instance, "lora/besoins")
    assert now.startswith("# Besoins, autrement\n")
    # It slept: who changes it has news of it.
    assert re.search(r"- \[ \] un avis écrit #radio vu:20\d\d-\d\d-\d\d \{#b-aaaaaaaa\}\n", now)
    # The same line, changed by others meanwhile: told, and what was typed is kept.
    answer = awa.post(url, data={**sent, "what": "un autre avis"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "un autre avis" in html and "un avis écrit" in html


def test_taps_are_posts_and_twice_is_once(awa: "FlaskClient", instance: "Instance") -> None:
    url = "/-/needs/b-aaaaaaaa"
    csrf = token(awa, f"{url}/edit")
    for act, box in (("renew", " "), ("withdraw", "-"), ("reopen", " ")):
        assert awa.get(f"{url}/{act}").status_code in (404, 405)
        assert awa.post(f"{url}/{act}").status_code == 400
        heads = set()
        for _number in range(2):
            answer = awa.post(f"{url}/{act}", data={"csrf_token": csrf, "next": "/-/needs"})
            assert (answer.status_code, answer.location) == (303, "/-/needs")
            heads.add(instance.repository.head())
        assert len(heads) == 1, act
        assert re.search(rf"- \[{box}\] un avis #radio vu:2", text(instance, "lora/besoins"))


def test_met_is_told_in_the_story_once(awa: "FlaskClient", instance: "Instance") -> None:
    url = "/-/needs/b-aaaaaaaa/met"
    for _number in range(2):
        answer = send(awa, url, who="Marc", words="et un *café*", told="1")
        assert answer.status_code == 303
    line = text(instance, "lora/besoins")
    assert "- [x] un avis — trouvé avec [[personnes/marc]] (et un *café*) #radio" in line
    story = text(instance, "lora/historique")
    assert story.count("Trouvé : un avis — trouvé avec [[personnes/marc]]") == 1
    assert story.index("Trouvé") > story.index("Début") or story.index("Trouvé") > 0
    csrf = token(awa, "/-/needs/b-aaaaaaaa/met")
    awa.post("/-/needs/b-aaaaaaaa/reopen", data={"csrf_token": csrf})
    assert re.search(r"- \[ \] un avis #radio vu:\S+ \{#b", text(instance, "lora/besoins"))


def test_a_page_that_others_may_not_know_of_is_not_named(awa: "FlaskClient") -> None:
    url = "/-/needs/b-aaaaaaaa/met"
    for who in ("membres", "nulle part"):
        answer = send(awa, url, who=who)
        assert answer.status_code == 422
        assert 'id="f-who-error"' in answer.get_data(as_text=True)


def test_only_the_team_does_it_and_others_learn_nothing(
    client: "FlaskClient",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
    instance: "Instance",
) -> None:
    other = log_in(person("Autre"))
    csrf = token(other, "/-/offers/new")
    head = instance.repository.head()
    for act in ("renew", "withdraw", "met", "edit", "reopen"):
        answer = other.post(f"/-/needs/b-aaaaaaaa/{act}", data={"csrf_token": csrf, "what": "x"})
        assert answer.status_code == 403, act
    assert other.get("/-/needs/new?page=lora").status_code == 403
    assert client.get("/-/needs/new?page=lora").status_code in (302, 303, 403)
    assert "item-tools" not in other.get("/-/needs/b-aaaaaaaa").get_data(as_text=True)
    assert instance.repository.head() == head


def test_a_line_taken_out_by_hand_is_told_kindly(
    awa: "FlaskClient", write: Callable[..., str]
) -> None:
    csrf = token(awa, "/-/needs/b-aaaaaaaa/edit")
    write({"lora/besoins.md": "# Besoins\n"})
    for act in ("renew", "withdraw", "met", "edit", "reopen"):
        answer = awa.post(f"/-/needs/b-aaaaaaaa/{act}", data={"csrf_token": csrf, "what": "x"})
        assert answer.status_code == 404
        assert "historique de la page" in answer.get_data(as_text=True)


def test_sleeping_ones_say_so_and_come_last(
    client: "FlaskClient", awa: "FlaskClient", write: Callable[..., str]
) -> None:
    lines = "".join(f"- besoin {n} {{#b-{n:08}}}\n" for n in range(20))
    write({"autres.md": f"::: besoins\n{lines}\n:::\n"})
    json = {"Accept": "application/json"}
    pages = [client.get(f"/-/needs?from={n}", headers=json).get_json() for n in (0, 20)]
    assert {one["total"] for one in pages} == {21}
    assert [one["id"] for one in pages[1]["results"]] == ["b-aaaaaaaa"]
    assert pages[1]["results"][0]["state"] == "sleeping"
    states = {one["value"]: one["count"] for one in pages[0]["facets"]["state"]}
    assert states == {"open": 20, "sleeping": 1}
    html = client.get("/-/needs?state=sleeping&lang=fr").get_data(as_text=True)
    assert re.search(r"sans nouvelles depuis \d+ ans", html)
    assert 'action="/-/needs/b-aaaaaaaa/renew"' in awa.get("/lora").get_data(as_text=True)
    assert "un avis" in awa.get("/-/account").get_data(as_text=True)


def test_a_newcomer_s_need_is_held_until_someone_of_the_team_has_read_it(
    instance: "Instance",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
    write: Callable[..., str],
) -> None:
    from sqlalchemy import update

    from wiki.people.models.accounts import PersonRow

    write({"lora.md": "---\ntype: project\nteam: [personnes/awa]\neditors: members\n---\n# LoRa\n"})
    newcomer, team = person("Nora"), log_in(person("Awa", page="personnes/awa"))
    with instance.private.session() as session:
        held = update(PersonRow).where(PersonRow.id == newcomer.id)
        session.execute(held.values(held=instance.private.now()))
    nora = log_in(newcomer)
    assert "/-/needs/new?page=lora" in nora.get("/lora").get_data(as_text=True)
    form = "/-/needs/new?page=lora"
    assert "est relu avant de paraître" in nora.get(form).get_data(as_text=True)
    head = instance.repository.head()
    answer = send(nora, "/-/needs/new", form, what="Une grange à louer")
    assert answer.status_code == 303 and instance.repository.head() == head
    account = nora.get(answer.location).get_data(as_text=True)
    assert "Merci. Ce que vous avez écrit sera relu" in account and "/-/proposal/" in account
    assert "Une grange" not in team.get("/-/needs").get_data(as_text=True)
    waiting = re.search(
        r'href="/-/moderation/proposal/(\w+)"', team.get("/-/account").get_data(True)
    )
    assert waiting, "whoever looks after the page is told"
    assert nora.get("/-/needs/new?page=membres").status_code == 403
    # Pressed twice, it is one.
    page = nora.get(form).get_data(as_text=True)
    hidden = dict(re.findall(r'type="hidden" name="(key|page)" value="([^"]*)"', page))
    data = {**hidden, "csrf_token": token(nora, form), "what": "Un tracteur"}
    for _twice in range(2):
        assert nora.post("/-/needs/new", data=data).status_code == 303
    assert nora.get("/-/account").get_data(as_text=True).count('href="/-/proposal/') == 2


def test_who_is_of_the_team_is_not_asked_to_answer_themselves(
    awa: "FlaskClient", client: "FlaskClient"
) -> None:
    mine = awa.get("/-/needs/b-aaaaaaaa").get_data(as_text=True)
    assert "Et maintenant" in mine and "Vous pouvez aider" not in mine
    assert "/-/introductions/answer/" not in mine
    assert "/-/introductions/answer/" not in awa.get("/lora").get_data(as_text=True)
    theirs = client.get("/-/needs/b-aaaaaaaa").get_data(as_text=True)
    assert "Vous pouvez aider" in theirs and "Et maintenant" not in theirs


def test_what_a_newcomer_without_a_page_offers_is_held_with_their_first_page(
    instance: "Instance",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    from sqlalchemy import update

    from wiki.people.accounts import find_person
    from wiki.people.models.accounts import PersonRow

    newcomer, admin = person("Nour"), log_in(person("Awa", role="admin"))
    with instance.private.session() as session:
        held = update(PersonRow).where(PersonRow.id == newcomer.id)
        session.execute(held.values(held=instance.private.now()))
    nour, head = log_in(newcomer), instance.repository.head()
    assert "est relu avant de paraître" in nour.get("/-/offers/new").get_data(as_text=True)
    typed = {"what": "Relire un budget", "availability": "2", "key": "o-nour0001"}
    typed["csrf_token"] = token(nour, "/-/offers/new")
    for _twice in range(2):
        answer = nour.post("/-/offers/new", data=typed)
        assert answer.location == "/-/account" and instance.repository.head() == head
    account = nour.get("/-/account").get_data(as_text=True)
    assert "Merci. Ce que vous avez écrit sera relu" in account
    waiting = re.findall(
        r'href="(/-/moderation/proposal/\w+)"', admin.get("/-/moderation").get_data(True)
    )
    assert waiting and len(set(waiting)) == 1, "pressed twice, it waits once"
    card = admin.get(waiting[0]).get_data(as_text=True)
    assert "Relire un budget" in card
    seen = re.search(r'name="seen" value="([^"]*)"', card)
    accepted = {"action": "accept", "csrf_token": token(admin, waiting[0])}
    admin.post(waiting[0], data={**accepted, **({"seen": seen[1]} if seen else {})})
    assert "Relire un budget" in nour.get("/-/offers").get_data(as_text=True)
    known = find_person(instance.private, newcomer.email)
    assert known is not None and known.page == "personnes/nour" and not known.held


def test_an_account_that_reads_is_told_what_is_open_to_it(
    person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> None:
    said = log_in(person("Lise", role="reader")).get("/-/offers/new").get_data(as_text=True)
    assert "avoir ici de page à vous" in said and "/-/new" not in said.partition("<main")[2]


def test_a_visitor_says_what_they_give_before_they_have_an_account(
    instance: "Instance", client: "FlaskClient"
) -> None:
    """Where someone tries the wiki alone, their address makes the account at once."""
    form = client.get("/-/offers/new")
    assert form.status_code == 200 and "Set-Cookie" not in form.headers
    typed = {"what": "Une heure de relecture #radio", "keyword": "lora", "availability": "1"}
    refused = client.post("/-/offers/new", data={**typed, "what": ""})
    assert refused.status_code == 422
    last = client.post("/-/offers/new", data=typed).location
    assert "Une heure de relecture" in client.get(last).get_data(as_text=True)
    begun = client.get(f"/-/offers/new?kept={last.rsplit('/', 1)[1]}").get_data(as_text=True)
    assert "Une heure de relecture #radio" in begun, "it can be changed before it is sent"
    known = {"csrf_token": token(client, last), "name": "Zoé", "email": "zoe@example.net"}
    there = client.post(last, data=known)
    assert there.location.startswith("/-/offers/o-")
    said = client.get(there.location).get_data(as_text=True)
    assert "Une heure de relecture" in said and "Zoé" in said
    assert client.get(last).location == there.location


def test_needs_that_ask_the_same_are_told_before_it_is_saved(
    awa: "FlaskClient",
    instance: "Instance",
    write: Callable[..., str],
    client: "FlaskClient",
) -> None:
    object.__setattr__(instance.settings, "encoder", "off")
    one = "- [{box}] Relire le {subject} de nos capteurs {{#b-{key}}}\n"
    write(
        {
            "eau.md": "# Eau\n\n::: besoins\n"
            + one.format(box=" ", subject="protocole radio", key="eaueaue1")
            + one.format(box="x", subject="protocole radio", key="eaueaue2")
            + "\n:::\n",
            "clos.md": "---\nvisibility: admins\n---\n# Clos\n\n::: besoins\n"
            + one.format(box=" ", subject="protocole radio", key="closclo1")
            + "\n:::\n",
        }
    )
    said = {"what": "Quelqu’un pour relire le protocole radio des capteurs"}
    # While one types, a visitor too: what one may read, and nothing of it is kept.
    part = client.post("/-/needs/duplicates", data=said).text
    assert "b-eaueaue1" in part and "Eau" in part and "<html" not in part
    assert "b-eaueaue2" not in part and "closclo1" not in part and "b-aaaaaaaa" not in part
    assert "b-" not in client.post("/-/needs/duplicates", data={"what": "Un tracteur"}).text
    # Who has no script is told once, with what was typed kept, and goes on.
    form = "/-/needs/new?page=lora"
    told = send(awa, "/-/needs/new", form, **said, details="Deux heures")
    assert told.status_code == 200 and "b-eaueaue1" in told.text and "closclo1" not in told.text
    assert "Deux heures" in told.text and "Le dire tout de même" in told.text
    assert "protocole" not in text(instance, "lora/besoins")
    assert send(awa, "/-/needs/new", form, **said, told="b-eaueaue1").status_code == 303
    assert "protocole" in text(instance, "lora/besoins")
    # What was sent by a form opened anew warns of no need of one's own, and leads to it.
    answers = [
        send(awa, "/-/needs/new", form, what="Prêter un oscilloscope pour mesurer la dérive")
        for _late in range(2)
    ]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].location == answers[1].location
