"""Many at once, on the stores there are: the same words are one answer, a mail is one mail."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.people.conftest import own_database
from wiki.api.reading import get_page

from .conftest import PATH, page

if TYPE_CHECKING:
    from wiki.instance import Instance


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    from wiki.config import load_settings

    if request.param == "sqlite":
        yield load_settings(tmp_path / "instance", environ={})
        return
    with own_database() as url:
        yield load_settings(tmp_path / "instance", environ={}, database_url=url)


def test_pressed_at_once_it_is_one_answer_one_fate_one_mail(
    instance: "Instance", write: Callable[..., str], plugin_module: Callable[[str], Any]
) -> None:
    from sqlalchemy import func, select

    from wiki.people.accounts import add_person
    from wiki.people.models.background import MailRow
    from wiki.reading import Reader

    write({f"{PATH}.md": page(), "personnes/awa.md": "---\ntype: person\n---\n# Awa\n"})
    lea = add_person(instance.private, email="lea@example.org", name="Léa")
    answering, deciding, tending = (
        plugin_module("submission"),
        plugin_module("decisions"),
        plugin_module("jobs"),
    )
    ask = plugin_module("blocks").asks_of(get_page(Reader(instance, lea), PATH))[0]
    zoe = answering.visitor("Zoé", "zoe@example.net", "fr")

    def press(by: Any) -> None:
        reader = Reader(instance, lea if by is lea else None)
        answering.answer(reader, PATH, ask, answering.Words(helps="Oui"), by, "192.0.2.1")

    def mails() -> int:
        with instance.private.reading() as session:
            return session.scalar(select(func.count()).select_from(MailRow)) or 0

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(press, [lea, zoe, lea]))
        rows = plugin_module("store").find_all(instance)
        assert sorted(row.state for row in rows) == ["open", "unconfirmed"]
        assert mails() == 1
        (held,) = [row.id for row in rows if row.state == "unconfirmed"]
        list(pool.map(lambda _press: answering.confirm(instance, held), range(4)))
        list(pool.map(lambda _press: deciding.let_through(instance, held), range(4)))
        fate = deciding.Fate("kept")
        for row in rows:
            list(pool.map(lambda _p, one=row: deciding.decide(instance, one.id, fate), range(3)))
        moment = instance.private.now() + timedelta(hours=2)
        instance.private.now = lambda: moment
        list(pool.map(lambda _run: tending.run(instance), range(4)))
    told = plugin_module("store").find_all(instance)
    assert [(row.state, row.fate, row.told is not None) for row in told] == [
        ("open", "kept", True)
    ] * 2
    assert mails() == 3, "one to confirm, one to each author"
