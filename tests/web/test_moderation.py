"""Proposals and reports over HTTP: sent by strangers, decided by those who look after the page."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from wiki.app import create_app
from wiki.editing.review import proposals as proposing
from wiki.mail_dispatch import deliver
from wiki.people.review import proposals, reports
from wiki.testing import token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

PAGE = "---\neditors: anyone\n---\n\n# Accueil\n\nUne ferme à Plouha.\n\nUn champ.\n"
CHANGED = PAGE.replace("Une ferme", "Une grande ferme")
CANARY = "canarizzz"


@pytest.fixture
def page(write: Callable[..., str]) -> str:
    return write({"accueil.md": PAGE, "prive.md": "---\nvisibility: team\n---\n# Privé\n"})


@pytest.fixture
def owner(
    page: str, person: Callable[..., "Person"], log_in: "Callable[[Person], FlaskClient]"
) -> "FlaskClient":
    return log_in(person("Awa"))


def propose(client: "FlaskClient", **fields: str) -> "TestResponse":
    sent = {"text": CHANGED, "message": "plus juste", **fields}
    sent.setdefault("csrf_token", token(client, "/-/propose/accueil"))
    return client.post("/-/propose/accueil", data=sent)


def waiting(instance: "Instance") -> list[proposals.Proposal]:
    paths = [path for path, _ in proposals.waiting_places(instance.private)]
    return proposals.waiting_for(instance.private, paths)


def decide(client: "FlaskClient", id: str, **fields: str) -> "TestResponse":
    url = f"/-/moderation/proposal/{id}"
    fields.setdefault("csrf_token", token(client, "/-/new"))
    fields.setdefault("seen", seen(client, url))
    return client.post(url, data=fields)


def seen(client: "FlaskClient", url: str) -> str:
    """What the card at ``url`` says that it shows."""
    found = re.search(r'name="seen" value="(\w+)"', client.get(url).get_data(as_text=True))
    return found[1] if found else ""


def mails(instance: "Instance") -> Iterator[str]:
    from email import message_from_bytes, policy

    deliver(instance)
    for file in sorted((instance.settings.instance / "outbox").glob("*.eml")):
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        yield f"{message['To']}\n{message['Subject']}\n{body.get_content()}"


def test_a_visitor_proposes_the_owner_accepts_and_the_visitor_is_told(
    instance: "Instance", client: "FlaskClient", owner: "FlaskClient"
) -> None:
    shown = client.get("/accueil").get_data(as_text=True)
    assert 'href="/-/propose/accueil"' in shown and "Proposer une modification" in shown
    sent = propose(client, name="Marc", email="marc@example.org")
    assert sent.status_code == 303
    mine = client.get(sent.location).get_data(as_text=True)
    assert "relu par" in mine and "<ins>grande" in mine
    assert "marc@example.org" not in mine
    (held,) = waiting(instance)
    assert "grande" not in client.get("/accueil").get_data(as_text=True)

    assert "À\u00a0relire\u00a0(1)" in owner.get("/accueil").get_data(as_text=True)
    # On a phone too, where the menu is folded, on whatever page; not to others.
    for url in ("/accueil", "/nulle-part", "/-/diff/accueil?from=zz"):
        menu = owner.get(url).get_data(as_text=True).partition('<details class="site-menu')[2]
        assert "<b>1<span" in menu.partition("</summary>")[0], url
    assert "<b>1<span" not in client.get("/nulle-part").get_data(as_text=True)
    queue = owner.get("/-/moderation").get_data(as_text=True)
    assert "Marc (visiteur) propose" in queue
    card = owner.get(f"/-/moderation/proposal/{held.id}").get_data(as_text=True)
    assert re.search(r"</span>\s*grande", card) and "marc@example.org" not in queue + card
    assert decide(owner, held.id, action="accept").status_code == 303
    assert "grande ferme" in client.get("/accueil").get_data(as_text=True)
    assert "À relire" not in owner.get("/accueil").get_data(as_text=True)

    commit = instance.repository.commit_info(instance.repository.head())
    assert commit.author_name == "Marc (visiteur)"
    assert commit.author_mail.endswith("@visitors.invalid")
    assert commit.message.startswith("plus juste\n\nAccepted-by: Awa <")
    assert "Acceptée" in client.get(sent.location).get_data(as_text=True)
    (mail,) = mails(instance)
    assert mail.startswith("marc@example.org\n") and "Accueil" in mail
    kept = proposing.find(instance, held.id)
    assert kept is not None and (kept.email, kept.text, kept.sender) == ("", "", "")


def test_a_no_says_why_and_spam_is_told_nothing(
    instance: "Instance", client: "FlaskClient", owner: "FlaskClient", app: "Flask"
) -> None:
    sent = propose(client, email="marc@example.org")
    (held,) = waiting(instance)
    without = decide(owner, held.id, action="decline")
    assert without.status_code == 422
    decide(owner, held.id, action="decline", reason="source", words="Merci quand même.")
    told = client.get(sent.location).get_data(as_text=True)
    assert "d’où" in told and "Merci quand même." in told
    (mail,) = mails(instance)
    assert "Merci quand même." in mail

    other = app.test_client()
    propose(other, email="spam@example.org")
    propose(other, text=f"{CHANGED}\nEncore.\n")
    for one in waiting(instance)[:1]:
        sent_aside = owner.post(
            "/-/moderation", data={"spam": one.id, "csrf_token": token(owner, "/-/new")}
        )
        assert sent_aside.status_code == 303
    assert waiting(instance) == []  # all from there
    assert len(list(mails(instance))) == 1
    again = propose(other)
    assert again.status_code == 429 and int(again.headers["Retry-After"]) > 86_400
    assert "grande ferme" in again.get_data(as_text=True)


def test_changed_then_accepted(
    instance: "Instance", client: "FlaskClient", owner: "FlaskClient"
) -> None:
    sent = propose(client)
    (held,) = waiting(instance)
    form = owner.get(f"/-/moderation/proposal/{held.id}/edit").get_data(as_text=True)
    assert "Une grande ferme" in form and "Proposé par" in form
    (base,) = re.findall(r'name="base" value="(\w+)"', form)
    better = CHANGED.replace("grande", "très grande")
    assert decide(owner, held.id, text=better, base=base).status_code == 303
    assert "très grande ferme" in client.get("/accueil").get_data(as_text=True)
    assert "avec des retouches" in client.get(sent.location).get_data(as_text=True)


def test_a_conflict_shows_both_texts(
    instance: "Instance", client: "FlaskClient", owner: "FlaskClient", write: Callable[..., str]
) -> None:
    propose(client, base=instance.repository.head())
    write({"accueil.md": PAGE.replace("Une ferme", "Une petite ferme")})
    (held,) = waiting(instance)
    answer = decide(owner, held.id, action="accept")
    said = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Une grande ferme" in said and "Une petite ferme" in said
    assert f'action="/-/moderation/proposal/{held.id}"' in said
    (base,) = re.findall(r'name="base" value="(\w+)"', said)
    assert decide(owner, held.id, text=CHANGED, base=base).status_code == 303
    assert "grande ferme" in client.get("/accueil").get_data(as_text=True)
    assert waiting(instance) == []


def test_other_lines_are_merged(
    instance: "Instance", client: "FlaskClient", owner: "FlaskClient", write: Callable[..., str]
) -> None:
    propose(client, base=instance.repository.head())
    write({"accueil.md": PAGE.replace("Un champ", "Deux champs")})
    (held,) = waiting(instance)
    decide(owner, held.id, action="accept")
    shown = client.get("/accueil").get_data(as_text=True)
    assert "grande ferme" in shown and "Deux champs" in shown


def test_one_takes_back_or_changes_what_waits(
    instance: "Instance", client: "FlaskClient", owner: "FlaskClient"
) -> None:
    url = propose(client).location
    csrf = token(client, f"{url}/edit")
    changed = CHANGED.replace("grande", "vaste")
    assert client.post(url, data={"csrf_token": csrf, "text": changed}).status_code == 303
    (held,) = waiting(instance)
    kept = proposing.find(instance, held.id)
    assert kept is not None and "vaste" in kept.text
    taken = client.post(url, data={"csrf_token": csrf, "action": "withdraw"})
    assert taken.status_code == 303
    assert waiting(instance) == []
    again = client.post(url, data={"csrf_token": csrf, "action": "withdraw"})
    assert again.status_code == 404
    assert "repris" in client.get(url).get_data(as_text=True)
    late = decide(owner, held.id, action="accept")
    assert late.status_code == 409 and "vaste" not in client.get("/accueil").get_data(as_text=True)


def test_what_is_accepted_is_what_was_read(
    instance: "Instance", client: "FlaskClient", owner: "FlaskClient"
) -> None:
    """Else a stranger shows a harmless text, and puts another in its place before the tap."""
    url = propose(client).location
    (held,) = waiting(instance)
    read = seen(owner, f"/-/moderation/proposal/{held.id}")
    bait = CHANGED.replace("grande", "odieuse")
    client.post(url, data={"csrf_token": token(client, f"{url}/edit"), "text": bait})
    for stale in (read, ""):
        late = decide(owner, held.id, action="accept", seen=stale)
        assert late.status_code == 409
        assert re.search(r"</span>\s*odieuse", late.get_data(as_text=True)), (
            "and the new text is shown"
        )
    assert "odieuse" not in client.get("/accueil").get_data(as_text=True)
    assert decide(owner, held.id, action="accept").status_code == 303


def test_a_preview_costs_work_that_no_stranger_asks_for_without_end(
    instance: "Instance", page: str
) -> None:
    few = replace(instance, settings=replace(instance.settings, searches_per_minute=2))
    client = create_app(few).test_client()
    csrf = token(client, "/-/propose/accueil")
    answers = [propose(client, preview="1", csrf_token=csrf) for _time in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert "grande ferme" in answers[2].get_data(as_text=True), "the text is kept"


def test_a_forged_link_leads_nowhere(
    instance: "Instance", client: "FlaskClient", page: str
) -> None:
    url = propose(client).location
    (held,) = waiting(instance)
    for forged in (held.id, f"{held.id}.", f"{held.id}.{'0' * 40}", f"x.{url.partition('.')[2]}"):
        assert client.get(f"/-/proposal/{forged}").status_code == 404
        assert client.get(f"/-/proposal/{forged}é/edit").status_code == 404
    assert client.get(url).headers["Referrer-Policy"] == "no-referrer"
    # An id is no key to the queue either.
    assert client.get(f"/-/moderation/proposal/{held.id}").status_code == 302


def test_nothing_of_what_waits_is_public(
    instance: "Instance", client: "FlaskClient", owner: "FlaskClient", app: "Flask"
) -> None:
    text = CHANGED.replace("grande", CANARY)
    url = propose(client, text=text, message=CANARY, name=CANARY).location
    addresses = ["/", "/accueil", "/accueil.md", "/-/changes", "/-/changes.atom", "/sitemap.xml"]
    addresses += [f"/-/{word}/accueil" for word in ("history", "diff", "links", "pages", "report")]
    addresses += [f"/-/search?q={CANARY}", "/-/feed/accueil.atom", "/-/moderation", "/-/account"]
    stranger = app.test_client()
    for address in addresses:
        said = stranger.get(address).get_data(as_text=True).replace(f"q={CANARY}", "")
        assert CANARY not in said.replace(f'value="{CANARY}"', "").replace(f"“{CANARY}”", "") or (
            "search" in address
        ), address
    assert instance.repository.head() == instance.repository.head()
    assert CANARY in stranger.get(url).get_data(as_text=True)  # whoever has the link


def test_a_page_that_is_restricted_meanwhile_hides_what_waits(
    instance: "Instance",
    client: "FlaskClient",
    owner: "FlaskClient",
    write: Callable[..., str],
    person: Callable[..., "Person"],
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    url = propose(client).location
    (held,) = waiting(instance)
    write({"accueil.md": PAGE.replace("editors: anyone", "visibility: team")})
    for path in (url, f"{url}/edit"):
        assert client.get(path).status_code == 404
    assert owner.get(f"/-/moderation/proposal/{held.id}").status_code == 404
    assert "Accueil" not in owner.get("/-/moderation").get_data(as_text=True)
    assert decide(owner, held.id, action="accept").status_code == 404
    admin = log_in(person("Anne", role="admin"))
    assert admin.get(f"/-/moderation/proposal/{held.id}").status_code == 200


def test_what_a_visitor_may_not_read_or_write_is_answered_alike(
    client: "FlaskClient", page: str, write: Callable[..., str]
) -> None:
    write({"ferme.md": "---\neditors: team\n---\n# Fermé\n"})
    answers = {
        path: client.get(f"/-/propose/{path}").status_code
        for path in ("prive", "ferme", "rien", "accueil/rien")
    }
    assert set(answers.values()) == {302}
    csrf = token(client)
    for path in answers:
        sent = client.post(f"/-/propose/{path}", data={"csrf_token": csrf, "text": "# X\n"})
        assert sent.status_code == 403, path


#: texts that change rights, change nothing, or cannot be saved
UNPROPOSABLE = [
    PAGE.replace("editors: anyone", "editors: members"),
    PAGE.replace("editors: anyone", "editors: anyone\nvisibility: members"),
    PAGE.replace("editors: anyone", 'editors: anyone\nteam: ["[[personnes/moi]]"]'),
    PAGE.replace("editors: anyone", "editors: anyone\ntype: person"),
    PAGE.replace("editors: anyone\n", ""),
    PAGE.replace("editors: anyone", "editors: [anyone"),
    PAGE,
    "",
    "x" * 1_000_001,
]
HOSTILE = [
    {"name": "Marc\0"},
    {"name": "marc@example.org"},
    {"name": "<script>"},
    {"name": "Marc\u202e"},
    {"email": "a@example.org\r\nBcc: b@example.org"},
    {"email": "a@example.org, b@example.org"},
    {"email": "personne"},
]


def test_rights_nothing_and_too_much_are_not_proposed(
    instance: "Instance", client: "FlaskClient", page: str
) -> None:
    csrf = token(client, "/-/propose/accueil")
    for text in UNPROPOSABLE:
        assert propose(client, text=text, csrf_token=csrf).status_code in (413, 422), text[:80]
    for fields in HOSTILE:
        answer = propose(client, csrf_token=csrf, **fields)
        assert answer.status_code == 422, fields
        assert "Une grande ferme" in answer.get_data(as_text=True)  # what was written is kept
    assert propose(client, csrf_token=csrf, section="rien", base="0" * 40).status_code == 404
    assert waiting(instance) == []


def test_odd_fields_are_made_harmless(
    instance: "Instance", client: "FlaskClient", owner: "FlaskClient"
) -> None:
    message = "deux\r\nAccepted-by: Awa <x@people.invalid>"
    propose(client, name="Marc\r\nBcc: x", message=message, base="--output=x")
    (held,) = waiting(instance)
    decide(owner, held.id, action="accept")
    commit = instance.repository.commit_info(instance.repository.head())
    assert commit.author_name == "Marc Bcc: x (visiteur)"
    assert commit.message.count("\n") == 2
    assert commit.message.startswith("deux Accepted-by: Awa")


def test_missing_fields_are_answered(client: "FlaskClient", owner: "FlaskClient") -> None:
    csrf = token(client, "/-/propose/accueil")
    assert client.post("/-/propose/accueil", data={"csrf_token": csrf}).status_code == 422
    assert client.post("/-/propose/accueil", data={"text": CHANGED}).status_code == 400
    assert client.post("/-/report/accueil", data={"csrf_token": csrf}).status_code == 422
    assert decide(owner, "nobody", action="accept").status_code == 404


def test_of_two_who_answer_at_once_one_does(
    instance: "Instance",
    client: "FlaskClient",
    owner: "FlaskClient",
    person: Callable[..., "Person"],
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    propose(client)
    (held,) = waiting(instance)
    other = log_in(person("Marc"))
    first, second = token(owner, "/-/new"), token(other, "/-/new")
    before = len(instance.repository.commit_info(instance.repository.head()).parents)
    with ThreadPoolExecutor(2) as pool:
        answers = [
            pool.submit(decide, one, held.id, action=action, words="Non.", csrf_token=csrf)
            for one, action, csrf in ((owner, "accept", first), (other, "decline", second))
        ]
        codes = sorted(one.result().status_code for one in answers)
    assert codes == [303, 409] and before <= 1
    found = proposing.find(instance, held.id)
    assert found is not None
    accepted = "grande ferme" in client.get("/accueil").get_data(as_text=True)
    assert accepted == (found.state == proposals.ACCEPTED)
    assert decide(owner, held.id, action="accept").status_code == 409


def test_a_proposal_follows_its_page_and_brings_none_back(
    instance: "Instance",
    client: "FlaskClient",
    page: str,
    person: Callable[..., "Person"],
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    owner = log_in(person("Anne", role="admin"))
    url = propose(client).location
    csrf = token(owner, "/-/new")
    owner.post("/-/rename/accueil", data={"to": "bienvenue", "csrf_token": csrf})
    (held,) = waiting(instance)
    assert held.path == "bienvenue"
    assert client.get(url).status_code == 200
    owner.post("/-/delete/bienvenue", data={"csrf_token": csrf})
    card = owner.get(f"/-/moderation/proposal/{held.id}").get_data(as_text=True)
    assert "a été supprimée" in card
    assert decide(owner, held.id, action="accept").status_code == 409
    assert client.get("/bienvenue").status_code == 404
    owner.post(f"/-/restore/bienvenue?to={_before(instance)}", data={"csrf_token": csrf})
    assert decide(owner, held.id, action="accept").status_code == 303
    assert "grande ferme" in client.get("/bienvenue").get_data(as_text=True)


def _before(instance: "Instance") -> str:
    repository = instance.repository
    return repository.commit_info(repository.head()).parents[0]


def test_a_report_is_answered_with_one_tap(
    instance: "Instance",
    client: "FlaskClient",
    owner: "FlaskClient",
    person: Callable[..., "Person"],
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    csrf = token(client)
    sent = {"csrf_token": csrf, "reason": "mine", "words": "C’est moi."}
    assert client.post("/-/report/accueil", data=sent).status_code == 422  # no address
    sent["email"] = "marc@example.org"
    assert client.post("/-/report/accueil", data=sent).status_code == 303
    assert client.post("/-/report/prive", data=sent).status_code == 404
    assert client.get("/accueil").status_code == 200  # by itself it hides nothing
    paths = [path for path, _plea in reports.waiting_places(instance.private)]
    (found,) = reports.waiting_for(instance.private, paths)
    assert "C’est moi" not in owner.get("/-/moderation").get_data(as_text=True)
    url = f"/-/moderation/report/{found.id}"
    theirs = {"csrf_token": token(owner, "/-/new"), "action": "deleted"}
    assert owner.post(url, data=theirs).status_code == 404

    admin = log_in(person("Anne", role="admin"))
    queue = admin.get("/-/moderation").get_data(as_text=True)
    assert "C’est moi." in queue and "marc@example.org" not in queue
    ours = {"csrf_token": token(admin, "/-/new"), "action": "restricted", "words": "Fait."}
    assert admin.post(url, data={**ours, "action": "autre"}).status_code == 422
    assert admin.post(url, data=ours).status_code == 303
    assert client.get("/accueil").status_code == 404
    assert owner.get("/accueil").status_code == 404
    assert admin.get("/accueil").status_code == 200
    assert admin.post(url, data=ours).status_code == 409
    (mail,) = mails(instance)
    assert "Accueil" in mail and "Fait." in mail and "git" in mail
    answered = reports.find(instance.private, found.id)
    assert answered is not None and (answered.email, answered.state) == ("", "restricted")


def test_a_team_answers_for_its_page_but_for_who_is_spoken_of(
    instance: "Instance",
    client: "FlaskClient",
    person: Callable[..., "Person"],
    log_in: "Callable[[Person], FlaskClient]",
    write: Callable[..., str],
) -> None:
    write({"p/index.md": '---\ntype: project\nteam: ["[[personnes/awa]]"]\n---\n# P\n'})
    awa = log_in(person("Awa", page="personnes/awa"))
    csrf = token(client)
    for reason in ("spam", "mine"):
        sent = {"csrf_token": csrf, "reason": reason, "email": "marc@example.org"}
        assert client.post("/-/report/p", data=sent).status_code == 303
    queue = awa.get("/-/moderation").get_data(as_text=True)
    assert queue.count("/-/moderation/report/") == 1
    (id,) = re.findall(r"/-/moderation/report/(\w+)", queue)
    assert "Réserver à l’administration" not in queue
    sent = {"csrf_token": token(awa, "/-/new"), "action": "restricted"}
    assert awa.post(f"/-/moderation/report/{id}", data=sent).status_code == 404
    sent["action"] = "kept"
    assert awa.post(f"/-/moderation/report/{id}", data=sent).status_code == 303
    assert client.get("/p").status_code == 200


def test_a_newcomer_saves_as_ever_and_it_is_held(
    instance: "Instance",
    page: str,
    person: Callable[..., "Person"],
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    from sqlalchemy import text

    made = person("Nouvelle")
    with instance.private.session() as session:
        session.execute(text("UPDATE person SET held = created WHERE id = :id"), {"id": made.id})
    newcomer = log_in(made)
    assert newcomer.get("/-/edit/accueil").location == "/-/propose/accueil"
    sent = {"text": CHANGED, "csrf_token": token(newcomer, "/-/propose/accueil")}
    on = newcomer.post("/-/edit/accueil", data=sent)
    assert (on.status_code, on.location) == (307, "/-/propose/accueil")
    assert newcomer.post(on.location, data=sent).status_code == 303
    begun = {"type": "project", "title": "Une ferme", "csrf_token": token(newcomer, "/-/new")}
    assert newcomer.post("/-/new", data=begun, follow_redirects=True).status_code == 200
    assert {one.path for one in waiting(instance)} == {"accueil", "projets/une-ferme"}
    assert newcomer.get("/projets/une-ferme").status_code == 404
    for url in ("/-/attach/accueil", "/-/rename/accueil", "/-/delete/accueil"):
        refused = newcomer.post(url, data={"csrf_token": sent["csrf_token"], "to": "ailleurs"})
        assert refused.status_code == 403, url

    admin = log_in(person("Anne", role="admin"))
    (first, _second) = waiting(instance)
    card = admin.get(f"/-/moderation/proposal/{first.id}").get_data(as_text=True)
    assert "compte récent" in card and "Faire confiance" in card
    assert decide(admin, first.id, action="trust").status_code == 303
    sent["base"] = instance.repository.head()
    saved = newcomer.post("/-/edit/accueil", data=sent)
    assert saved.location == "/accueil"
    assert "grande ferme" in newcomer.get("/accueil").get_data(as_text=True)
