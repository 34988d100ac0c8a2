"""The first administrator: one, whoever else comes at the same moment."""

from threading import Barrier, Thread

import pytest

from wiki.errors import AlreadyExists, BadField, WikiError
from wiki.people.accounts import add_person, list_people, set_disabled
from wiki.people.accounts.founder import add_founder, has_admin
from wiki.people.audit import noted
from wiki.people.guides import begin_guides, end_guide, open_guides
from wiki.people.person import Person
from wiki.people.store.database import Database

WORDS = {"name": "Nour", "password": "une phrase que personne ne devine", "lang": "fr"}


def test_of_two_at_the_same_moment_one_becomes_it(database: Database) -> None:
    ready, made, refused = Barrier(2), list[Person](), list[str]()

    def come(email: str) -> None:
        ready.wait()
        try:
            made.append(add_founder(database, email=email, **WORDS))
        except AlreadyExists as error:
            refused.append(error.words)

    threads = [Thread(target=come, args=(f"{one}@example.org",)) for one in ("nour", "sacha")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == len(refused) == 1
    assert [one.id for one in list_people(database)] == [made[0].id]
    assert made[0].role == "admin" and made[0].has_password
    assert [(line.who, line.what, line.said) for line in noted(database)] == [
        (made[0].id, "account", "admin")
    ]


def test_nobody_comes_after_an_administrator_that_a_command_made(database: Database) -> None:
    add_person(database, email="m@example.org", name="M")
    assert not has_admin(database)
    add_person(database, email="a@example.org", name="A", role="admin")
    assert has_admin(database)
    with pytest.raises(AlreadyExists):
        add_founder(database, email="nour@example.org", **WORDS)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "m@example.org"}, "email"),
        ({"email": "nour"}, "email"),
        ({"name": ""}, "name"),
        ({"password": "carrefour"}, "password"),
        ({"lang": "eo"}, "lang"),
    ],
)
def test_what_cannot_be_is_said_by_its_field(
    database: Database, wrong: dict[str, str], field: str
) -> None:
    add_person(database, email="m@example.org", name="M")
    with pytest.raises(WikiError) as refused:
        add_founder(database, **{"email": "nour@example.org", **WORDS, **wrong})
    assert isinstance(refused.value, BadField) and refused.value.field == field
    assert not has_admin(database)


def test_the_first_one_is_never_the_one_that_is_blocked(database: Database) -> None:
    founder = add_founder(database, email="nour@example.org", **WORDS)
    with pytest.raises(BadField):
        set_disabled(database, founder.id, True, by=founder.id)


def test_a_guide_that_was_put_away_stays_so(database: Database) -> None:
    founder = add_founder(database, email="nour@example.org", **WORDS)
    other = add_person(database, email="m@example.org", name="M")
    begin_guides(database, founder.id, ("project", "evening"))
    assert open_guides(database, founder.id) == {"project", "evening"}
    for _pressed in range(2):
        end_guide(database, founder.id, "project")
    begin_guides(database, founder.id, ("project", "evening"))
    assert open_guides(database, founder.id) == {"evening"}
    assert open_guides(database, other.id) == frozenset()
