"""Suggested edits: an account proposes, the team answers each passage by itself."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from wiki.editing.review import proposals as proposing
from wiki.mail_dispatch import deliver
from wiki.people.review import proposals
from wiki.people.review.choices import choices_of
from wiki.testing import token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

HEAD = "---\nteam: ['[[personnes/awa]]']\neditors: team\n---\n\n"
PAGE = f"{HEAD}# Accueil\n\nUne ferme à Plouha.\n\n## Terre\n\nUn champ.\n\nDeux vaches.\n"
CHANGED = PAGE.replace("Une ferme", "Une grande ferme").replace("Un champ", "Trois champs")
WRITER = "marc@example.org"


@pytest.fixture
def page(write: Callable[..., str]) -> str:
    return write({"accueil.md": PAGE, "personnes/awa.md": "---\ntype: person\n---\n# Awa\n"})


@pytest.fixture
def owner(
    page: str, person: Callable[..., "Person"], log_in: "Callable[[Person], FlaskClient]"
) -> "FlaskClient":
    return log_in(person("Awa", page="personnes/awa"))


@pytest.fixture
def marc(
    page: str, person: Callable[..., "Person"], log_in: "Callable[[Person], FlaskClient]"
) -> "FlaskClient":
    return log_in(person("Marc"))


def suggest(client: "FlaskClient", text: str = CHANGED) -> str:
    sent = {"text": text, "message": "plus juste", "csrf_token": token(client, "/-/new")}
    answer = client.post("/-/propose/accueil", data=sent)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def only(instance: "Instance") -> proposals.Proposal:
    (listed,) = proposals.waiting_for(instance.private, ["accueil"])
    found = proposing.find(instance, listed.id)
    assert found is not None
    return found


def keys(client: "FlaskClient", id: str) -> list[str]:
    shown = client.get(f"/-/moderation/proposal/{id}").get_data(as_text=True)
    return re.findall(r'name="piece" value="(\w+)"', shown)


def answer(client: "FlaskClient", id: str, **fields: str) -> "TestResponse":
    fields.setdefault("csrf_token", token(client, "/-/new"))
    return client.post(f"/-/moderation/proposal/{id}", data=fields)


def mails(instance: "Instance") -> Iterator[str]:
    from email import message_from_bytes, policy

    deliver(instance)
    for file in sorted((instance.settings.instance / "outbox").glob("*.eml")):
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        yield f"{message['To']}\n{message['Subject']}\n{body.get_content()}"


def test_a_member_suggests_and_the_team_takes_one_passage_and_not_the_other(
    instance: "Instance", marc: "FlaskClient", owner: "FlaskClient", client: "FlaskClient"
) -> None:
    shown = marc.get("/accueil").get_data(as_text=True)
    assert "Proposer une modification" in shown and 'href="/-/propose/accueil"' in shown
    assert "Proposer une modification" not in client.get("/accueil").get_data(as_text=True)
    url = suggest(marc)
    held = only(instance)
    assert instance.repository.head() in str(instance.proposed.read(held.id, "accueil.md"))
    card = owner.get(f"/-/moderation/proposal/{held.id}").get_data(as_text=True)
    assert re.search(r"</span>\s*grande", card) and "Terre" in card and "Tout accepter" in card
    first, second = keys(owner, held.id)
    taken = answer(owner, held.id, action="take", piece=first)
    assert taken.status_code == 303 and taken.location.endswith(f"#piece-{second}")
    assert "grande ferme" in client.get("/accueil").get_data(as_text=True)
    assert "Trois champs" not in client.get("/accueil").get_data(as_text=True)
    commit = instance.repository.commit_info(instance.repository.head())
    assert commit.author_name == "Marc"
    assert commit.message.startswith("plus juste\n\nAccepted-by: Awa <")
    assert "Co-authored-by" not in commit.message
    assert "Accepté" in marc.get(url).get_data(as_text=True)
    assert list(mails(instance)) == [], "nobody is told before all is answered"

    again = answer(owner, held.id, action="take", piece=first)
    assert again.status_code == 409, "a second click, or another tab, does nothing more"
    left = answer(owner, held.id, action="leave", piece=second, words="Un seul champ, merci.")
    assert left.status_code == 303
    found = proposing.find(instance, held.id)
    assert found is not None and found.state == proposals.PARTLY
    (mail,) = mails(instance)
    assert mail.startswith(f"{WRITER}\n") and "acceptée en partie" in mail
    assert "«\u00a0Trois champs.\u00a0»\nUn seul champ, merci." in mail.replace("\r", "")
    told = marc.get(url).get_data(as_text=True)
    assert "Un seul champ, merci." in told and "Trois champs" in told
    assert instance.proposed.held() == {}


def test_all_declined_one_by_one_without_a_word(
    instance: "Instance", marc: "FlaskClient", owner: "FlaskClient"
) -> None:
    suggest(marc)
    held = only(instance)
    for key in keys(owner, held.id):
        assert answer(owner, held.id, action="leave", piece=key).status_code == 303
    found = proposing.find(instance, held.id)
    assert found is not None and found.state == proposals.DECLINED
    (mail,) = mails(instance)
    assert "«\u00a0Une grande ferme à Plouha.\u00a0»" in mail


def test_the_rest_is_accepted_at_once_without_what_was_declined(
    instance: "Instance", marc: "FlaskClient", owner: "FlaskClient", client: "FlaskClient"
) -> None:
    suggest(marc, CHANGED.replace("Deux vaches.", "Deux vaches.\n\nUn âne."))
    held = only(instance)
    first, *_others = keys(owner, held.id)
    answer(owner, held.id, action="leave", piece=first)
    card = owner.get(f"/-/moderation/proposal/{held.id}").get_data(as_text=True)
    (seen,) = re.findall(r'name="seen" value="(\w+)"', card)
    assert answer(owner, held.id, action="accept", seen=seen).status_code == 303
    shown = client.get("/accueil").get_data(as_text=True)
    assert "Trois champs" in shown and "Un âne" in shown and "grande" not in shown
    states = [one.state for one in choices_of(instance.private, held.id).values()]
    assert sorted(states) == ["accepted", "accepted", "declined"]


def test_a_passage_that_collides_shows_both_and_is_settled_with_a_click(
    instance: "Instance",
    marc: "FlaskClient",
    owner: "FlaskClient",
    client: "FlaskClient",
    write: Callable[..., str],
) -> None:
    suggest(marc)
    held = only(instance)
    write({"accueil.md": PAGE.replace("Un champ.", "Neuf prés.").replace("Deux v", "Dix v")})
    card = owner.get(f"/-/moderation/proposal/{held.id}").get_data(as_text=True)
    assert "Neuf prés." in card and "Prendre le texte proposé" in card and "<<<<" not in card
    first, second = keys(owner, held.id)
    marks = re.findall(r'name="mark" value="(\w*)"', card)
    assert marks[0] == "" and marks[1]
    refused = answer(owner, held.id, action="take", piece=second)
    assert refused.status_code == 409 and "Neuf prés." in refused.get_data(as_text=True)
    write({"accueil.md": PAGE.replace("Un champ.", "Huit prés.").replace("Deux v", "Dix v")})
    stale = answer(owner, held.id, action="take-mine", piece=second, mark=marks[1])
    assert stale.status_code == 409, "the page has changed again: it is read once more"
    mark = re.findall(r'name="mark" value="(\w*)"', stale.get_data(as_text=True))[1]
    both = answer(owner, held.id, action="take-both", piece=second, mark=mark)
    assert both.status_code == 303
    shown = client.get("/accueil").get_data(as_text=True)
    assert "Huit prés." in shown and "Trois champs." in shown and "Dix vaches" in shown
    assert answer(owner, held.id, action="take", piece=first).status_code == 303
    found = proposing.find(instance, held.id)
    assert found is not None and found.state == proposals.ACCEPTED


def test_what_its_writer_changes_meanwhile_is_not_what_was_read(
    instance: "Instance", marc: "FlaskClient", owner: "FlaskClient"
) -> None:
    url = suggest(marc)
    held = only(instance)
    first, second = keys(owner, held.id)
    answer(owner, held.id, action="take", piece=first)
    bait = CHANGED.replace("Trois champs", "Rien")
    marc.post(url, data={"csrf_token": token(marc, f"{url}/edit"), "text": bait})
    late = answer(owner, held.id, action="take", piece=second)
    assert late.status_code == 409 and re.search(r"</span>\s*Rien", late.get_data(as_text=True))
    (other,) = keys(owner, held.id)
    assert other not in (first, second)


def test_who_wrote_in_it_is_named_beside_its_writer(
    instance: "Instance", marc: "FlaskClient", owner: "FlaskClient"
) -> None:
    suggest(marc)
    held = only(instance)
    better = CHANGED.replace("grande", "très grande")
    sent = answer(owner, held.id, text=better, base=instance.repository.head())
    assert sent.status_code == 303
    commit = instance.repository.commit_info(instance.repository.head())
    trailers = commit.message.partition("\n\n")[2].splitlines()
    assert [line.partition(":")[0] for line in trailers] == ["Accepted-by", "Co-authored-by"]


def test_rights_stay_where_they_are(
    instance: "Instance",
    marc: "FlaskClient",
    owner: "FlaskClient",
    page: str,
    write: Callable[..., str],
) -> None:
    write({"secret.md": "---\nvisibility: team\nteam: ['[[personnes/awa]]']\n---\n# Canarizzz\n"})
    csrf = token(marc, "/-/new")
    for path, status in (("secret", 404), ("accueil/jamais", 403)):
        sent = marc.post(f"/-/propose/{path}", data={"csrf_token": csrf, "text": "# A\n"})
        assert sent.status_code == status, path
    opened = PAGE.replace("editors: team", "editors: anyone")
    sent = marc.post("/-/propose/accueil", data={"csrf_token": csrf, "text": opened})
    assert sent.status_code == 422
    suggest(marc)
    held = only(instance)
    assert marc.get(f"/-/moderation/proposal/{held.id}").status_code == 404, "nor one's own"
    for action in ("take", "leave"):
        assert answer(marc, held.id, action=action, piece="x", csrf_token=csrf).status_code == 404
    for piece in ("", "x", "../..", "é"):
        assert answer(owner, held.id, action="take", piece=piece).status_code == 409
