"""A hostile sister harms its own part alone: whatever it sends, what was shown stays."""

import re
import socket
from collections.abc import Callable, Iterator
from hashlib import shake_256
from threading import Event, Thread
from typing import Any

import pytest

from wiki.instance import Instance
from wiki.outside.client import Limits
from wiki.people.sisters import registry
from wiki.people.sisters.exchanges import FAILED, IN_STEP, REFUSED
from wiki.repository.process import run
from wiki.sisters import calls, changes, fetch
from wiki.sisters.calls import Unanswered, ask_statement
from wiki.sisters.keys import sign
from wiki.sisters.mount import mount
from wiki.sisters.statement import make_statement
from wiki.sisters.tokens import token_for

from .conftest import Site
from .test_exchange import altered


@pytest.fixture
def two(site: Callable[[str], Site]) -> tuple[Site, Site]:
    """Brest, which has Lyon's pages; Lyon is about to turn."""
    lyon, brest = site("lyon"), site("brest")
    lyon.join(brest)
    brest.join(lyon)
    assert brest.poll(lyon).state == IN_STEP
    return lyon, brest


def set_branch(site: Site, lines: str) -> None:
    """Has the site give away what no Carrefour has: entries of a tree, as git writes them."""
    folder = site.instance.repository.folder
    blob = (
        run(folder, "hash-object", "-w", "--stdin", given=b"../../private.db")[1].decode().strip()
    )
    listed = lines.replace("BLOB", blob).encode()
    give(site, run(folder, "mktree", "--missing", given=listed)[1].decode().strip())


def give(site: Site, tree: str) -> None:
    """Has everyone be given ``tree``, which is in the site's repository."""
    folder = site.instance.repository.folder
    who = {
        f"GIT_{role}_{key}": "x" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")
    }
    made = run(folder, "commit-tree", tree, "-m", "x", variables=who)[1].decode().strip()
    public = site.instance.projections.part("public")
    public_folder = public.folder  # type: ignore[attr-defined]
    pack = run(folder, "pack-objects", "--stdout", "--revs", given=made.encode() + b"\n")[1]
    run(public_folder, "index-pack", "--stdin", "--fix-thin", given=pack)
    run(public_folder, "update-ref", "refs/heads/main", made)


@pytest.mark.parametrize(
    "lines",
    [
        "120000 blob BLOB\tlien.md\n",
        "160000 commit 1111111111111111111111111111111111111111\tsous\n",
        "100644 blob BLOB\t-\n",
    ],
)
def test_what_no_carrefour_gives_leaves_what_was_shown(two: tuple[Site, Site], lines: str) -> None:
    lyon, brest = two
    set_branch(lyon, lines)
    how = brest.poll(lyon)
    assert how.state in (REFUSED, FAILED), how.said
    assert how.said
    assert brest.titles() == ["Page de lyon"]


def test_too_much_is_cut_off(two: tuple[Site, Site]) -> None:
    lyon, brest = two
    object.__setattr__(brest.instance.settings, "sister_size", 3000)
    lyon.write({f"p{n}.md": f"# {n}\n\n{n * 7919}{'x' * 900}\n" for n in range(5)})
    how = brest.poll(lyon)
    assert (how.state, "plus que" in how.said) == (REFUSED, True)
    assert brest.titles() == ["Page de lyon"]


def test_a_commit_that_was_not_named_and_a_name_of_ours_are_refused(
    two: tuple[Site, Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    lyon, brest = two
    said = make_statement(lyon.instance)

    def forged(instance: Instance, address: str) -> str:
        assert address == lyon.url and instance is brest.instance
        claims = {**claims_of(said), "head": "1" * 40}
        return sign(lyon.instance.private, claims)

    monkeypatch.setattr("wiki.sisters.poll.ask_statement", forged)
    how = brest.poll(lyon)
    assert (how.state, "pas celles" in how.said) == (REFUSED, True)
    monkeypatch.setattr("wiki.sisters.poll.ask_statement", lambda *_of: altered(said, name="x"))
    assert brest.poll(lyon).state == REFUSED
    # Its statement given by another address: it becomes that one's copy.
    monkeypatch.setattr(
        "wiki.sisters.poll.ask_statement",
        lambda *_of: sign(lyon.instance.private, {**claims_of(said), "iss": brest.url}),
    )
    how = brest.poll(lyon)
    assert (how.state, "ni pour" in how.said) == (REFUSED, True)
    assert brest.titles() == ["Page de lyon"]
    assert registry.get(brest.instance.private, "lyon").pages == 1


@pytest.mark.parametrize(
    "said",
    [
        {"copies": {"https://a.example.org": ["\ud800", 5]}},
        {"copies": {"https://a.example.org": ["\0", 5]}},
        {"name": ["x"]},
    ],
)
def test_words_that_no_row_can_hold_are_refused(
    two: tuple[Site, Site], monkeypatch: pytest.MonkeyPatch, said: dict[str, object]
) -> None:
    lyon, brest = two
    claims = {**claims_of(make_statement(lyon.instance)), **said}
    token = sign(lyon.instance.private, claims)
    monkeypatch.setattr("wiki.sisters.poll.ask_statement", lambda *_of: token)
    assert brest.poll(lyon).state == REFUSED
    assert brest.sister(lyon).title == "Carrefour lyon"
    # What it signs for the inbox is looked at likewise.
    half = token_for(
        lyon.instance, lyon.sister(brest), jti="a" * 20, kind="x", body={"x": "\ud800"}
    )
    assert brest.app.test_client().post("/-/carrefours/inbox", data=half).status_code == 400


def test_folders_without_end_are_left(
    two: tuple[Site, Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    lyon, brest = two
    folder = lyon.instance.repository.folder
    tree = run(folder, "mktree", given=b"")[1].decode().strip()
    for _level in range(20):
        listed = "".join(f"040000 tree {tree}\t{name}\n" for name in "abcdefghij")
        tree = run(folder, "mktree", given=listed.encode())[1].decode().strip()
    give(lyon, tree)
    monkeypatch.setattr("wiki.sisters.tree._SECONDS", 0.5)
    how = brest.poll(lyon)
    assert (how.state, "par git" in how.said) == (REFUSED, True)
    assert brest.titles() == ["Page de lyon"]


def test_texts_that_cost_too_much_to_read_are_left(
    two: tuple[Site, Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    lyon, brest = two
    monkeypatch.setattr("wiki.sisters.mount._SECONDS", -1.0)
    lyon.write({"a.md": "# A\n"})
    how = brest.poll(lyon)
    assert (how.state, "plus que" in how.said) == (REFUSED, True)
    assert brest.titles() == ["Page de lyon"]


def test_a_title_and_relative_links_lead_to_no_place_of_ours(two: tuple[Site, Site]) -> None:
    lyon, brest = two
    links = "[a](../../login) [b](../../../x) [c](?q=1) [d](b/c) [e](#f) [g](/-/login)"
    lyon.write({"a/b.md": f"# A\n\n{links}\n"})
    object.__setattr__(lyon.instance.settings, "site_name", "CARREFOUR  Brest")
    brest.poll(lyon)
    html = brest.app.test_client().get("/-/carrefours/lyon/a/b").text
    text = html[html.index('<div class="text"') : html.index("</article>")]
    found = re.findall(r'<a href="([^"]*)"', text)
    here, there = "/-/carrefours/lyon/a/b", lyon.url
    assert found[0].startswith(there) and found[1].startswith(there)
    assert found[2:] == [f"{here}?q=1", "/-/carrefours/lyon/a/b/c", "#h-f", f"{there}/-/login"]
    # It calls itself by the name of this site: so its host stands beside.
    assert f"CARREFOUR  Brest ({lyon.url.partition('://')[2]})" in html


def test_what_is_refused_again_and_again_does_not_fill_the_disk(two: tuple[Site, Site]) -> None:
    lyon, brest = two
    object.__setattr__(brest.instance.settings, "sister_size", 30_000)
    sizes = []
    for turn in range(6):
        folder = lyon.instance.repository.folder
        data = shake_256(bytes([turn])).digest(20_000)
        blob = run(folder, "hash-object", "-w", "--stdin", given=data)[1].decode().strip()
        set_branch(lyon, f"100644 blob {blob}\tx.bin\n120000 blob BLOB\tlien.md\n")
        assert brest.poll(lyon).state == REFUSED
        packs = fetch.remote_folder(brest.instance, "lyon").glob("objects/pack/*.pack")
        sizes.append(sum(one.stat().st_size for one in packs))
    assert max(sizes) < 3 * 30_000, sizes
    assert brest.titles() == ["Page de lyon"]


def test_a_page_is_blocked_though_its_sister_sends_what_is_refused(two: tuple[Site, Site]) -> None:
    lyon, brest = two
    lyon.write({"a.md": "# A\n", "a/b.md": "# B\n"})
    brest.poll(lyon)
    set_branch(lyon, "120000 blob BLOB\tlien.md\n")
    assert brest.poll(lyon).state == REFUSED
    changes.block_page(brest.instance, "lyon", "a", blocked=True)
    assert brest.titles() == ["Page de lyon"]
    changes.block_page(brest.instance, "lyon", "a", blocked=False)
    assert brest.titles() == ["Page de lyon"]  # until it sends again what can be taken


@pytest.mark.parametrize("what", ["sister", "page"])
def test_what_is_blocked_while_the_sister_is_asked_is_not_shown(
    two: tuple[Site, Site], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    lyon, brest = two
    lyon.write({"a.md": "# A\n"})

    def meanwhile(*given: Any) -> Any:
        monkeypatch.setattr("wiki.sisters.poll.mount", mount)
        if what == "sister":
            changes.block(brest.instance, "lyon")
        else:
            changes.block_page(brest.instance, "lyon", "a", blocked=True)
        return mount(*given)

    monkeypatch.setattr("wiki.sisters.poll.mount", meanwhile)
    brest.poll(lyon)
    assert brest.titles() == ([] if what == "sister" else ["Page de lyon"])
    assert brest.instance.copies.folder.joinpath("remotes", "lyon.git").exists() == (what == "page")


def claims_of(token: str) -> dict[str, object]:
    import base64
    import json

    said = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert isinstance(said, dict)
    return said


@pytest.fixture
def drip() -> Iterator[str]:
    """A server that sends a byte now and then, and never ends."""
    server = socket.create_server(("127.0.0.1", 0))
    over = Event()

    def serve() -> None:
        connection, _who = server.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not over.wait(0.01):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

    thread = Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    over.set()
    server.close()


def test_one_that_drips_is_left(
    two: tuple[Site, Site], drip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "_ASKED", Limits(wait=5.0, total=0.1, most=1000))
    with pytest.raises(Unanswered):
        ask_statement(two[1].instance, drip)
    assert fetch.remote_folder(two[1].instance, "lyon").name == "lyon.git"
