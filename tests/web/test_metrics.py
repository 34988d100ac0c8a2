"""What Prometheus reads: by its own parser, under names that stay."""

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from wiki.app import create_application
from wiki.testing import module_wiki

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from wiki.instance import Instance

app, instance = module_wiki.app, module_wiki.instance

#: names that monitors know by now
KEPT = {
    *("wiki_projection_behind", "wiki_rows_reached", "wiki_mails_waiting"),
    *("wiki_mail_oldest_seconds", "wiki_mails_failed_day", "wiki_queue_waiting"),
    *("wiki_queue_oldest_seconds", "wiki_task_failures", "wiki_mirror_state"),
    "wiki_mirror_done_seconds",
}
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


def test_each_metric_says_what_it_is_and_names_stay(
    client: "FlaskClient", write: "Callable[..., str]"
) -> None:
    write({"index.md": "# Accueil\n"})
    client.get("/")
    answer = client.get("/-/metrics")
    assert answer.mimetype == "text/plain"
    found = list(text_string_to_metric_families(answer.get_data(as_text=True)))
    assert {one.name for one in found} >= KEPT
    assert all(one.documentation and one.type != "unknown" for one in found)
    samples = {(one.name, *one.labels.values()): one.value for two in found for one in two.samples}
    assert samples["wiki_request_duration_seconds_count", "page"] >= 1
    buckets = [
        one.value
        for two in found
        for one in two.samples
        if one.name == "wiki_request_duration_seconds_bucket" and one.labels["kind"] == "page"
    ]
    assert buckets == sorted(buckets)
    assert buckets[-1] == samples["wiki_request_duration_seconds_count", "page"]
    assert sum(v for (name, *_), v in samples.items() if name == "wiki_process_memory_bytes") > 1e6
    assert samples["wiki_disk_free_bytes",] > 0
    away = client.get("/-/metrics", environ_base=ELSEWHERE).get_data(as_text=True)
    told = {one.name for one in text_string_to_metric_families(away)}
    assert told == {"wiki_projection_behind", "wiki_rows_reached"}


def test_kept_answers_count_as_what_they_are_and_renewals_as_nothing(
    instance: "Instance", write: "Callable[..., str]"
) -> None:
    from werkzeug.test import Client

    from wiki.web.cache.responses import RENEWED

    write({"index.md": "# Accueil\n", "a.md": "# A\n"})
    site = Client(create_application(instance), use_cookies=False)
    browser = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}
    robot = {"User-Agent": "Mozilla/5.0 (compatible; SomeBot/2.1)"}
    uses, kept = instance.counters.uses(), instance.counters.kept()
    for _time in range(3):
        site.get("/a", headers=browser)
    site.get("/a", headers=robot)
    site.get("/-/search?q=introuvable", headers=browser)
    site.get("/-/search?q=introuvable", headers=browser)
    site.get("/-/search?q=A", headers=browser)
    # None of these is a page that somebody reads.
    site.head("/a", headers=browser)
    site.get("/a.md", headers=browser)
    site.get("/rien", headers=browser)
    site.get("/-/search", headers=browser)
    site.get("/-/changes", headers=browser, environ_overrides={RENEWED: True})
    now = instance.counters.uses()
    new = {name: (now[name][0] - uses[name][0], now[name][1] - uses[name][1]) for name in now}
    assert new == {"view": (3, 1), "search": (1, 0), "search_without_result": (2, 0)}
    assert instance.counters.kept().given - kept.given >= 4
    assert instance.counters.kept().size > 0
