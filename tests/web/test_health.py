"""What operations are told, and who is told it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.people.person import Person

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


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
