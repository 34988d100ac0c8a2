"""Real sites on this machine, each other's sisters: what one shows, the other has, and no more."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from wiki.diagnostics import faults
from wiki.errors import BadField, BadRequest
from wiki.people.sisters import exchanges, registry
from wiki.people.sisters.exchanges import FAILED, IN_STEP, REFUSED, STOPPED
from wiki.repository.process import run
from wiki.sisters import changes, keys, pings, runner, upkeep
from wiki.sisters.calls import Unanswered, address_of
from wiki.sisters.statement import make_statement, read_statement

from .conftest import Site

Make = Callable[[str], Site]


@pytest.fixture
def two(site: Make) -> tuple[Site, Site]:
    """Lyon and Brest, who name each other."""
    lyon, brest = site("lyon"), site("brest")
    lyon.join(brest)
    brest.join(lyon)
    return lyon, brest


def test_a_change_goes_to_the_sister_by_its_ping_and_what_goes_is_gone(
    two: tuple[Site, Site],
) -> None:
    lyon, brest = two
    runner.run(brest.instance)
    assert brest.titles() == ["Page de lyon"]
    assert exchanges.list_due(brest.instance.private) == []
    secret = "---\nvisibility: members\n---\n# Fermé 9a7c\n"
    lyon.write({"projets/eau.md": "# Eau\n", "projets/clos.md": secret, "adieu.md": "# Adieu 5b\n"})
    pings.run(lyon.instance)
    assert exchanges.list_due(brest.instance.private) == ["lyon"]
    runner.run(brest.instance)
    assert brest.titles() == ["Adieu 5b", "Eau", "Page de lyon"]
    how = exchanges.get(brest.instance.private, "lyon")
    assert (how.state, how.stopped) == (IN_STEP, None)
    # Told once: nothing new, no ping.
    pings.run(lyon.instance)
    assert exchanges.list_due(brest.instance.private) == []
    lyon.write({"adieu.md": None, "projets/eau.md": "---\nvisibility: members\n---\n# Eau\n"})
    pings.run(lyon.instance)
    runner.run(brest.instance)
    assert brest.titles() == ["Page de lyon"]
    upkeep.run(brest.instance)
    assert brest.titles() == ["Page de lyon"]
    assert not [one for one in faults(brest.instance) if "sister" in one]
    everything = b"".join(objects(brest))
    assert (
        b"Adieu 5b" not in everything and b"9a7c" not in everything and b"# Eau" not in everything
    )
    lyon.write({"projets/eau.md": "# Eau encore\n"})
    assert brest.poll(lyon).state == IN_STEP
    assert brest.titles() == ["Eau encore", "Page de lyon"]


def objects(site: Site) -> list[bytes]:
    """Every object of the copies that a site has, whatever names it."""
    found = []
    for folder in site.instance.copies.folder.rglob("*.git"):
        listed = run(folder, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")[1]
        for id in listed.split():
            found.append(run(folder, "cat-file", "-p", id.decode())[1])
    return found


def test_a_dead_sister_is_asked_ever_more_rarely_and_found_when_it_is_back(
    two: tuple[Site, Site],
) -> None:
    lyon, brest = two
    runner.run(brest.instance)
    lyon.stop()
    how = brest.poll(lyon)
    assert (how.state, how.failures) == (FAILED, 1)
    assert "ne répond pas" in how.said
    for _turn in range(6):
        how = brest.poll(lyon)
    assert how.due - brest.instance.private.now() > timedelta(minutes=30)
    assert brest.titles() == ["Page de lyon"]
    before = how
    brest.write({"neuf.md": "# Neuf\n"})
    pings.run(brest.instance)  # nobody is there: nothing is even tried
    assert exchanges.get(brest.instance.private, "lyon").pinged == before.pinged
    # Back after a month, it comes by itself; that has Brest come too.
    lyon.move_clock(timedelta(days=31))
    brest.move_clock(timedelta(days=31))
    lyon.serve()
    runner.run(lyon.instance)
    assert "Neuf" in lyon.titles()
    assert exchanges.list_due(brest.instance.private) == ["lyon"]


def test_a_key_is_followed_that_the_one_before_has_signed_and_no_other(
    two: tuple[Site, Site],
) -> None:
    lyon, brest = two
    first = brest.sister(lyon).kid
    for _turn in range(2):
        keys.rotate(lyon.instance.private)
    assert brest.poll(lyon).state == IN_STEP
    assert brest.sister(lyon).kid == keys.own_key(lyon.instance.private).kid != first
    # A ping by a key that is not known yet makes it due, and no more.
    keys.rotate(lyon.instance.private)
    lyon.write({"a.md": "# A\n"})
    brest.move_clock(timedelta(minutes=1, seconds=1))
    pings.run(lyon.instance)
    assert exchanges.list_due(brest.instance.private) == ["lyon"]
    assert brest.poll(lyon).state == IN_STEP
    # Whoever names one, sister or not, has it asked once a minute at most.
    forged = ".".join([b64({"alg": "Ed25519", "kid": "x"}), b64(claims_for(lyon, brest)), "x"])
    client = brest.app.test_client()
    assert client.post("/-/carrefours/ping", data=forged).status_code == 425
    assert exchanges.list_due(brest.instance.private) == []
    keys.revoke(lyon.instance.private)
    how = brest.poll(lyon)
    assert (how.state, "révoqué" in how.said) == (REFUSED, True)
    assert brest.titles() == ["A", "Page de lyon"]
    found = changes.look(brest.instance, lyon.url)
    assert found.known is not None
    changes.agree(brest.instance, lyon.url, found.said.kid, by="test")
    assert brest.poll(lyon).state == IN_STEP
    assert brest.titles() == ["A", "Page de lyon"]
    # Another key out of nowhere: as if somebody else were at the address.
    with lyon.instance.private.session() as session:
        from wiki.people.models.sisters import SiteKeyRow

        session.query(SiteKeyRow).delete()
    how = brest.poll(lyon)
    assert (how.state, "autre clé" in how.said) == (REFUSED, True)
    assert brest.titles() == ["A", "Page de lyon"]


def b64(said: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def claims_for(sender: Site, receiver: Site) -> dict[str, object]:
    return {"iss": sender.url, "aud": receiver.url}


def test_who_names_us_no_more_is_hidden_after_the_delay_and_shown_once_it_does(
    two: tuple[Site, Site],
) -> None:
    lyon, brest = two
    assert brest.poll(lyon).state == IN_STEP
    changes.remove(lyon.instance, "brest")
    how = brest.poll(lyon)
    assert how.state == IN_STEP and how.stopped is not None
    for one in two:
        one.move_clock(timedelta(days=31))
    assert brest.poll(lyon).state == STOPPED
    assert brest.titles() == []
    lyon.join(brest)
    assert brest.poll(lyon).state == IN_STEP
    assert brest.titles() == ["Page de lyon"]


def test_a_sister_or_a_page_of_it_is_blocked_and_unblocked_at_once(two: tuple[Site, Site]) -> None:
    lyon, brest = two
    lyon.write({"a/b.md": "# B\n", "a.md": "# A\n", "c.md": "# C 8f\n"})
    brest.poll(lyon)
    lyon.stop()  # nothing of it needs the sister
    changes.block_page(brest.instance, "lyon", "a", blocked=True)
    assert brest.titles() == ["C 8f", "Page de lyon"]
    changes.block_page(brest.instance, "lyon", "a", blocked=False)
    assert brest.titles() == ["A", "B", "C 8f", "Page de lyon"]
    changes.block(brest.instance, "lyon")
    assert brest.titles() == []
    assert not any(b"8f" in one for one in objects(brest))
    assert exchanges.list_due(brest.instance.private) == []
    lyon.serve()
    changes.unblock(brest.instance, "lyon")
    assert brest.poll(lyon).state == IN_STEP
    assert len(brest.titles()) == 4
    changes.remove(brest.instance, "lyon")
    assert not brest.instance.copies.folder.exists()


def test_what_is_signed_is_taken_from_its_signer_at_its_address_by_our_clock(
    two: tuple[Site, Site],
) -> None:
    lyon, brest = two
    token = make_statement(lyon.instance)
    now = lyon.instance.private.now()
    known = brest.sister(lyon)
    key, kid = known.key, known.kid
    said = read_statement(token, lyon.url, now, kid, key)
    assert said.name == "Carrefour lyon" and brest.url in said.shares
    for address, when, what in (
        (brest.url, now, token),
        (lyon.url, now + timedelta(hours=2), token),
        (lyon.url, now - timedelta(hours=2), token),
        (lyon.url, now, altered(token, head="0" * 40)),
        (lyon.url, now, altered(token, shares={})),
        (lyon.url, now, token[:-6]),
        (lyon.url, now, "x.y.z"),
        (lyon.url, now, ""),
    ):
        with pytest.raises(BadRequest):
            read_statement(what, address, when, kid, key)
    # An hour apart is no reason.
    read_statement(token, lyon.url, now + timedelta(hours=1), kid, key)
    assert brest.poll(lyon).state == IN_STEP
    lyon.move_clock(timedelta(minutes=-30))
    how = brest.poll(lyon)
    assert (how.state, "plus ancien" in how.said) == (REFUSED, True)


def altered(token: str, **claims: object) -> str:
    head, body, sign = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    new = base64.urlsafe_b64encode(json.dumps(said | claims).encode()).decode().rstrip("=")
    return f"{head}.{new}.{sign}"


def test_who_is_no_sister_is_told_why(site: Make, two: tuple[Site, Site]) -> None:
    lyon, brest = two
    for typed in ("", "ftp://x", "https://a@b.example", "http://127.0.0.1:1/x", "pas une adresse"):
        with pytest.raises(BadField):
            changes.look(lyon.instance, typed)
    assert address_of("Lyon.example/") == "https://lyon.example"
    with pytest.raises(BadField, match="ce site lui-même"):
        changes.look(lyon.instance, lyon.url)
    with pytest.raises(BadField, match="déjà"):
        changes.look(lyon.instance, brest.url)
    # The same key at another address: a site made from a copy of another.
    nantes = site("nantes")
    clone_key(brest, nantes)
    found = changes.look(lyon.instance, nantes.url)
    with pytest.raises(BadField, match="copie"):
        changes.agree(lyon.instance, nantes.url, found.said.kid, "nantes")
    # Two with one name: each has its own here.
    clone_key(site("rennes"), nantes)
    found = changes.look(lyon.instance, nantes.url)
    with pytest.raises(BadField, match="brest"):
        changes.agree(lyon.instance, nantes.url, found.said.kid, "brest")
    with pytest.raises(BadField, match="n’est plus"):
        changes.agree(lyon.instance, nantes.url, "another", "nantes")
    clone_key(lyon, nantes)
    with pytest.raises(BadField, match="signe avec la clé"):
        changes.look(lyon.instance, nantes.url)


def test_a_copy_of_a_sister_at_another_address_is_told_to_both(
    site: Make, two: tuple[Site, Site]
) -> None:
    lyon, brest = two
    assert brest.poll(lyon).state == lyon.poll(brest).state == IN_STEP
    # Rennes was made from a backup of Lyon: it has its key, and its sisters.
    rennes = site("rennes")
    clone_key(lyon, rennes)
    rennes.join(brest)
    pings.run(rennes.instance)
    there = exchanges.get(brest.instance.private, "lyon").twin
    assert there == rennes.url
    words = pings.twin_words(brest.instance, there)
    assert rennes.url in words and "clé de ce Carrefour partenaire" in words
    here = exchanges.get(rennes.instance.private, "brest").twin
    assert "clé d’un autre" in pings.twin_words(rennes.instance, here)
    # The first goes on; nobody has the words once they are read, or there is another key.
    assert brest.poll(lyon).state == IN_STEP
    exchanges.note_due(brest.instance.private, "lyon")
    assert exchanges.get(brest.instance.private, "lyon").twin == ""
    keys.revoke(rennes.instance.private)
    rennes.write({"a.md": "# A\n"})
    pings.run(rennes.instance)
    assert exchanges.get(brest.instance.private, "lyon").twin == ""
    assert exchanges.get(rennes.instance.private, "brest").twin == ""


def test_a_sister_that_becomes_the_copy_of_another_is_said_to_be_one(
    site: Make, two: tuple[Site, Site]
) -> None:
    lyon, brest = two
    rennes = site("rennes")
    brest.join(rennes)
    assert brest.poll(lyon).state == brest.poll(rennes).state == IN_STEP
    clone_key(lyon, rennes)
    how = brest.poll(rennes)
    assert (how.state, f"clé de {lyon.url}" in how.said) == (REFUSED, True)
    clone_key(brest, rennes)
    how = brest.poll(rennes)
    assert (how.state, f"clé de {brest.url}" in how.said) == (REFUSED, True)
    assert brest.titles() == ["Page de lyon", "Page de rennes"]


def clone_key(source: Site, target: Site) -> None:
    """Has the target sign with the source's key, as after a restore elsewhere."""
    from wiki.people.models.sisters import SiteKeyRow

    key = keys.own_key(source.instance.private)
    with target.instance.private.session() as session:
        session.query(SiteKeyRow).delete()
        session.add(SiteKeyRow(**{name: getattr(key, name) for name in key.__dataclass_fields__}))


def test_only_addresses_outside_are_called(two: tuple[Site, Site]) -> None:
    lyon, _brest = two
    for address in ("https://127.0.0.2", "https://localhost", "https://10.0.0.1", "https://[::1]"):
        with pytest.raises(BadField, match="sister_hosts"):
            changes.look(lyon.instance, address)


def test_the_statement_and_pings_cost_little_and_say_nothing_private(
    two: tuple[Site, Site],
) -> None:
    lyon, brest = two
    client = brest.app.test_client()
    answer = client.get("/.well-known/carrefour")
    assert answer.status_code == 200 and answer.mimetype == "application/jose"
    said = json.loads(base64.urlsafe_b64decode(answer.text.split(".")[1] + "=="))
    assert set(said) == {
        *("iss", "iat", "name", "head", "keys", "revoked", "shares", "copies", "met"),
    }
    no_head = f"{b64(['alg'])}.e30.x".encode()
    for data, status in ((b"", 400), (b"x.y.z", 400), (no_head, 400), (b"a" * 5000, 413)):
        assert client.post("/-/carrefours/ping", data=data).status_code == status
    registry.set_blocked(brest.instance.private, "lyon", blocked=True)
    lyon.write({"a.md": "# A\n"})
    pings.run(lyon.instance)
    assert exchanges.list_due(brest.instance.private) == []
    assert isinstance(Unanswered("x"), BadRequest)
