"""Pages are kept as long as what they depend on, in every process: never stale, whoever asks."""

import random
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.test import Client

from wiki.api.pages.blocks import Block, BlockContext
from wiki.api.panels import SpaceFact
from wiki.api.plugin import hookimpl
from wiki.api.reading.rows import PageRow
from wiki.api.tables import Base, depends_on, invalidate_pages
from wiki.app import create_app, create_application
from wiki.cache.store import Cache
from wiki.cache.topics import noting
from wiki.instance import close_instance, open_instance
from wiki.parts.creation import found
from wiki.people.person import at_machine
from wiki.plugins import load_plugins
from wiki.reading import Reader
from wiki.repository.commit import commit
from wiki.repository.objects import Author

if TYPE_CHECKING:
    from flask import Flask

    from wiki.config import Settings
    from wiki.instance import Instance

Write = Callable[..., str]


class VoteRow(Base):
    """A vote, as a plugin of somebody else keeps it."""

    __tablename__ = "kept_test_vote"
    number: Mapped[int] = mapped_column(primary_key=True)


class Votes:
    """A plugin of somebody else: its block counts private rows, another asks something outside."""

    weather = "pluie"
    #: the one vote that is counted; 0: all of them
    about = 0
    #: whether the weather is another each time that it is asked
    restless = False
    shown = told = turn = 0

    @hookimpl
    def block_views(self) -> dict[str, Any]:
        return {"votes": self._votes, "temps": self._weather}

    @hookimpl
    def space_facts(self, reader: Reader, space: PageRow) -> list[SpaceFact]:
        self.told += 1
        return [SpaceFact("Voix", f"{_count(reader)} pour {space.title}")]

    def _votes(self, block: Block, context: BlockContext) -> str:
        self.shown += 1
        assert context.ask is not None
        asked, private = select(func.count()).select_from(VoteRow), context.ask.instance.private
        with ExitStack() as stack:
            if self.about:
                asked = asked.where(VoteRow.number == self.about)
                stack.enter_context(private.about(str(self.about), VoteRow))
            number = stack.enter_context(private.reading()).scalar(asked)
        return f"<p>{number} voix</p>"

    def _weather(self, block: Block, context: BlockContext) -> str:
        depends_on("weather")
        if self.restless:
            self.weather = f"temps {self.turn}"
            self.turn += 1
            assert context.ask is not None
            invalidate_pages(context.ask.instance, "weather")
        return f"<p>{self.weather}</p>"


def _count(reader: Reader) -> int:
    with reader.instance.private.reading() as session:
        return session.scalar(select(func.count()).select_from(VoteRow)) or 0


def visitor(instance: "Instance") -> Callable[[str], str]:
    """A visitor of one process of a wiki."""
    client = Client(create_application(instance), use_cookies=False)
    return lambda path: client.get(path, base_url="http://localhost").text


@pytest.fixture
def votes(settings: "Settings") -> "Iterator[tuple[Votes, list[Instance]]]":
    """Such a plugin, in a wiki that two processes serve."""
    plugin = Votes()
    found(settings, empty=True)
    instances = [open_instance(settings, load_plugins(extra=[plugin])) for _process in range(2)]
    try:
        text = b"# Page\n\n::: votes\n:::\n\n::: temps\n:::\n"
        repository = instances[0].repository
        who = Author("Une main", "main@example.org")
        commit(repository, repository.head(), {"page.md": text, "b.md": b"# B\n"}, who, "x")
        yield plugin, instances
    finally:
        for one in instances:
            close_instance(one)


def test_a_block_with_private_rows_is_fresh_in_every_process(
    votes: "tuple[Votes, list[Instance]]",
) -> None:
    plugin, (here, there) = votes
    ask, ask_there = visitor(here), visitor(there)
    for number in range(3):
        for _twice in range(2):
            assert f"{number} voix" in ask("/page") and f"{number} voix" in ask_there("/page")
        with there.private.session() as session:
            session.add(VoteRow(number=number))
    assert plugin.shown == 6


def test_what_is_private_and_not_shown_leaves_pages_kept(
    votes: "tuple[Votes, list[Instance]]",
) -> None:
    from wiki.people.accounts import add_person

    plugin, (here, there) = votes
    ask = visitor(here)
    ask("/page")
    add_person(there.private, email="une@example.org", name="Une")
    assert "0 voix" in ask("/page") and plugin.shown == 1


def test_a_statement_that_changes_no_row_leaves_pages_kept(
    votes: "tuple[Votes, list[Instance]]",
) -> None:
    plugin, (here, there) = votes
    ask = visitor(here)
    there.private.execute(insert(VoteRow).values(number=1))
    assert "1 voix" in ask("/page")
    for number in (2, 3):
        there.private.execute(delete(VoteRow).where(VoteRow.number == number))
    assert "1 voix" in ask("/page") and plugin.shown == 1
    with there.private.session() as session:
        session.execute(delete(VoteRow).where(VoteRow.number == 2))
        session.execute(delete(VoteRow).returning(VoteRow.number))
    assert "0 voix" in ask("/page")


def test_what_a_block_says_it_depends_on_is_fresh_once_it_is_otherwise(
    votes: "tuple[Votes, list[Instance]]",
) -> None:
    plugin, (here, there) = votes
    ask = visitor(here)
    assert "pluie" in ask("/page")
    plugin.weather = "soleil"
    assert "pluie" in ask("/page")
    invalidate_pages(there, "wind")
    assert "pluie" in ask("/page")
    invalidate_pages(there, "weather")
    assert "soleil" in ask("/page")
    plugin.weather = "neige"
    invalidate_pages(there)
    assert "neige" in ask("/page")


def test_rows_of_one_page_leave_others_kept(votes: "tuple[Votes, list[Instance]]") -> None:
    plugin, (here, there) = votes
    plugin.about = 1
    ask = visitor(here)
    assert "0 voix" in ask("/page")
    with there.private.about("2", VoteRow):
        there.private.execute(insert(VoteRow).values(number=2))
    assert "0 voix" in ask("/page") and plugin.shown == 1
    with there.private.about("1", VoteRow):
        there.private.execute(insert(VoteRow).values(number=1))
    assert "1 voix" in ask("/page")
    # Whoever says nothing may have written of all.
    there.private.execute(delete(VoteRow))
    assert "0 voix" in ask("/page")
    plugin.about = 0
    there.private.execute(insert(VoteRow).values(number=1))
    assert "1 voix" in ask("/page")
    with there.private.about("2", VoteRow):
        there.private.execute(insert(VoteRow).values(number=2))
    assert "2 voix" in ask("/page"), "who reads all depends on all"


@pytest.mark.parametrize("first", ["1", "2"])
def test_what_is_remembered_of_all_keys_is_of_each(
    votes: "tuple[Votes, list[Instance]]", first: str
) -> None:
    _plugin, (here, there) = votes
    versions = here.private.versions
    assert versions is not None
    for key in (first, "1"):
        with noting() as topics, here.private.about(key, VoteRow):
            here.private.remembered("votes", lambda: here.private.list_rows(select(VoteRow)))
    then = versions.now()
    with there.private.about("2", VoteRow):
        there.private.execute(insert(VoteRow).values(number=2))
    assert versions.stands(then, topics) is not None
    with there.private.about("1", VoteRow):
        there.private.execute(insert(VoteRow).values(number=1))
    assert versions.stands(then, topics) is None


def test_a_topic_that_changes_with_each_request_is_kept_by_nobody(
    votes: "tuple[Votes, list[Instance]]",
) -> None:
    plugin, (here, _there) = votes

    plugin.restless = True
    ask = visitor(here)
    for turn in range(3):
        assert f"temps {turn}" in ask("/page")


def test_a_typo_corrected_elsewhere_leaves_a_page_kept(
    votes: "tuple[Votes, list[Instance]]",
) -> None:
    plugin, (here, there) = votes
    ask = visitor(here)
    ask("/page")
    for word in ("mto", "mot"):
        who = Author("Une main", "main@example.org")
        files = {"b.md": f"# B\n\nUn {word}\n".encode()}
        commit(there.repository, there.repository.head(), files, who, "x")
        assert "0 voix" in ask("/page")
    assert plugin.shown == 1


def test_the_head_of_a_space_is_made_once_for_its_pages_and_anew_where_it_differs(
    votes: "tuple[Votes, list[Instance]]",
) -> None:
    plugin, (here, there) = votes
    ask = visitor(here)

    def write(**files: str) -> None:
        who = Author("Une main", "main@example.org")
        named = {f"{name.replace('_', '/')}.md": text.encode() for name, text in files.items()}
        commit(there.repository, there.repository.head(), named, who, "x")

    head = "---\ntype: project\ntitle: {}\nteam: ['[[une]]']\n---\n"
    person = "---\ntype: person\ntitle: Une\n---\n"
    write(sol=head.format("Sol"), sol_a="# A\n", sol_c="# C\n", une=person)
    for path in ("/sol", "/sol/a", "/sol/c"):
        assert "0 pour Sol" in ask(path) and 'href="/une">Une</a>' in ask(path)
    assert plugin.told == 1
    write(b="# Un autre B\n")
    assert "0 pour Sol" in ask("/sol/a?once=1") and plugin.told == 1
    with there.private.session() as session:
        session.add(VoteRow(number=1))
    assert "1 pour Sol" in ask("/sol/a?once=2") and "1 pour Sol" in ask("/sol/c")
    write(sol=head.format("Terre"))
    assert "1 pour Terre" in ask("/sol/a?once=3")
    write(une=person.replace("type", "visibility: members\ntype"))
    assert "/une" not in ask("/sol/a?once=4")


class Nothing(Cache):
    """A cache that keeps nothing."""

    def keep(self, *_what: object) -> None:
        pass


PATHS = ("", "a", "a/b", "b", "c")
HEADS = st.sampled_from(
    [
        "",
        "title: Autre\n",
        "visibility: members\n",
        "visibility: team\nteam: ['[[personnes/une]]']\n",
        "type: project\nteam: ['[[personnes/une]]']\n",
        "type: event\nstarts: 2026-05-01\n",
        "aliases: [ancien, c]\n",
        "themes: [un, deux]\nsummary: Un résumé\n",
    ]
)
BODIES = st.sampled_from(
    [
        "Un mot.\n",
        "Vers [[b]], [[Autre]] et [[ancien]].\n",
        "::: besoins\n- Un besoin #un\n\n:::\n",
        "::: besoins type:project\n:::\n",
        "::: historique\n- 2026-03-01 idée — fait\n\n:::\n",
        "::: projets\n:::\n",
        "::: evenements\n:::\n\n{{nombre projets}}\n",
        "![](plan.png)\n",
    ]
)
STEPS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(PATHS[1:]), HEADS, BODIES),
    st.tuples(st.just("delete"), st.sampled_from(PATHS[1:])),
    st.tuples(st.just("role"), st.sampled_from(["reader", "member", "programme"])),
    st.tuples(st.just("join"), st.booleans()),
    st.tuples(st.just("comment"), st.sampled_from(PATHS[1:])),
    st.tuples(st.just("propose"), st.sampled_from(PATHS[1:])),
)
ADDRESSES = ("/", "/a", "/a/b", "/b", "/c", "/-/changes", "/-/search?q=mot", "/-/needs")


class Town:
    """A wiki where things happen, asked with its cache and without."""

    def __init__(self, instance: "Instance", app: "Flask") -> None:
        from wiki.people.accounts import add_person, find_person
        from wiki.people.accounts.sessions import open_session

        self.instance = instance
        private, self.clients = instance.private, []
        people: list[Any] = [None]
        for name, role in (("une", "member"), ("autre", "member"), ("chef", "admin")):
            mail = f"{name}@example.org"
            people.append(
                find_person(private, mail) or add_person(private, email=mail, name=name, role=role)
            )
        self.people = people
        fresh = create_app(replace(instance, cache=Nothing(instance.cache._pages)))
        for person in people:
            pair = [one.test_client() for one in (app, fresh)]
            for client in pair if person else []:
                with client.session_transaction() as session:
                    session["_user_id"] = open_session(private, person.id)
            self.clients.append(pair)
        self.clients[0][0] = Client(create_application(instance), use_cookies=False)  # type: ignore[call-overload]

    def write(self, files: dict[str, bytes | None]) -> None:
        repository = self.instance.repository
        who = Author("Une main", "main@example.org")
        commit(repository, repository.head(), files, who, "by hand")

    def take(self, step: tuple[Any, ...]) -> None:
        from wiki.editing.review.proposals import ProposalForm, propose
        from wiki.errors import WikiError
        from wiki.people.accounts import set_page, set_role

        private, une = self.instance.private, self.people[1]
        match step:
            case ("write", path, head, body):
                self.write({f"{path}.md": f"---\n{head}---\n# {path}\n\n{body}".encode()})
            case ("delete", path):
                if self.instance.repository.blob_id(f"{path}.md", self.instance.repository.head()):
                    self.write({f"{path}.md": None})
            case ("role", role):
                set_role(private, une.id, role, by=at_machine("test"))
            case ("join", joins):
                set_page(private, une.id, "personnes/une" if joins else None, by="test")
            case ("comment", path):
                self.post(f"/-/comments/{path}", text="Un commentaire")
            case ("propose", path):
                reader = Reader(self.instance, self.people[2])
                with suppress(WikiError):
                    propose(reader, path, ProposalForm("# Autre texte\n", reader.head, "mieux"))

    def post(self, path: str, **fields: str) -> None:
        client = self.clients[2][0]
        page = client.get("/b").get_data(as_text=True)
        if token := re.search(r'name="csrf_token" value="([^"]+)', page):
            client.post(path, data={**fields, "csrf_token": token[1]})

    def answers(self, who: int, address: str) -> list[str]:
        """What is kept, and what would be made now."""
        found = []
        for client in self.clients[who]:
            answer = client.get(address, base_url="http://localhost")
            found.append(f"{answer.status}\n{masked(answer.get_data(as_text=True))}")
        return found


def masked(text: str) -> str:
    return re.sub(r'(name="csrf[-_]token"[^>]*?(?:value|content)=")[^"]+', r"\1", text)


@settings(
    max_examples=6,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(
            st.lists(STEPS, min_size=1, max_size=2),
            st.lists(
                st.tuples(st.integers(0, 3), st.sampled_from(ADDRESSES)), min_size=2, max_size=4
            ),
        ),
        min_size=2,
        max_size=8,
    )
)
def test_whatever_happens_what_is_given_is_what_would_be_made_now(
    instance: "Instance", app: "Flask", history: list[Any]
) -> None:
    # Examples begin with the same seed, and Whoosh would name new parts like those that are there.
    random.seed()
    town = Town(instance, app)
    town.write({f"{path or 'index'}.md": f"# {path}\n".encode() for path in PATHS})
    town.write({"personnes/une.md": b"---\ntype: person\n---\n# Une\n"})
    for steps, asked in history:
        for step in steps:
            town.take(step)
        for who, address in asked:
            kept, fresh = town.answers(who, address)
            assert kept == fresh, (who, address)
