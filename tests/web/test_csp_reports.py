"""What browsers refuse is counted by kind: bounded, whoever sends it, and telling of nobody."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki.people import violations
from wiki.people.limits.frequent import Rates
from wiki.people.privacy.expiry import forget_the_past
from wiki.people.violations import Counted, Violation, count_violation, list_violations
from wiki.testing import module_wiki
from wiki.web.security import POLICY, REPORTS

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

SECRET = "un-jeton-secret"


@pytest.fixture(autouse=True)
def unhurried(instance: "Instance") -> None:
    object.__setattr__(instance, "rates", Rates(now=lambda: 5.0))


def refused(directive: str = "img-src", **fields: str) -> dict[str, Any]:
    """A report as browsers send it."""
    report = {name.replace("_", "-"): value for name, value in fields.items()}
    return {"csp-report": {"effective-directive": directive, **report}}


def report(client: "FlaskClient", sent: object, **options: Any) -> "TestResponse":
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return client.post(REPORTS, data=body, content_type="application/csp-report", **options)


def kinds(instance: "Instance") -> dict[Violation, int]:
    return {
        Violation(one.rule, one.blocked, one.source, one.view): one.count
        for one in list_violations(instance.private)
    }


def test_every_page_says_where_to_report(client: "FlaskClient") -> None:
    for url in ("/", "/-/search", "/-/login", "/nulle/part", "/-/robots.txt"):
        headers = client.get(url).headers
        assert headers["Content-Security-Policy"] == POLICY
    assert f"report-uri {REPORTS}" in POLICY
    assert "require-trusted-types-for 'script'" in POLICY


def test_what_is_alike_is_counted_as_one_kind(client: "FlaskClient", instance: "Instance") -> None:
    page, picture = f"http://localhost/page?token={SECRET}", "https://Ailleurs.example/a.png?x=1"
    for sent in (
        refused(blocked_uri=picture, document_uri=page),
        refused(blocked_uri=picture.replace("a.png", "b.png"), document_uri=page + "#ici"),
        {"csp-report": {"violated-directive": "img-src 'self' data:", "blocked-uri": picture}},
    ):
        answer = report(client, sent)
        assert answer.status_code == 204
        assert "Set-Cookie" not in answer.headers
    kind = Violation("img-src", "ailleurs.example", "", "pages.view")
    assert kinds(instance) == {kind: 2, Violation("img-src", "ailleurs.example"): 1}


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (refused("script-src-elem", blocked_uri="inline"), Violation("script-src-elem", "inline")),
        (refused("script-src", blocked_uri="eval"), Violation("script-src", "eval")),
        (
            refused(
                "require-trusted-types-for",
                blocked_uri="trusted-types-sink",
                source_file="http://localhost/-/static/htmx-d6fdc75f20.js",
            ),
            Violation("require-trusted-types-for", "trusted-types-sink", "htmx.js"),
        ),
        (
            refused(source_file="http://localhost/-/static/comments/comments.js?v=1"),
            Violation("img-src", "", "comments/comments.js"),
        ),
        (refused(blocked_uri="http://localhost/x"), Violation("img-src", "self")),
        (
            refused(blocked_uri="chrome-extension://abcdef/x.js", source_file="moz-extension"),
            Violation("img-src", "extension"),
        ),
        (refused(blocked_uri=f"data:{SECRET}"), Violation("img-src", "data")),
        (refused(SECRET, blocked_uri=f"https://{SECRET}'\"<b>/"), Violation("other")),
        (
            refused(document_uri=f"http://localhost/-/search?q={SECRET}"),
            Violation("img-src", view="search.search"),
        ),
        (refused(document_uri=f"https://ailleurs.example/{SECRET}"), Violation("img-src")),
        (
            refused(document_uri="http://[", blocked_uri="http://[::", source_file="//["),
            Violation("img-src"),
        ),
        (refused(source_file=f"http://localhost/{SECRET}.js"), Violation("img-src")),
    ],
)
def test_of_a_report_only_words_of_ours_hosts_and_files_are_kept(
    sent: dict[str, Any],
    kind: Violation,
    client: "FlaskClient",
    instance: "Instance",
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert report(client, sent).status_code == 204
    assert kinds(instance) == {kind: 1}
    assert SECRET not in repr(list_violations(instance.private)) + caplog.text


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("http://localhost/"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["csp-report", "blocked-uri", "effective-directive", "document-uri", "source-file"]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.one_of(_JSON.map(lambda one: json.dumps(one).encode()), st.binary(max_size=40)))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_sent_is_answered(
    instance: "Instance", client: "FlaskClient", body: bytes
) -> None:
    object.__setattr__(instance, "rates", Rates(now=lambda: 5.0))
    assert report(client, body).status_code in (204, 400)
    assert len(list_violations(instance.private)) <= violations.MOST + 1


def test_what_is_sent_is_bounded(client: "FlaskClient", instance: "Instance") -> None:
    assert report(client, b"[" * 60_000).status_code == 400
    assert report(client, b" " * 70_000).status_code == 413
    assert report(client, refused(), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    near = {"environ_base": {"REMOTE_ADDR": "203.0.113.7"}}
    answers = [report(client, refused(), **near).status_code for _ in range(61)]
    assert answers == [204] * 60 + [429]


def test_kinds_are_bounded_too_and_are_forgotten(
    instance: "Instance", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(violations, "MOST", 3)
    private = instance.private
    for number in (*range(10), *range(10)):
        count_violation(private, Violation("img-src", f"site{number}.example"))
    assert len(list_violations(private)) == 4
    assert kinds(instance)[violations.OTHER] == 14
    assert sum(kinds(instance).values()) == 20
    oldest = min(one.last for one in list_violations(private))
    monkeypatch.setattr(private, "now", lambda: oldest + violations.KEPT)
    forget_the_past(private)
    assert len(list_violations(private)) == 4
    monkeypatch.setattr(private, "now", lambda: oldest + violations.KEPT + timedelta(minutes=1))
    forget_the_past(private)
    assert list_violations(private) == []


def test_administrators_read_what_was_refused(
    instance: "Instance",
    client: "FlaskClient",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    admin = log_in(person("Anne", "admin"))
    assert "Rien n’a été refusé." in admin.get("/-/admin/violations").get_data(as_text=True)
    page = "http://localhost/page"
    for _ in range(3):
        report(client, refused(blocked_uri="https://ailleurs.example/a.png", document_uri=page))
    report(client, refused("script-src-elem", blocked_uri="inline", document_uri=page))
    told = admin.get("/-/admin/violations").get_data(as_text=True)
    for words in ("une image — ailleurs.example", ">3<", "un programme — écrit dans la page"):
        assert words in told
    assert "depuis sept jours" in admin.get("/-/admin").get_data(as_text=True)
    first: Counted = list_violations(instance.private)[0]
    assert first.first <= first.last
