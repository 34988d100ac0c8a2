"""Browsers without a screen: a visitor's, those of people who are signed in, and their forms."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person


@pytest.fixture
def client(app: "Flask") -> "FlaskClient":
    """A visitor's browser."""
    return app.test_client()


@pytest.fixture
def log_in(app: "Flask", instance: "Instance") -> "Callable[[Person], FlaskClient]":
    """``log_in(person)``: the browser of someone signed in."""
    return lambda person: signed_in(app, instance, person)


def signed_in(app: "Flask", instance: "Instance", person: "Person") -> "FlaskClient":
    """The browser of someone who signed in before the test began: without the form for it."""
    from wiki.people.accounts.sessions import open_session

    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = open_session(instance.private, person.id)
        session["_fresh"] = True
    return client


def token(client: "FlaskClient", url: str = "") -> str:
    """The CSRF token of the form at ``url``, as the browser would send it back.

    A browser has one token for all forms: without an ``url`` none is opened for it.
    """
    if url:
        page = client.get(url).get_data(as_text=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found, f"no form at {url}"
        return found[1]
    from flask import session
    from flask_wtf.csrf import generate_csrf

    with client.session_transaction() as kept, client.application.test_request_context():
        session.update(kept)
        made = str(generate_csrf())
        kept.update(session)
    return made
