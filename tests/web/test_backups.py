"""The page of backups: asking for one, taking one along, what needs someone."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wiki.backups import maker, trial
from wiki.errors import StorageFailed
from wiki.people.audit import noted
from wiki.people.backup_runs import BACKUP, TRIAL, is_asked
from wiki.testing import module_wiki, token
from wiki.testing.wikis import PASSWORD

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

app, instance = module_wiki.app, module_wiki.instance
PAGE = "/-/admin/backups"


def send(client: "FlaskClient", **data: str) -> "TestResponse":
    return client.post(PAGE, data={"csrf_token": token(client), **data})


def text(answer: "TestResponse") -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def admin(
    person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> "FlaskClient":
    return log_in(person("Anne", "admin"))


def test_one_asks_for_a_backup_and_its_trial_and_takes_it_along(
    instance: "Instance", admin: "FlaskClient", write: Callable[..., str]
) -> None:
    write({"index.md": "# Accueil\n"})
    assert "encore été faite" in text(admin.get(PAGE))
    assert send(admin, action="make").status_code == 303
    assert is_asked(instance.private, BACKUP) and "en cours" in text(admin.get(PAGE))
    maker.run(instance)
    assert send(admin, action="try").status_code == 303 and is_asked(instance.private, TRIAL)
    trial.run(instance)
    page = text(admin.get(PAGE))
    (file,) = (instance.settings.instance / "backups").glob("*.tar.gz")
    assert file.name in page and "1\xa0page" in page.replace(" page", "\xa0page")
    assert "restaurée" in page and "se perd avec le disque" in page

    refused = send(admin, action="take", name=file.name, password="une autre")
    assert refused.status_code == 422 and file.name in text(refused)
    taken = send(admin, action="take", name=file.name, password=PASSWORD)
    assert taken.status_code == 200 and taken.data == file.read_bytes()
    assert "no-store" in taken.headers["Cache-Control"]
    taken.close()
    assert noted(instance.private)[0].what == "backup-taken"


@pytest.mark.parametrize("name", ["../secret", "carrefour.backups", "", "nothing.tar.gz"])
def test_nothing_but_a_backup_is_given(
    instance: "Instance", admin: "FlaskClient", name: str
) -> None:
    send(admin, action="make")
    maker.run(instance)
    assert send(admin, action="take", name=name, password=PASSWORD).status_code == 404


def test_what_fails_needs_someone(
    instance: "Instance", admin: "FlaskClient", write: Callable[..., str]
) -> None:
    send(admin, action="make")
    maker.run(instance)
    (file,) = Path(instance.settings.instance / "backups").glob("*.tar.gz")
    file.write_bytes(file.read_bytes()[:-9])
    send(admin, action="try")
    with pytest.raises(StorageFailed):
        trial.run(instance)
    for url in ("/-/admin", PAGE):
        assert "pas pu être restaurée" in text(admin.get(url))
