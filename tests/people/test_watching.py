"""Following pages: one's own, bounded, and true after a move."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.people.accounts import move_page
from wiki.people.erasure import erase
from wiki.people.watching import is_watched, unwatch, watch, watched

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person


def test_what_is_followed_is_known_to_its_follower_alone(
    instance: "Instance", person: Callable[..., "Person"]
) -> None:
    one, other = person("Une"), person("Autre")
    watch(instance.private, one.id, "projets/x")
    watch(instance.private, one.id, "projets/x")
    assert [found.path for found in watched(instance.private, one.id)] == ["projets/x"]
    assert watched(instance.private, other.id) == []
    assert is_watched(instance.private, one.id, "projets/x")
    unwatch(instance.private, one.id, "projets/x")
    assert not is_watched(instance.private, one.id, "projets/x")


def test_it_follows_a_page_that_moves_and_goes_with_the_account(
    instance: "Instance", person: Callable[..., "Person"]
) -> None:
    one = person("Une")
    watch(instance.private, one.id, "projets/x/plan")
    move_page(instance.private, "projets/x", "projets/y")
    assert [found.path for found in watched(instance.private, one.id)] == ["projets/y/plan"]
    erase(instance.private, one.id)
    assert watched(instance.private, one.id) == []


def test_one_follows_and_stops_by_a_button_and_finds_it_on_the_account_page(
    instance: "Instance",
    write: Callable[..., str],
    person: Callable[..., "Person"],
    log_in: "Callable[[Person], FlaskClient]",
    client: "FlaskClient",
) -> None:
    from wiki.testing import token

    write({"projet.md": "---\ntype: project\ntitle: Le projet suivi\n---\n"})
    one = log_in(person("Une"))
    assert "/-/watch/projet" in one.get("/projet").get_data(as_text=True)
    assert "/-/watch/projet" not in client.get("/projet").get_data(as_text=True)
    data = {"csrf_token": token(one, "/-/account")}
    assert one.post("/-/watch/projet", data=data).status_code == 303
    assert "Le projet suivi" in one.get("/-/account").get_data(as_text=True)
    assert one.post("/-/watch/projet", data={**data, "stop": "1"}).status_code == 303
    assert "Le projet suivi" not in one.get("/-/account").get_data(as_text=True)
