"""Nodes of one wiki, whole: each with its clone, its own folder, and the accounts of all."""

import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.request import urlopen

import pytest
from flask.testing import FlaskClient
from sqlalchemy import make_url

from tests.people.conftest import PASSWORD, SERVER
from wiki.app import create_app
from wiki.config import Settings
from wiki.editing.files import attach
from wiki.editing.move import move
from wiki.editing.review.decisions import Answer, accept
from wiki.editing.review.proposals import ProposalForm, amend, find, propose
from wiki.editing.save import save, with_section
from wiki.errors import BadSetting, EditConflict, HostFailed
from wiki.instance import Instance
from wiki.parts.creation import found
from wiki.parts.node import begin_sharing, join, joins
from wiki.parts.setup_link import make_link
from wiki.people.accounts import add_person, find_person
from wiki.people.store.locks import alone_among_nodes
from wiki.reading import Reader
from wiki.reading.pages import get_page, page_exists
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.task_queue import wake
from wiki.testing import Server
from wiki.testing.wikis import opened
from wiki.translation import use_language

pytestmark = pytest.mark.skipif(not SERVER, reason="WIKI_TEST_POSTGRES names no server")


@pytest.fixture
def nodes(given: Callable[..., Settings]) -> Iterator[tuple[Instance, Instance]]:
    """The first node of a wiki, and one that joined it."""
    with ExitStack() as stack:
        found(given("a"))
        a = stack.enter_context(opened(given("a")))
        begin_sharing(a.repository, a.proposed)
        assert joins(given("b")) and join(given("b"))
        yield a, stack.enter_context(opened(given("b")))


def reader_of(instance: Instance, email: str = "lea@example.net") -> Reader:
    person = find_person(instance.private, email)
    return Reader(instance, person or add_person(instance.private, email=email, name="Léa"))


def arrive(instance: Instance) -> None:
    assert instance.repository.shared is not None
    instance.repository.shared.arrive()


def test_what_one_node_saves_the_other_joins_or_says(nodes: tuple[Instance, Instance]) -> None:
    a, b = nodes
    first = save(reader_of(a), "lora", "# LoRa\n\nUn.\n\nDeux.\n\nTrois.\n", a.repository.head())
    arrive(b)
    # Both write from the same text; b has not heard of a's.
    save(reader_of(a), "lora", "# LoRa\n\nUn, par a.\n\nDeux.\n\nTrois.\n", first.commit)
    both = save(reader_of(b), "lora", "# LoRa\n\nUn.\n\nDeux.\n\nTrois, par b.\n", first.commit)
    assert both.merged
    said = "# LoRa\n\nUn, par a.\n\nDeux.\n\nTrois, par b.\n"
    assert get_page(reader_of(b), "lora").text == said
    # The same lines: as on one node, and no text is lost.
    with pytest.raises(EditConflict) as conflict:
        save(reader_of(a), "lora", "# LoRa\n\nUn.\n\nDeux.\n\nTrois, par a.\n", first.commit)
    assert conflict.value.theirs == said and "Trois, par a." in conflict.value.mine
    # What is saved alone goes there too: a file, a new page, a move.
    attach(reader_of(a), "lora", "notes.txt", b"du texte")
    save(reader_of(b), "neuf", "# Neuf\n", b.repository.head())
    arrive(a)
    move(reader_of(a), "neuf", "autre", a.repository.head())
    arrive(b)
    assert page_exists(reader_of(b), "autre") and not page_exists(reader_of(b), "neuf")
    assert b.repository.blob_id("lora/notes.txt", b.repository.head())


def test_a_form_of_a_node_that_is_ahead_is_saved_at_one_that_is_behind(
    nodes: tuple[Instance, Instance],
) -> None:
    a, b = nodes
    text = "# LoRa\n\nUn.\n\n## Suite\n\nDeux.\n"
    save(reader_of(a), "lora", "# LoRa\n\nRien.\n", a.repository.head())
    arrive(b)
    # b has not heard of it, nor of what the form at a was made from.
    save(reader_of(a), "lora", text, a.repository.head())
    save(reader_of(a), "autre", "# Autre\n", a.repository.head())
    base = a.repository.head()
    whole = with_section(reader_of(b), "lora", "suite", "## Suite\n\nTrois.\n", base)
    saved = save(reader_of(b), "lora", whole, base)
    assert not saved.merged
    assert get_page(reader_of(b), "lora").text == text.replace("Deux", "Trois")
    arrive(a)
    # The same of a whole page, whose form was made from b's.
    base = save(reader_of(a), "autre", "# Autre\n\nUn.\n", a.repository.head()).commit
    assert not save(reader_of(b), "autre", "# Autre\n\nUn, puis deux.\n", base).merged


def test_a_turn_that_does_not_come_keeps_no_save(nodes: tuple[Instance, Instance]) -> None:
    a, b = nodes
    save(reader_of(a), "lora", "# LoRa\n", a.repository.head())
    arrive(b)
    assert b.repository.shared is not None
    turns = b.repository.shared.turns
    turns.alone = partial(alone_among_nodes, b.private, "save", 0.05)
    turns.note_overtaken()
    with alone_among_nodes(a.private, "save"):
        save(reader_of(b), "lora", "# LoRa\n\nUn.\n", b.repository.head())
    arrive(a)
    assert "Un." in get_page(reader_of(a), "lora").text


def test_new_pages_of_both_at_the_same_moment_are_all_there(
    nodes: tuple[Instance, Instance],
) -> None:
    first = reader_of(nodes[0])

    def write(number: int) -> str:
        node = nodes[number % 2]
        head = node.repository.head()
        with use_language("en"):
            return save(reader_of(node), f"page-{number}", f"# Page {number}\n", head).commit

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(write, range(8)))
    assert len(set(made)) == 8
    arrive(nodes[0])
    assert all(page_exists(first.renewed(), f"page-{number}") for number in range(8))


def test_a_text_that_waits_is_read_amended_and_accepted_at_any_node(
    nodes: tuple[Instance, Instance],
) -> None:
    a, b = nodes
    page = "---\neditors: anyone\n---\n# LoRa\n\nUn.\n"
    files, author = {"lora.md": page.encode()}, Author("Une main", "main@people.invalid")
    begun = commit(a.repository, a.repository.head(), files, author, "par une main")
    arrive(b)
    text = page.replace("Un.", "Un, mieux.")
    sent = ProposalForm(text, begun, name="Awa", email="awa@example.net", address="192.0.2.1")
    made = propose(Reader(a), "lora", sent)
    seen = find(b, made.id)
    assert seen is not None and "mieux" in seen.text
    amend(Reader(b), seen, page.replace("Un.", "Un, bien mieux."), "")
    again = find(a, made.id)
    assert again is not None and "bien mieux" in again.text
    assert b.proposed.held() == a.proposed.held() != {}
    accept(reader_of(a, "marc@example.net"), made.id, Answer(lambda *_told: None))
    arrive(b)
    assert "bien mieux" in get_page(reader_of(b), "lora").text
    assert not a.proposed.held()


def test_a_node_that_is_behind_what_all_have_worked_out_catches_up(
    given: Callable[..., Settings],
) -> None:
    with ExitStack() as stack:
        found(given("a", index="database"))
        a = stack.enter_context(opened(given("a", index="database")))
        begin_sharing(a.repository, a.proposed)
        assert join(given("b", index="database"))
        b = stack.enter_context(opened(given("b", index="database")))
        save(reader_of(a), "neuf", "# Neuf\n", a.repository.head())
        assert a.projections.catch_up("links")
        behind = b.repository.head()
        assert b.projections.part("links").reflects() == a.repository.head() != behind
        assert b.projections.catch_up("links")
        assert b.repository.head() == a.repository.head()
        assert b.projections.part("links").reflects() == a.repository.head()


def test_who_does_not_belong_is_told_what_is_missing(
    nodes: tuple[Instance, Instance], given: Callable[..., Settings], tmp_path: Path
) -> None:
    settings = given("c")
    (settings.instance / "secret").unlink()
    with pytest.raises(BadSetting, match="copy the file `secret`"):
        join(settings)
    (settings.instance / "secret").write_bytes(os.urandom(32))
    with pytest.raises(HostFailed, match="secret"):
        join(settings)
    with pytest.raises(BadSetting, match="the accounts in 'database_url'"):
        join(given("c", database_url=f"sqlite:///{tmp_path / 'autre.db'}"))
    assert not (settings.instance / "content.git").exists()
    assert join(given("c"))


def test_two_nodes_with_one_name_are_noticed(
    nodes: tuple[Instance, Instance], given: Callable[..., Settings]
) -> None:
    a, b = nodes
    for one in nodes:
        begin_sharing(one.repository, one.proposed)
        arrive(one)
        assert one.repository.shared and not one.repository.shared.has_namesake
    assert join(given("c", node="b"))
    with opened(given("c", node="b")) as c:
        begin_sharing(c.repository, c.proposed)
        for one, namesake in ((a, False), (b, True), (c, False)):
            arrive(one)
            assert one.repository.shared and one.repository.shared.has_namesake == namesake


def test_a_node_that_is_closed_leaves_no_connection(given: Callable[..., Settings]) -> None:
    found(given("a"))
    database = make_url(given("a").database_url).database
    with opened(given("a")) as a:
        reader_of(a)
        wake(a.settings, "mails")
        assert connections(database)
    # The server ends them by itself, once it has noticed.
    deadline = time.monotonic() + 60
    while connections(database) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert connections(database) == 0


def connections(database: str | None) -> int:
    """How many connections to ``database`` there are."""
    import psycopg

    with psycopg.connect(SERVER) as server:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        (count,) = server.execute(asked, (database,)).fetchone() or (0,)
    return int(count)


def test_a_served_node_joins_hears_and_is_heard(
    nodes: tuple[Instance, Instance],
    given: Callable[..., Settings],
    serve: Callable[..., Server],
) -> None:
    a, _b = nodes
    folder = given("c", registration="open").instance
    server = serve(folder)
    save(reader_of(a), "nouvelle", "# Une nouvelle toute fraîche\n", a.repository.head())
    until = time.monotonic() + 60
    while "toute fraîche" not in page(f"{server.url}/nouvelle"):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_who_saved_at_one_node_sees_it_at_the_next(nodes: tuple[Instance, Instance]) -> None:
    a, b = nodes
    add_person(a.private, email="awa@example.net", name="Awa", password=PASSWORD)
    at_a, at_b = (create_app(one).test_client() for one in nodes)
    sent = {"email": "awa@example.net", "password": PASSWORD, "csrf_token": token_of(at_a)}
    assert at_a.post("/-/login", data=sent).status_code == 303
    form = {"text": "# Neuf\n\nÀ peine.\n", "base": a.repository.head()}
    made = at_a.post("/-/edit/neuf", data={**form, "csrf_token": token_of(at_a)})
    assert made.status_code == 303, made.text
    # Nobody tells b, and it does not look by itself here.
    assert a.repository.head() != b.repository.head()
    cookie = at_a.get_cookie("session")
    assert cookie is not None
    at_b.set_cookie("session", cookie.value)
    assert "À peine." in at_b.get("/neuf").text
    assert f'value="{a.repository.head()}"' in at_b.get("/-/edit/neuf").text


def token_of(client: FlaskClient) -> str:
    # Who is signed in is led away from the first.
    shown = "".join(client.get(f"/-/{one}").text for one in ("login", "edit/neuf"))
    found = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert found is not None
    return found[1]


def page(url: str) -> str:
    try:
        with urlopen(url, timeout=60) as answer:  # noqa: S310 - ours
            return str(answer.read(), "utf-8")
    except OSError:
        return ""


def test_the_link_that_sets_the_site_up_opens_at_any_node(nodes: tuple[Instance, Instance]) -> None:
    a, b = nodes
    link = make_link(a.settings).removeprefix(a.settings.public_url)
    for one in nodes:
        assert create_app(one).test_client().get(link).status_code == 200
    moment, _dash, words = link.rpartition("/")[2].partition("-")
    yesterday = f"{int(moment, 16) - 86_400:x}"
    for wrong in (f"{yesterday}-{words}", f"{moment}-{words[:-1]}", f"{moment}-", "-", "x" * 80):
        answer = create_app(b).test_client().get(f"/-/setup/{wrong}")
        assert answer.status_code == 404, wrong
    add_person(b.private, email="nour@example.org", name="Nour", role="admin")
    for one in nodes:
        assert create_app(one).test_client().get(link).status_code == 409
