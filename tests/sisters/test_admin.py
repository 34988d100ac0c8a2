"""What administrators do about sisters in the browser, with real sites on this machine."""

from collections.abc import Callable

import pytest

from wiki.people.accounts import add_person
from wiki.people.sisters import exchanges, registry
from wiki.sisters import keys, runner
from wiki.testing import signed_in, token

from .conftest import Site

HERE = "/-/admin/carrefours"


@pytest.fixture
def desk(site: Callable[[str], Site]) -> tuple[Site, Site, Callable[..., str]]:
    """Brest, of which someone is the administrator, Lyon, and what the administrator sends."""
    lyon, brest = site("lyon"), site("brest")
    person = add_person(brest.instance.private, email="a@example.org", name="Ada", role="admin")
    client = signed_in(brest.app, brest.instance, person)

    def send(url: str, **fields: str) -> str:
        fields["csrf_token"] = token(client, HERE)
        return client.post(url, data=fields, follow_redirects=True).text

    return brest, lyon, send


def test_a_sister_is_named_by_address_and_yes_then_blocked_and_ended(
    desk: tuple[Site, Site, Callable[..., str]],
) -> None:
    brest, lyon, send = desk
    shown = send(HERE, address=f" {lyon.url}/ ")
    kid = keys.own_key(lyon.instance.private).kid
    assert "Carrefour lyon" in shown and keys.fingerprint(kid) in shown
    assert "n’en fait pas encore partie" in shown
    assert registry.listed(brest.instance.private) == []
    assert 'value="carrefour-lyon"' in shown
    send(f"{HERE}/agree", address=lyon.url, kid=kid, name="lyon")
    runner.run(brest.instance)
    shown = send(f"{HERE}/lyon", action="poll")
    assert "1 page" in shown and "à jour" in shown
    lyon.write({"projets/eau.md": "# Eau\n"})
    runner.run(brest.instance)
    assert "Eau" in brest.titles()
    send(f"{HERE}/lyon", action="block-page", path=f"{lyon.url}/projets")
    assert brest.titles() == ["Page de lyon"]
    assert "<code>projets</code>" in send(f"{HERE}/lyon", action="show-page", path="autre")
    send(f"{HERE}/lyon", action="show-page", path="projets")
    assert "Eau" in brest.titles()
    send(f"{HERE}/lyon", action="block")
    assert brest.titles() == []
    send(f"{HERE}/lyon", action="unblock")
    runner.run(brest.instance)
    assert "Eau" in brest.titles()
    send(f"{HERE}/lyon", action="remove")
    assert registry.listed(brest.instance.private) == []
    assert brest.titles() == []


def test_what_cannot_be_is_said_with_what_was_typed_kept(
    desk: tuple[Site, Site, Callable[..., str]],
) -> None:
    brest, lyon, send = desk
    assert 'value="ftp://x"' in send(HERE, address="ftp://x")
    assert "ce site lui-même" in send(HERE, address=brest.url)
    lyon.stop()
    assert "ne répond pas" in send(HERE, address=lyon.url)
    lyon.serve()
    assert "n’est plus" in send(f"{HERE}/agree", address=lyon.url, kid="x", name="lyon")
    kid = keys.own_key(lyon.instance.private).kid
    assert "a–z" in send(f"{HERE}/agree", address=lyon.url, kid=kid, name="../x")
    send(f"{HERE}/agree", address=lyon.url, kid=kid, name="lyon")
    runner.run(brest.instance)
    keys.revoke(lyon.instance.private)
    assert brest.poll(lyon).state == exchanges.REFUSED
    shown = send(HERE, address=lyon.url)
    new = keys.own_key(lyon.instance.private).kid
    assert keys.fingerprint(kid) in shown and keys.fingerprint(new) in shown
    send(f"{HERE}/agree", address=lyon.url, kid=new)
    assert brest.poll(lyon).state == exchanges.IN_STEP
