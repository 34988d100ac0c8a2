"""The reference of a fault: what its reader is told, and what administrators find under it."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from wiki.people import incidents
from wiki.people.incidents import list_incidents
from wiki.testing import module_wiki

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

app, instance = module_wiki.app, module_wiki.instance
SECRET = "geheim@example.org"


@pytest.fixture
def admin(
    person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> "FlaskClient":
    return log_in(person("Anne", "admin"))


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wiki whose search fails, with words in the exception that are nobody's business."""
    from wiki.web.search import views

    def fail(*_args: object) -> None:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise RuntimeError(f"no row for {SECRET}") from error

    monkeypatch.setattr(views, "_asked", fail)


def test_a_fault_is_found_by_what_its_reader_was_told(
    instance: "Instance", app: "Flask", admin: "FlaskClient", broken: None
) -> None:
    answer = app.test_client().get(f"/-/search?q={SECRET}")
    assert answer.status_code == 500
    page = answer.get_data(as_text=True)
    reference = re.search(r"\b[0-9a-f]{8}\b", page[page.index("écrivez à ce sujet") :])
    assert reference is not None
    told = admin.get(f"/-/admin/faults?reference=%20{reference[0].upper()}")
    words = told.get_data(as_text=True)
    assert "RuntimeError" in words and "builtins.KeyError" in words
    assert "GET /-/search" in words and "in fail" in words
    assert SECRET not in words
    [kept] = list_incidents(instance.private)
    assert SECRET not in str(vars(kept)) and kept.reference == reference[0]
    assert "RuntimeError" in admin.get("/-/admin/faults").get_data(as_text=True)
    assert reference[0] in admin.get("/-/admin/faults?kind=RuntimeError").get_data(as_text=True)
    assert reference[0] not in admin.get("/-/admin/faults?kind=OSError").get_data(as_text=True)
    assert instance.counters.faults()["fault"] >= 1
    unknown = admin.get("/-/admin/faults?reference=ffffffff").get_data(as_text=True)
    assert "Aucune panne de cette référence" in unknown


def test_they_are_bounded_in_number_rate_and_age(
    instance: "Instance", app: "Flask", broken: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wiki.people.privacy.expiry import forget_the_past
    from wiki.web.operations import faults

    monkeypatch.setattr(incidents, "MOST", 3)
    monkeypatch.setattr(faults, "_PER_MINUTE", 5)
    browser = app.test_client()
    told = [browser.get("/-/search?q=x").get_data(as_text=True) for _time in range(7)]
    kept = [one.reference for one in list_incidents(instance.private)]
    assert len(kept) == 3, "the oldest went"
    assert all(re.search(r"\b[0-9a-f]{8}\b", page) for page in told), "the log has the others"
    assert not any(one in told[6] for one in kept), "so many a minute are kept"
    now = instance.private.now() + incidents.KEPT
    monkeypatch.setattr(instance.private, "now", lambda: now + incidents.KEPT)
    forget_the_past(instance.private)
    assert not list_incidents(instance.private)
