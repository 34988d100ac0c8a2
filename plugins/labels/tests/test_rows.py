"""Taking a label and taking it back at the same moment, on the stores there are."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.people.conftest import own_database

if TYPE_CHECKING:
    from wiki.instance import Instance

FILES = {
    "index.md": "# Accueil\n",
    "projets/lora.md": "---\ntype: project\ntitle: LoRa\n---\n",
    "evenements/soir.md": (
        "---\ntype: event\ntitle: Soir\nstarts: 2027-03-01T18:30\n"
        "programme: ['[[projets/lora]]']\n---\n"
    ),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    from wiki.config import load_settings

    if request.param == "sqlite":
        yield load_settings(tmp_path / "instance", environ={})
        return
    with own_database() as url:
        yield load_settings(tmp_path / "instance", environ={}, database_url=url)


def test_what_organisers_took_back_no_team_has_meanwhile(
    instance: "Instance", write: Any, plugin_module: Any
) -> None:
    from wiki.errors import BadField
    from wiki.people.accounts import add_person
    from wiki.reading import Reader

    keeping = plugin_module("store")
    instance.private.now = lambda: datetime(2027, 3, 3, 9, tzinfo=UTC)
    write(FILES)
    anne = add_person(instance.private, email="a@example.org", name="Anne", role="admin")

    def reader() -> Any:
        return Reader(instance, anne)

    def take(_turn: object) -> str:
        try:
            return str(keeping.take(reader(), "projets/lora", "evenements/soir"))
        except BadField:
            return ""

    with ThreadPoolExecutor(4) as pool:
        (label,) = set(pool.map(take, range(4)))
        for _turn in range(8):
            keeping.give_up(reader(), label)
            taken = [pool.submit(take, one) for one in range(2)]
            back = pool.submit(keeping.withdraw, reader(), label, "Le projet n'y était pas.")
            for one in (*taken, back):
                one.result()
            row = keeping.find(instance, label)
            assert row.by_event and row.revoked is not None
            assert keeping.standing(instance, row) is None
            keeping.give_back(reader(), label)
