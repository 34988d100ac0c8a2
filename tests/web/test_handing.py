"""A project that nobody answers for any more: seen, offered for, handed over; leaving a team."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from wiki.editing.membership.teams import is_left_alone
from wiki.errors import Forbidden
from wiki.mail_dispatch import deliver
from wiki.people.access import handovers
from wiki.people.accounts import get_person, set_disabled
from wiki.people.privacy.erasure import erase
from wiki.reading import Reader
from wiki.reading.pages import get_page
from wiki.testing import module_wiki, token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

PROJECT = '---\ntype: project\ntitle: Seul\nteam: ["[[personnes/awa]]"]\n---\n# Seul\n'
SAID = "Ce projet n’a plus de responsable"


@pytest.fixture
def owner(write: Callable[..., str], person: "Callable[..., Person]") -> "Person":
    write({"personnes/awa.md": "---\ntype: person\n---\n# Awa\n", "seul.md": PROJECT})
    return person("Awa", page="personnes/awa")


def send(client: "FlaskClient", url: str, **data: str) -> "TestResponse":
    return client.post(url, data={"csrf_token": token(client), **data})


def text(answer: "TestResponse") -> str:
    return answer.get_data(as_text=True)


def mailed(instance: "Instance") -> str:
    deliver(instance)
    return " ".join(
        file.read_text("utf-8") for file in instance.settings.instance.glob("outbox/*.eml")
    )


def test_left_alone_is_where_nobody_in_the_team_has_an_account_in_use(
    instance: "Instance", owner: "Person", write: Callable[..., str]
) -> None:
    def alone() -> bool:
        return is_left_alone(instance, "seul")

    assert not alone()
    set_disabled(instance.private, owner.id, True, by="test")
    assert alone()
    set_disabled(instance.private, owner.id, False, by="test")
    assert not alone()
    for text in ("---\ntype: project\n---\n# Seul\n", PROJECT.replace("awa", "autre")):
        write({"seul.md": text})
        assert alone()
    write({"seul.md": PROJECT})
    assert not alone()
    erase(instance.private, owner.id)
    assert alone()
    assert not is_left_alone(instance, "personnes/awa")
    assert not is_left_alone(instance, "nulle-part")


def test_a_member_offers_and_an_admin_accepts(
    instance: "Instance",
    owner: "Person",
    person: "Callable[..., Person]",
    client: "FlaskClient",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    marc, zoe = person("Marc"), log_in(person("Zoé"))
    browser, admin = log_in(marc), log_in(person("Anne", "admin"))
    assert SAID not in text(browser.get("/seul"))
    set_disabled(instance.private, owner.id, True, by="test")
    assert SAID in text(browser.get("/seul"))
    assert SAID not in text(client.get("/seul")), "it is told to members"
    empty = send(browser, "/-/access/seul", action="offer", words=" ")
    assert empty.status_code == 422
    sent = send(browser, "/-/access/seul", action="offer", words="J'habite à côté.")
    assert sent.status_code == 303
    assert "attend la réponse" in text(browser.get("/-/access/seul"))
    assert "J'habite" not in text(zoe.get("/-/access/seul"))
    [offer] = handovers.waiting(instance.private)
    assert "J&#39;habite" in text(admin.get("/-/admin/handovers"))
    assert zoe.get("/-/admin/handovers").status_code == 403
    assert send(zoe, f"/-/admin/handovers/{offer.id}", action="accept").status_code == 403
    done = send(admin, f"/-/admin/handovers/{offer.id}", action="accept")
    assert done.status_code == 303
    taken = get_person(instance.private, marc.id)
    assert taken is not None and taken.page == "personnes/marc"
    reader = Reader(instance, taken)
    assert get_page(reader, "seul").team == ("personnes/awa", "personnes/marc")
    assert reader.may_change_rights("seul")
    assert SAID not in text(browser.get("/seul"))
    assert "marc@example.org" in mailed(instance)
    # Decided once.
    assert send(admin, f"/-/admin/handovers/{offer.id}", action="accept").status_code == 404


def test_an_admin_declines_with_a_sentence(
    instance: "Instance",
    owner: "Person",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    erase(instance.private, owner.id)
    browser, admin = log_in(person("Marc")), log_in(person("Anne", "admin"))
    send(browser, "/-/access/seul", action="offer", words="Moi")
    [offer] = handovers.waiting(instance.private)
    url = f"/-/admin/handovers/{offer.id}"
    assert send(admin, url, action="decline", answer="").status_code == 422
    assert send(admin, url, action="decline", answer="Une autre équipe arrive.").status_code == 303
    assert "Une autre" in mailed(instance)
    assert handovers.waiting(instance.private) == []
    assert "Une autre équipe arrive." in text(browser.get("/-/account"))


def test_an_offer_is_for_projects_left_alone(
    instance: "Instance",
    owner: "Person",
    person: "Callable[..., Person]",
    client: "FlaskClient",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    refused = send(log_in(person("Marc")), "/-/access/seul", action="offer", words="Moi")
    assert refused.status_code == 403
    set_disabled(instance.private, owner.id, True, by="test")
    only_reads = log_in(person("Lise", "reader"))
    assert send(only_reads, "/-/access/seul", action="offer", words="Moi").status_code == 403
    assert send(client, "/-/access/seul", action="offer", words="Moi").status_code == 403
    assert handovers.waiting(instance.private) == []


def test_an_admin_hands_over_at_once(
    instance: "Instance",
    owner: "Person",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    marc, admin = person("Marc"), log_in(person("Anne", "admin"))
    theirs = log_in(owner)
    data = {"action": "hand-over", "email": marc.email}
    assert send(theirs, "/-/access/seul", **data).status_code == 403
    wrong = send(admin, "/-/access/seul", action="hand-over", email="x@example.org")
    assert wrong.status_code == 422
    assert send(admin, "/-/access/seul", **data).status_code == 303
    assert get_page(Reader(instance), "seul").team[-1] == "personnes/marc"
    # Twice changes nothing.
    head = instance.repository.head()
    assert send(admin, "/-/access/seul", **data).status_code == 303
    assert instance.repository.head() == head


def test_one_may_leave_a_team_but_not_as_the_last(
    instance: "Instance",
    owner: "Person",
    person: "Callable[..., Person]",
    write: Callable[..., str],
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    browser = log_in(owner)
    assert send(browser, "/-/access/seul", action="leave").status_code == 422
    text_of_two = PROJECT.replace('awa]]"', 'awa]]", "[[personnes/marc]]"')
    write({"personnes/marc.md": "---\ntype: person\n---\n", "seul.md": text_of_two})
    person("Marc", page="personnes/marc")
    assert send(browser, "/-/access/seul", action="leave").status_code == 303
    assert get_page(Reader(instance), "seul").team == ("personnes/marc",)
    assert send(browser, "/-/access/seul", action="leave").status_code == 403


def test_nobody_is_put_in_a_team_by_who_may_not(
    instance: "Instance", owner: "Person", person: "Callable[..., Person]"
) -> None:
    from wiki.editing.membership.teams import join_team

    marc = person("Marc")
    for role in ("reader", "member", "connector", "correspondent", "programme"):
        other = person(f"Un {role}", role)
        with pytest.raises(Forbidden):
            join_team(Reader(instance, other), "seul", marc)
    with pytest.raises(Forbidden):
        join_team(Reader(instance, marc), "seul", marc)
    assert get_page(Reader(instance), "seul").team == ("personnes/awa",)
