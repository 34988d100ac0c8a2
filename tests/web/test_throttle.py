"""Limits on what costs something: by network or person, over all processes, and told in words."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from wiki.people.limits.frequent import Rates
from wiki.testing import module_wiki, signed_in, token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

#: what a visitor may ask for, and the setting that bounds it
LIMITED = {
    "/-/search?q=eau": "searches_per_minute",
    "/-/search.atom?q=eau": "searches_per_minute",
    "/-/search.csv?q=eau": "searches_per_minute",
    "/-/near?of=eau": "searches_per_minute",
    "/-/near/like?of=eau": "searches_per_minute",
    "/-/ask?q=eau": "searches_per_minute",
    "/-/api/v1/ask?question=eau": "searches_per_minute",
    "/-/api/v1/search?q=eau": "searches_per_minute",
    "/-/suggest?q=ea": "suggestions_per_second",
    "/-/signal/similar?title=eau": "suggestions_per_second",
    "/-/diff/eau": "comparisons_per_minute",
    "/-/catalogue.csv": "documents_per_hour",
    "/-/catalogue.xlsx": "documents_per_hour",
    "/-/relations/file.csv": "documents_per_hour",
}
ADDRESS = "203.0.113.7"


@pytest.fixture
def limit(instance: "Instance") -> Callable[[str, int], None]:
    def limit(setting: str, most: int) -> None:
        object.__setattr__(instance.settings, setting, most)
        # No time passes: a second is over soon on a busy machine.
        object.__setattr__(instance, "rates", Rates(now=lambda: 5.0))

    return limit


@pytest.fixture(autouse=True)
def pages(write: Callable[..., str]) -> None:
    write({"eau.md": "# Eau\n\nL’eau du village.\n"})
    write({"eau.md": "# Eau\n\nL’eau de la ville.\n"})


def ask(client: "FlaskClient", url: str, address: str = ADDRESS) -> "TestResponse":
    return client.get(url, environ_base={"REMOTE_ADDR": address})


@pytest.mark.parametrize("url", LIMITED)
def test_what_costs_something_is_limited_by_network(
    url: str, app: "Flask", limit: Callable[[str, int], None]
) -> None:
    limit(LIMITED[url], 1)
    client = app.test_client()
    assert ask(client, url, "2001:db8:1:2::1").status_code == 200
    refused = ask(client, url, "2001:db8:1:2:ffff::2")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600 * 9 // 8
    told = refused.get_data(as_text=True)
    assert "assez pour l’instant, et rien n’est perdu" in told
    assert (">Essayer encore<" in told) == (refused.mimetype == "text/html")
    assert ask(client, url, "2001:db8:1:3::1").status_code == 200
    assert ask(client, url, ADDRESS).status_code == 200


def test_persons_are_counted_apart_wherever_they_are(
    app: "Flask",
    instance: "Instance",
    person: "Callable[..., Person]",
    limit: Callable[[str, int], None],
) -> None:
    limit("searches_per_minute", 1)
    awa, noe = (signed_in(app, instance, person(name)) for name in ("Awa", "Noé"))
    for client in (awa, noe, app.test_client()):
        assert ask(client, "/-/search?q=eau").status_code == 200
    for client, address in ((awa, ADDRESS), (awa, "198.51.100.1"), (app.test_client(), ADDRESS)):
        assert ask(client, "/-/search?q=eau", address).status_code == 429
    # What one sees of it is one's own affair: pages are read on.
    assert ask(awa, "/eau").status_code == 200


def test_all_workers_count_together(app: "Flask", instance: "Instance") -> None:
    """Each opens the wiki for itself; a restart is one more of them."""
    from wiki.app import create_app
    from wiki.instance import close_instance, open_instance

    settings = replace(instance.settings, searches_per_minute=3)
    seen = []
    for _worker in range(3):
        other = open_instance(settings, instance.plugins)
        client = create_app(other).test_client()
        seen += [ask(client, "/-/search?q=eau").status_code for _turn in range(2)]
        close_instance(other)
    assert seen == [200, 200, 200, 429, 429, 429]


def test_a_refused_save_keeps_what_was_typed(
    app: "Flask",
    instance: "Instance",
    person: "Callable[..., Person]",
    limit: Callable[[str, int], None],
) -> None:
    limit("saves_per_minute", 0)
    client = signed_in(app, instance, person("Awa"))
    words = "# Eau\n\nCe que j’ai tapé.\n"
    sent = {"text": words, "csrf_token": token(client, "/-/edit/eau")}
    answer = client.post("/-/edit/eau", data=sent)
    assert answer.status_code == 429
    assert "Ce que j’ai tapé." in answer.get_data(as_text=True)
    assert answer.headers["Retry-After"]


#: what else a visitor may open, by what bounds its work: one page and its allowance; a part of a
#: list; a form; numbers and maps of the whole wiki, worked out anew when it changes; nothing to do
ONE_PAGE = """access.access feedback.form comments.listed files.attachments history.history
    linked.linked notes_map.drawn notes_map.file pages.view sections.listed"""
PARTS = """around.below around.pointing calendars.dates catalogue.frame catalogue.table
    changes.changes events.every feedback_board.board feedback_board.feed feeds.changes feeds.feed
    lists.catalogue needs.board
    needs_feeds.feed notes.missing root.sitemap sisters.listed status.all_stories status.board
    status.feed"""
FORMS = """account.login account.login_link account.register account.reset booklets.choose
    correspondents.form correspondents.offline documents.choose dossiers_making.new
    feedback_advice.form making.new needs_forms.new reporting.ask"""
WHOLE = """figures.show figures_years.show relations.embed relations.embedded relations.graph
    relations.show sister_statement.statement status_figures.show territories.embed
    territories.image territories.show"""
NOTHING = """api_reference.reference correspondents.state correspondents.worker
    device.manifest device.offline device.worker events.how
    git.about_public git.about_standard git.about_whole
    health.healthz health.metrics health.readyz registrations.why
    root.robots site.opensearch"""
#: forms whose reader is given a session: to log in, have a file made, signal without a network
KEEPING = """account.login account.login_link account.register account.reset booklets.choose
    correspondents.form correspondents.state documents.choose"""
#: what stands in addresses; others want what is told to one person, or name one item of a list
NAMES = {"path": "eau", "raw": "eau", "board": "needs", "name": "projects", "ending": "csv"}


def test_each_public_address_is_limited_or_bounded(app: "Flask") -> None:
    """Whoever adds one says here what bounds it."""
    addresses = app.url_map.bind("localhost")
    limited = {
        addresses.match(urlsplit(url).path)[0] for url in LIMITED if not url.startswith("/-/api/")
    }
    opened, given = set(), set()
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.arguments <= NAMES.keys():
            url = addresses.build(rule.endpoint, {name: NAMES[name] for name in rule.arguments})
            answer = ask(app.test_client(), url)
            if answer.status_code == 200:
                opened.add(rule.endpoint)
            if answer.status_code == 200 and "Set-Cookie" in answer.headers:
                given.add(rule.endpoint)
    bounded = {*" ".join((ONE_PAGE, PARTS, FORMS, WHOLE, NOTHING)).split()}
    assert sorted(opened - limited) == sorted(bounded)
    assert sorted(given) == sorted(KEEPING.split()), "who only reads is given nothing to keep"
