"""What keeps machines out of open forms, and lets people through."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import pytest

from wiki.config import Settings, load_settings
from wiki.people import accounts
from wiki.people.review import proposals
from wiki.testing import PASSWORD, token

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from wiki.instance import Instance

PAGE = "---\neditors: anyone\n---\n# Accueil\n"
#: how long ago a form was opened, and what the traps say of it
AGES = [(0, "hasty"), (1, "hasty"), (3, "fine"), (80_000, "fine"), (90_000, "stale")]


@pytest.fixture(params=["open"])
def settings(tmp_path: "Path", request: pytest.FixtureRequest) -> Settings:
    """A wiki that others reach: it has a mail server."""
    return load_settings(
        tmp_path / "instance",
        environ={},
        smtp_host="127.0.0.1",
        service_hosts="127.0.0.1",
        smtp_port=1,
        first_posts=request.param,
    )


def stamp(instance: "Instance", age: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """The stamp of a form that was opened ``age`` seconds ago."""
    import time

    from itsdangerous import TimestampSigner

    now = int(time.time())
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: now - age)
    signed = TimestampSigner(instance.secret, salt="form-opened").sign("form").decode("ascii")
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: now)
    return signed


@pytest.fixture
def propose(
    client: "FlaskClient", write: Callable[..., str]
) -> Iterator[Callable[..., tuple[int, str]]]:
    write({"accueil.md": PAGE})
    csrf = token(client, "/-/propose/accueil")

    def propose(fields: Mapping[str, str]) -> tuple[int, str]:
        sent = {"csrf_token": csrf, "text": f"{PAGE}\nUn mot.\n", **fields}
        answer = client.post("/-/propose/accueil", data=sent)
        return answer.status_code, answer.get_data(as_text=True)

    yield propose


def held(instance: "Instance") -> int:
    return sum(proposals.waiting_places(instance.private).values())


@pytest.mark.parametrize(("age", "verdict"), AGES)
def test_a_proposal_is_neither_hasty_nor_stale(
    age: int,
    verdict: str,
    instance: "Instance",
    propose: Callable[..., tuple[int, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    status, said = propose({"opened": stamp(instance, age, monkeypatch)})
    if verdict == "fine":
        assert status == 303 and held(instance) == 1
        return
    assert status == 422 and held(instance) == 0
    assert "Un mot." in said
    assert ("Encore un instant" in said) == (verdict == "hasty")


def test_what_machines_fill_in_is_answered_as_if_all_were_well(
    instance: "Instance", propose: Callable[..., tuple[int, str]], client: "FlaskClient"
) -> None:
    status, _ = propose({"website": "https://example.com"})
    assert status == 303 and held(instance) == 0
    form = client.get("/-/propose/accueil").get_data(as_text=True)
    assert 'aria-hidden="true"' in form and 'tabindex="-1"' in form and "style=" not in form
    assert "Laissez ce champ vide" in form


@pytest.mark.parametrize("forged", ["", "x", "form.aaaa.bbbb", "é" * 500])
def test_a_stamp_is_ours(
    forged: str, instance: "Instance", propose: Callable[..., tuple[int, str]]
) -> None:
    assert propose({"opened": forged})[0] == 422
    assert held(instance) == 0


def test_a_first_contribution_is_no_list_of_links(
    instance: "Instance",
    propose: Callable[..., tuple[int, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = stamp(instance, 60, monkeypatch)
    for count, status in ((6, 422), (5, 303)):
        text = PAGE + "\nhttps://example.com\n" * count
        assert propose({"opened": opened, "text": text})[0] == status


def test_proposals_have_their_rate(
    instance: "Instance",
    propose: Callable[..., tuple[int, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = stamp(instance, 60, monkeypatch)
    codes = [propose({"opened": opened, "text": f"{PAGE}\n{n}\n"})[0] for n in range(4)]
    assert codes == [303, 303, 303, 429]  # three of one for one page
    assert held(instance) == 3


@pytest.mark.parametrize(
    ("settings", "odd", "begins_held"),
    [
        ("open", True, False),
        ("doubtful", False, False),
        ("doubtful", True, True),
        ("reviewed", False, True),
    ],
    indirect=["settings"],
)
def test_a_sign_up_is_never_refused_but_may_begin_held(
    odd: bool,
    begins_held: bool,
    instance: "Instance",
    client: "FlaskClient",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = {
        "csrf_token": token(client, "/-/register"),
        "name": "Marc",
        "email": "marc@example.org",
        "password": PASSWORD,
        "opened": "" if odd else stamp(instance, 60, monkeypatch),
    }
    links = []
    register = accounts.register

    def noted(*args: object, **kwargs: object) -> object:
        links.append(register(*args, **kwargs))  # type: ignore[arg-type]
        return links[-1]

    monkeypatch.setattr(accounts, "register", noted)
    filled = client.post("/-/register", data={**sent, "website": "x"})
    assert filled.status_code == 200 and links == []
    real = client.post("/-/register", data=sent)
    assert real.status_code == 200
    assert real.get_data(as_text=True) == filled.get_data(as_text=True)
    made = accounts.confirm(instance.private, links[0].token)
    assert made is not None and made.held is begins_held
