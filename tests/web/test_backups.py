"""The page of backups: asking for one, taking one along, what needs someone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wiki.backups import maker, trial
from wiki.backups.encryption import decrypt, make_key
from wiki.backups.upgrade import _with_chosen
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


SETTINGS = "/-/admin/settings/backups"


def choose(client: "FlaskClient", **typed: str) -> "TestResponse":
    return client.post(
        SETTINGS,
        data={"csrf_token": token(client), "password": PASSWORD, **typed, "action": "save"},
    )


def test_when_where_for_whom_and_for_how_long_is_chosen(
    instance: "Instance", admin: "FlaskClient", write: Callable[..., str], tmp_path: Path
) -> None:
    pytest.importorskip("pyrage")
    write({"index.md": "# Accueil\n"})
    secret, recipient = make_key()
    typed = {"backup_hour": "22", "backup_folder": "copies", "backup_keep_daily": "2"}
    # What is not ticked is not done by itself.
    answer = choose(admin, **typed, backup_recipients=recipient)
    assert answer.status_code == 303, text(answer)
    settings = instance.settings
    assert (settings.backup_hour, settings.backup_keep_daily) == (22, 2)
    assert not settings.backup_daily and not maker.is_due(instance)
    page = text(admin.get(SETTINGS))
    assert "Choisi par Anne" in page and "n’a pas la clé" in page
    assert "d’elles-mêmes" in text(admin.get(PAGE)) and "22\xa0h" not in text(admin.get(PAGE))
    assert send(admin, action="make").status_code == 303 and maker.is_due(instance)
    maker.run(instance)
    (file,) = (settings.instance / "copies").glob("carrefour-*")
    key = tmp_path / "key"
    key.write_text(secret, "ascii")
    decrypt(file, tmp_path / "plain", key)
    assert file.name in text(admin.get(PAGE))
    # Chosen rows are asked before an upgrade, too, whose tables are not open yet.
    assert _with_chosen(instance.in_force.given, instance.private).backup_folder == "copies"


def test_a_choice_that_is_no_place_or_no_public_key_is_said(
    instance: "Instance", admin: "FlaskClient", tmp_path: Path
) -> None:
    pytest.importorskip("pyrage")
    secret, recipient = make_key()
    slip = recipient[:-1] + ("q" if recipient[-1] != "q" else "p")
    for typed in (
        {"backup_folder": str(tmp_path)},
        {"backup_folder": "../ailleurs"},
        {"backup_folder": "content.git"},
        {"backup_folder": "index"},
        {"backup_recipients": secret},
        {"backup_recipients": slip},
        {"backup_hour": "24"},
        {"backup_keep_daily": "0"},
    ):
        answer = choose(admin, **typed)
        ((_name, value),) = typed.items()
        assert answer.status_code == 422, typed
        assert value in text(answer) and 'aria-invalid="true"' in text(answer), typed
    assert not instance.in_force.chosen.values.keys() & {"backup_folder", "backup_recipients"}
    # The operator's list lets one be chosen; that it is not there is said at once.
    instance.in_force.given = replace(instance.in_force.given, backup_places=str(tmp_path))
    instance.in_force.follow()
    assert choose(admin, backup_folder=str(tmp_path / "disque")).status_code == 303
    page = text(admin.get(SETTINGS))
    assert "n’est pas là" in page and str(tmp_path) in page
