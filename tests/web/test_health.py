"""What operations are told, and who is told it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from wiki.app import create_app
from wiki.config import Settings, load_settings
from wiki.errors import BadSetting
from wiki.instance import Instance, close_instance, open_instance
from wiki.parts.creation import found

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.people.person import Person

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}
HANDED_ON = [
    {"X-Forwarded-For": "192.0.2.7"},
    {"X-Forwarded-Proto": "https"},
    {"Forwarded": "for=192.0.2.7"},
    {"Via": "1.1 proxy"},
    {"X-Real-IP": "192.0.2.7"},
    {"Host": "wiki.example.org"},
]


def test_how_many_mails_wait_is_told_to_operators_alone(
    client: "FlaskClient",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    def told(browser: "FlaskClient", **environ: str) -> str:
        return browser.get("/-/metrics", environ_base=environ).get_data(as_text=True)

    assert "wiki_mails_waiting" in told(client)
    away = told(client, **ELSEWHERE)
    assert "wiki_projection_behind" in away
    assert "wiki_mail" not in away and "wiki_mirror" not in away
    assert "wiki_mail" not in told(log_in(person("Une")), **ELSEWHERE)
    assert "wiki_mails_waiting" in told(log_in(person("Anne", "admin")), **ELSEWHERE)


@pytest.mark.parametrize("headers", HANDED_ON, ids=lambda one: next(iter(one)))
def test_who_comes_by_a_proxy_that_nobody_declared_is_no_program_here(
    settings: Settings, headers: dict[str, str]
) -> None:
    found(settings, empty=True)
    public = replace(settings, base_url="https://wiki.example.org")
    instance = open_instance(public)
    browser = create_app(instance).test_client()
    for host in ("127.0.0.1:8080", "localhost", "[::1]:8080"):
        told = browser.get("/-/metrics", headers={"Host": host}).get_data(as_text=True)
        assert "wiki_mails_waiting" in told
    told = browser.get("/-/metrics", headers=headers).get_data(as_text=True)
    assert "wiki_projection_behind" in told
    assert "wiki_mail" not in told
    close_instance(instance)


def test_with_a_token_only_who_has_it_is_told(settings: Settings) -> None:
    found(settings, empty=True)
    instance = open_instance(replace(settings, metrics_token="très secret"))
    browser = create_app(instance).test_client()

    def told(authorization: str = "") -> bool:
        headers = {"Authorization": authorization} if authorization else {}
        answer = browser.get("/-/metrics", headers=headers, environ_base=ELSEWHERE)
        return "wiki_mails_waiting" in answer.get_data(as_text=True)

    assert told("Bearer très secret".encode().decode("latin-1"))
    assert not told("Bearer secret")
    assert not told()
    assert "wiki_mail" not in browser.get("/-/metrics").get_data(as_text=True), "nor is loopback"
    close_instance(instance)


def test_what_is_not_ready_is_named_and_why_is_in_the_log(
    instance: Instance, client: "FlaskClient", caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get("/-/readyz").get_json() == {"ready": True, "faults": []}
    branch = instance.settings.instance / "content.git" / "refs" / "heads" / "main"
    branch.parent.mkdir(parents=True, exist_ok=True)
    branch.write_text("no commit at all\n")
    answer = client.get("/-/readyz", environ_base=ELSEWHERE)
    assert answer.status_code == 503
    assert answer.get_json() == {"ready": False, "faults": ["repository"]}
    assert "not ready: repository: " in caplog.text and "content.git" in caplog.text
    assert "wiki check --mend" in client.get("/-/readyz").get_json()["details"]["repository"]


def test_the_source_of_a_changed_wiki_is_at_the_foot_of_each_page(settings: Settings) -> None:
    source = "https://example.org/carrefour"
    found(settings, empty=True)
    for address in ("", source):
        instance = open_instance(replace(settings, source_url=address))
        page = create_app(instance).test_client().get("/").get_data(as_text=True)
        assert (f'<a href="{source}">Code source</a>' in page) is bool(address)
        close_instance(instance)
    environ = {"WIKI_SOURCE_URL": "javascript:alert(1)"}
    with pytest.raises(BadSetting, match="source_url"):
        load_settings(settings.instance, environ)


def test_one_that_is_asked_by_its_address_says_how_it_is_and_no_more(client: "FlaskClient") -> None:
    paths = ("/-/healthz", "/-/readyz", "/-/metrics", "/", "/-/search")
    for host in ("10.213.0.11:8080", "rebound.example"):
        seen = [client.get(path, headers={"Host": host}) for path in paths]
        assert [one.status_code for one in seen] == [200, 200, 200, 400, 400]
        assert "wiki_mail" not in seen[2].text
