"""Names of another program: who has the mail that came with one is asked, and nobody else."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from sqlalchemy import Select, select

from wiki.imports.inventory import Staged
from wiki.imports.pipeline import write
from wiki.imports.stage import Bounds, Stage
from wiki.people.accounts import add_person
from wiki.people.models.pen_names import PenNameRow
from wiki.people.pen_names import forget_the_past, list_offered
from wiki.people.privacy.erasure import erase
from wiki.reading import Reader
from wiki.repository.process import run
from wiki.testing import module_wiki, token
from wiki.web.account.export import write_archive

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

app, instance = module_wiki.app, module_wiki.instance
PAGE = "/-/account/names"
Bring = Callable[..., None]


@pytest.fixture
def bring(instance: "Instance", tmp_path: "Path") -> Bring:
    """Imports a page for each path, author and mail."""

    def bring(*pages: tuple[str, str, str]) -> None:
        bounds = Bounds(page=10_000, upload=10_000, pixels=1)
        with Stage(tmp_path / "stage", "", bounds) as stage:
            for path, author, mail in pages:
                stage.revision(path, f"# {path}\n", key=f"{path}:1", author=author, mail=mail)
        with closing(Staged(tmp_path / "stage")) as staged:
            write(instance, staged, "elsewhere", "Ailleurs", print)

    return bring


def text(answer: "TestResponse") -> str:
    return answer.get_data(as_text=True).replace("\xa0", " ")


def act(client: "FlaskClient", action: str, name: str) -> int:
    said = {"csrf_token": token(client), "action": action, "name": name}
    return client.post(PAGE, data=said).status_code


def offered(instance: "Instance", person: "Person") -> list[str]:
    return [one.name for one in list_offered(instance.private, person)]


def test_who_has_the_mail_says_that_the_pages_are_theirs(
    instance: "Instance",
    bring: Bring,
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    bring(("a", "A. Diop", "Awa@example.org"), ("b", "Bo <bo@example.org>", ""), ("c", "C", ""))
    git = ("log", "--format=%an %ae %B", "refs/heads/main")
    assert b"example.org" not in run(instance.repository.folder, *git)[1]
    awa, zoe = person("Awa"), person("Zoé")
    assert offered(instance, zoe) == [] and offered(instance, person("Bo")) == ["Bo"]
    mine, other = log_in(awa), log_in(zoe)
    assert "« A. Diop »" in text(mine.get("/-/account"))
    [one] = list_offered(instance.private, awa)
    assert "1 page que vous" in text(mine.get(PAGE)) and "A. Diop" not in text(other.get(PAGE))
    assert act(other, "claim", one.id) == 303 and act(mine, "claim", one.id) == 303
    assert "A. Diop" in text(mine.get(PAGE)) and "A. Diop" not in text(mine.get("/-/account"))
    assert PAGE in text(mine.get("/-/account/data")) and PAGE not in text(
        other.get("/-/account/data")
    )
    # No mail is kept any more, and the history names the account.
    rows = {row.name: row for row in instance.private.list_rows(_all())}
    assert (rows["A. Diop"].email, rows["A. Diop"].person) == ("", awa.id)
    history = text(other.get("/-/history/a"))
    assert "Awa" in history and "A. Diop" not in history
    # It is no right: she may change what members may.
    assert awa.page is None and Reader(instance, awa).teams == frozenset()
    # It comes along with her data, and goes with her account.
    archive = BytesIO()
    write_archive(archive, Reader(instance, awa), awa)
    with ZipFile(archive) as taken:
        changes = json.loads(taken.read("changes.json"))
        assert [change["page"] for change in changes] == ["a"]
        assert "private/pen_name.json" in taken.namelist()
    erase(instance.private, awa.id)
    history = text(other.get("/-/history/a"))
    assert "Ancien membre" in history and "A. Diop" not in history
    # Nor is the name offered again, should it be imported once more.
    bring(("d", "A. Diop", "awa@example.org"))
    again = add_person(instance.private, email="awa@example.org", name="Awa")
    assert offered(instance, again) == []


def test_a_name_of_several_or_of_nobody_is_offered_to_nobody(
    instance: "Instance",
    bring: Bring,
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    bring(("a", "Admin", "awa@example.org"), ("b", "Admin", "zoe@example.org"))
    bring(("c", "Awa", "awa@example.org"), ("d", "Zo", "zoe@example.org"), ("e", "X", "no mail"))
    awa, zoe = person("Awa"), person("Zoé")
    assert offered(instance, awa) == ["Awa"]
    client = log_in(awa)
    [one] = list_offered(instance.private, awa)
    assert act(client, "decline", one.id) == 303
    assert offered(instance, awa) == [] and act(client, "claim", one.id) == 303
    bring(("f", "Awa", "awa@example.org"))
    assert offered(instance, awa) == []
    # After two years a mail that nobody claimed is gone.
    assert offered(instance, zoe) == ["Zo"]
    with instance.private.session() as session:
        forget_the_past(session, instance.private.now() + timedelta(days=731))
    assert instance.private.list_rows(_all()) == []


def _all() -> "Select[PenNameRow]":
    return select(PenNameRow)
