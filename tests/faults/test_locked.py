"""Another program that holds the private rows' file for long: who reads does not notice."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from wiki.app import create_app
from wiki.instance import close_instance
from wiki.people.accounts import add_person
from wiki.testing.wikis import PASSWORD

from .conftest import opened

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def test_pages_are_read_while_another_writes_for_long(sound: Path) -> None:
    instance = opened(sound)
    add_person(instance.private, email="fa@example.org", name="Fa", password=PASSWORD)
    app = create_app(instance)
    visitor, member = app.test_client(), app.test_client()
    found = _TOKEN.search(member.get("/-/login").get_data(as_text=True))
    assert found is not None
    sent = {"email": "fa@example.org", "password": PASSWORD, "csrf_token": found[1]}
    assert member.post("/-/login", data=sent).status_code == 303
    form = member.get("/-/edit/lien").get_data(as_text=True)
    found, base = _TOKEN.search(form), instance.repository.head()
    assert found is not None
    sent = {"text": "# Un lien\n\nÉcrit.\n", "base": base, "csrf_token": found[1]}
    with closing(sqlite3.connect(sound / "private.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for client in (visitor, member):
            assert client.get("/lien").status_code == 200
            assert client.get("/-/changes").status_code == 200
        assert "Fa" in member.get("/lien").get_data(as_text=True)
        # Git holds pages: a text is saved too.
        assert member.post("/-/edit/lien", data=sent).status_code == 303
        assert "Écrit." in visitor.get("/lien").get_data(as_text=True)
        assert instance.repository.head() != base
    close_instance(instance)
