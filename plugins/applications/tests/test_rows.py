"""The rows on the stores that there are, several at once, and how much an evening costs."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.people.conftest import own_database
from wiki.api.reading.rows import find_rows

if TYPE_CHECKING:
    from wiki.instance import Instance

MANY = 300
FILES = {
    "e.md": "---\ntype: event\ntitle: E\ncandidatures: ouvertes\n---\n",
    "serie.md": "---\ntype: carrefour\ntitle: S\napplications: open\n---\n",
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
    **{
        f"projets/p{n}.md": f"---\ntype: project\ntitle: P{n}\nvisibility: team\n"
        "team: ['[[personnes/awa]]']\n---\n"
        for n in range(MANY)
    },
}


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    from wiki.config import load_settings

    if request.param == "sqlite":
        yield load_settings(tmp_path / "instance", environ={})
        return
    with own_database() as url:
        yield load_settings(tmp_path / "instance", environ={}, database_url=url)


def test_proposed_decided_and_told_once_however_many_press(
    instance: "Instance", write: Callable[..., str], plugin_module: Callable[[str], Any]
) -> None:
    from wiki.people.accounts import add_person, set_page
    from wiki.people.models.background import MailRow
    from wiki.reading import Reader

    write(FILES)
    awa = add_person(instance.private, email="awa@example.org", name="Awa")
    awa = set_page(instance.private, awa.id, "personnes/awa", by="test")
    admin = add_person(instance.private, email="chef@example.org", name="Chef", role="programme")
    keeping, deciding, standing = (
        plugin_module("store"),
        plugin_module("decisions"),
        plugin_module("ownership"),
    )

    def add(_number: int) -> str:
        return str(keeping.add(instance, "e", "projets/p0", awa, "x").id)

    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(add, range(8)))
    assert len(ids) == 1
    row = keeping.find(instance, ids.pop())
    standing.remember(instance, row, anew=True)
    assert standing.entrusted(instance) == ["projets/p0"]
    deciding.decide(Reader(instance, admin), row, "later", "Bonjour", ["early"], ["e"])
    row = keeping.find(instance, row.id)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _n: deciding.tell(instance, [row]), range(6)))
    assert sum(told) == 1
    with instance.private.reading() as session:
        assert session.query(MailRow).filter(MailRow.key.like("applications:%")).count() == 1


def test_a_series_takes_applications_too(
    instance: "Instance", write: Callable[..., str], plugin_module: Callable[[str], Any]
) -> None:
    from wiki.reading import Reader

    write(FILES)
    calls = plugin_module("calls").open_calls(Reader(instance))
    assert [call.path for call in calls] == ["e", "serie"]


def test_many_applications_cost_little(
    instance: "Instance", write: Callable[..., str], plugin_module: Callable[[str], Any]
) -> None:
    """What the programme team's every answer asks grows with the applications: it stays small."""
    from sqlalchemy import Engine, event, insert

    from wiki.people.accounts import add_person, set_page
    from wiki.reading import Reader

    write(FILES)
    awa = add_person(instance.private, email="awa@example.org", name="Awa")
    set_page(instance.private, awa.id, "personnes/awa", by="test")
    prune = add_person(instance.private, email="p@example.org", name="Prune", role="programme")
    models, now = plugin_module("models"), instance.private.now()
    common = {"event": "e", "state": "received", "person": awa.id, "why": "", "made": True}
    rows = [
        {"id": f"{n:016}", "project": f"projets/p{n}", "created": now, "changed": now, **common}
        for n in range(MANY)
    ]
    known = [{"application": row["id"], "side": "project", "person": awa.id} for row in rows]
    with instance.private.session() as session:
        session.execute(insert(models.ApplicationRow), rows)
        session.execute(insert(models.KnownRow), known)
    assert len(plugin_module("ownership").entrusted(instance)) == MANY
    reader = Reader(instance, prune)
    assert len(reader.audience) == MANY + 2
    assert (
        find_rows(reader, plugin_module("calls").select(types=("project",)), "title", 20).total
        == MANY
    )
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    assert len(plugin_module("ownership").entrusted(instance)) == MANY
    event.remove(Engine, "before_cursor_execute", note)
    assert len(asked) < 10, "few questions, however many rows"
