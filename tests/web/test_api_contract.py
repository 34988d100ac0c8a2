"""The API keeps to its own document, whatever is sent: schemathesis asks, with all its checks."""

import os
from collections.abc import Iterator
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server

from wiki.people.accounts.access_tokens import issue
from wiki.web.api.application import document_of
from wiki.web.api.mounting import api_of

if TYPE_CHECKING:
    from flask import Flask

#: examples of each operation; a long run by hand, which asks all that it can, takes more
EXAMPLES = int(os.environ.get("WIKI_TEST_EXAMPLES", "4"))
LONG = "WIKI_TEST_EXAMPLES" in os.environ
#: seconds that a busy machine may take for an answer
PATIENCE = 60
PAGES = {
    "index.md": "# Accueil\n",
    "projets/lora.md": "---\ntype: project\ntitle: LoRa\nthemes: [radio]\n---\n\n"
    "::: besoins\n- [ ] Une antenne #radio {#b-radio001}\n\n:::\n",
    "personnes/une.md": "---\ntype: person\ntitle: Une\n---\n\n"
    "::: offres\n- Un avis #radio {#o-avis0001}\n\n:::\n",
    "secret.md": "---\nvisibility: team\ntitle: Secret\n---\n",
}

#: what a sound request may be answered whatever its words are: there may be nothing there, it may
#: be another's page, and no program can guess a cursor or an ETag
SOUND = ["2xx", "401", "403", "404", "409", "412", "422", "428"]


@pytest.fixture
def generous(settings: Any) -> Any:
    """No limit of requests stands in the way of asking thousands."""
    from dataclasses import replace

    return replace(settings, api_requests_per_minute=10**9, saves_per_minute=10**9)


@pytest.fixture
def asked(generous: Any) -> Iterator[tuple[str, str]]:
    """Where a wiki with some pages is served; and a member’s token."""
    from wiki.app import create_app
    from wiki.instance import close_instance, open_instance
    from wiki.parts.creation import found
    from wiki.people.accounts import add_person
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    found(generous, empty=True)
    instance = open_instance(generous)
    files = {name: text.encode() for name, text in PAGES.items()}
    author = Author("Une main", "main@people.invalid")
    commit(instance.repository, instance.repository.head(), files, author, "by hand")
    person = add_person(instance.private, email="une@example.org", name="Une")
    secret = issue(instance.private, person.id, name="Un robot", scopes=("read", "write"), days=30)
    server = make_server("127.0.0.1", 0, create_app(instance), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", secret
    server.shutdown()
    thread.join()
    server.server_close()
    close_instance(instance)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("who", ["visitor", "member"])
def test_schemathesis_finds_nothing(who: str, asked: tuple[str, str]) -> None:
    import schemathesis
    from schemathesis.engine import Status, events, from_schema

    url, secret = asked
    schema = schemathesis.openapi.from_url(f"{url}/-/api/v1/openapi.json", timeout=PATIENCE)
    config = schema.config
    config.update(request_timeout=PATIENCE)
    config.generation.update(max_examples=EXAMPLES, deterministic=True)
    config.phases.stateful.enabled = LONG
    config.phases.coverage.enabled = LONG or who == "member"
    config.checks.positive_data_acceptance.expected_statuses = SOUND
    if who == "member":
        config.update(headers={"Authorization": f"Bearer {secret}"})
    failures: list[str] = []
    asked_at = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            asked_at += 1
            for case, checks in event.recorder.checks.items():
                for one in checks:
                    if one.status == Status.FAILURE and one.failure_info:
                        sent = event.recorder.cases[case].value.as_curl_command()
                        failures.append(f"{one.name}: {one.failure_info.failure}\n{sent}")
        elif isinstance(event, events.NonFatalError | events.FatalError):
            failures.append(str(event))
    assert asked_at > 20
    assert not failures, "\n\n".join(failures[:10])


@pytest.mark.filterwarnings("default")
def test_the_document_is_openapi_3_1(app: "Flask") -> None:
    import schemathesis

    document = document_of(api_of(app))
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document).validate()


def test_each_route_is_in_the_document_and_says_what_it_does(app: "Flask") -> None:
    api = api_of(app)
    paths = document_of(api)["paths"]
    routes = {rule.rule for rule in api.url_map.iter_rules()} - {"/-/api/v1/openapi.json"}
    assert len(paths) == len(routes)
    for path, operations in paths.items():
        for method, operation in operations.items():
            assert operation["summary"], path
            assert {"401", "429", "default"} <= operation["responses"].keys(), (method, path)
