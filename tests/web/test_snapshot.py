"""One request, one commit: what is saved while an answer is made does not show in half of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import MetaData, Table, delete, insert, select

from wiki.api.plugin import hookimpl
from wiki.app import create_app
from wiki.instance import close_instance, open_instance
from wiki.parts.creation import found
from wiki.plugins import load_plugins
from wiki.projections.tables.projection import TableProjection
from wiki.projections.tables.rows import Rows, integers
from wiki.repository.commit import commit
from wiki.repository.objects import Author

if TYPE_CHECKING:
    from flask import Flask

    from wiki.config import Settings
    from wiki.instance import Instance


COUNT = Table("late_count", MetaData(), *integers("number"))


class Late(TableProjection):
    """A projection that pages ask late: how many pages there are, as of a commit."""

    name = "late"
    schema = COUNT.metadata

    def write(self, rows: Rows, span: Any, progress: Any) -> None:
        number = sum(1 for _file in span.repository.files(span.to))
        rows.execute(delete(COUNT))
        rows.execute(insert(COUNT), {"number": number})

    def count(self) -> int:
        with self.reading() as rows:
            return int(rows.scalar(select(COUNT.c.number)))


@dataclass
class Meanwhile:
    """A plugin whose block does something while a page is laid out, once, then asks ``Late``."""

    happens: list[Callable[[], object]] = field(default_factory=list)
    asks_late: bool = False
    moments: int = 0

    @hookimpl
    def projections(self) -> list[Late]:
        return [Late()]

    @hookimpl
    def block_views(self) -> dict[str, Any]:
        return {"entretemps": self._view}

    def _view(self, block: Any, context: Any) -> str:
        self.moments += 1
        reader = context.ask
        assert reader.head  # so that it is asked at each commit
        while self.happens:
            self.happens.pop()()
        late: Any = reader.instance.projections["late"] if self.asks_late else None
        return f"<p>{late.count() if late else ''} pages</p>"


@dataclass
class World:
    """A wiki with such a plugin, and what commits to it."""

    instance: "Instance"
    app: "Flask"
    plugin: Meanwhile

    def commit(self, **pages: str) -> None:
        files = {f"{name}.md": text.encode() for name, text in pages.items()}
        head = self.instance.repository.head()
        commit(self.instance.repository, head, files, Author("Une main", "main@example.org"), "x")

    def see(self, path: str) -> str:
        return self.app.test_client().get(path).get_data(as_text=True)


@pytest.fixture
def world(settings: "Settings") -> "Iterator[World]":
    plugin = Meanwhile()
    found(settings, empty=True)
    instance = open_instance(settings, load_plugins(extra=[plugin]))
    try:
        yield World(instance, create_app(instance), plugin)
    finally:
        close_instance(instance)


PAGE = "# Liste\n\n::: entretemps\n:::\n\nVoir [[autre]].\n"


def test_a_commit_in_the_middle_shows_in_the_next_answer_alone(world: World) -> None:
    world.commit(liste=PAGE, autre="# Le titre ancien\n")
    world.see("/liste")
    world.commit(ailleurs="# Ailleurs\n")
    world.plugin.happens.append(lambda: world.commit(autre="# Le titre nouveau\n"))
    first = world.see("/liste")
    assert "Le titre ancien" in first and "Le titre nouveau" not in first
    second = world.see("/liste")
    assert "Le titre nouveau" in second and "Le titre ancien" not in second


def test_what_only_the_new_head_can_tell_is_told_with_all_the_rest(world: World) -> None:
    """A projection asked for the first time cannot go back: the request is answered anew."""
    world.commit(liste=PAGE, autre="# Le titre ancien\n")
    world.plugin.asks_late = True
    world.plugin.happens.append(lambda: world.commit(autre="# Le titre nouveau\n", tiers="# Tiers"))
    answer = world.see("/liste")
    assert "3 pages" in answer
    assert "Le titre nouveau" in answer and "Le titre ancien" not in answer
    assert world.plugin.moments == 2


def test_what_a_kind_of_request_asks_is_brought_up_to_date_first(world: World) -> None:
    world.commit(liste=PAGE, autre="# Le titre ancien\n")
    world.plugin.asks_late = True
    world.see("/liste")
    world.commit(liste=f"{PAGE}\n")
    world.plugin.moments = 0
    world.plugin.happens.append(lambda: world.commit(autre="# Le titre nouveau\n", tiers="# Tiers"))
    answer = world.see("/liste")
    assert "2 pages" in answer and "Le titre ancien" in answer
    assert world.plugin.moments == 1


def test_private_rows_are_of_one_moment_until_the_request_writes(world: World) -> None:
    from wiki.people.accounts import add_person, find_person

    private = world.instance.private

    def join(name: str) -> None:
        add_person(private, email=f"{name}@example.org", name=name)

    with private.pinned():
        assert find_person(private, "une@example.org") is None
        _elsewhere(lambda: join("une"))
        assert find_person(private, "une@example.org") is None
        join("autre")
        assert find_person(private, "une@example.org") is not None
        assert find_person(private, "autre@example.org") is not None


def _elsewhere(work: Callable[[], object]) -> None:
    from threading import Thread

    thread = Thread(target=work)
    thread.start()
    thread.join()
