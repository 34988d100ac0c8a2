"""A question sent by a real mail server: its link, as a mail program gives it, answers once."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from wiki.testing import free_port, token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.config import Settings
    from wiki.people.person import Person


class Box:
    """What the server has taken: to whom, and which bytes."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails += [(to, envelope.content) for to in envelope.rcpt_tos]
        return "250 OK"


@pytest.fixture
def box() -> Iterator[tuple[Box, int]]:
    held, port = Box(), free_port()
    controller = Controller(held, hostname="127.0.0.1", port=port)
    controller.start()
    yield held, port
    controller.stop()


@pytest.fixture
def settings(settings: "Settings", box: tuple[Box, int]) -> "Settings":
    return replace(
        settings,
        smtp_host="127.0.0.1",
        service_hosts="127.0.0.1",
        smtp_port=box[1],
        smtp_starttls=False,
    )


def test_a_need_without_news_is_asked_about_and_answered_by_a_link(
    box: tuple[Box, int],
    instance: Any,
    plugin_module: Callable[[str], Any],
    client: "FlaskClient",
    person: "Callable[..., Person]",
    write: Callable[..., str],
) -> None:
    from wiki.mail_dispatch import deliver

    write(
        {
            "lora.md": "---\ntype: project\nteam: [personnes/awa]\n---\n# LoRa\n\n::: besoins\n"
            "- [ ] un avis vu:2020-01-01 {#b-aaaaaaaa}\n\n:::\n",
            "personnes/awa.md": "---\ntype: person\n---\n# Awa\n",
        }
    )
    owner = person("Awa", page="personnes/awa")
    later = instance.private.now() + timedelta(days=181)
    instance.private.now = lambda: later
    assert [plugin_module("reminders").run(instance) for _twice in range(2)] == [1, 0]
    deliver(instance)
    deliver(instance)
    [(to, sent)] = box[0].mails
    assert to == owner.email
    mail = message_from_bytes(sent, policy=default)
    html = mail.get_body(("html",))
    assert html is not None and "un avis" in html.get_content()
    links = re.findall(r'href="([^"]*/-/needs/answer/[^"]+)"', html.get_content())
    assert len(links) == 3 and all(one.startswith(instance.settings.public_url) for one in links)
    still = links[0].removeprefix(instance.settings.public_url)
    # A mail scanner opens all links; the owner opens one, and presses its button.
    for link in links:
        page = client.get(link.removeprefix(instance.settings.public_url)).get_data(as_text=True)
        assert "un avis" in page and owner.email not in page
    data = {"csrf_token": token(client, still)}
    done = client.post(still, data=data).get_data(as_text=True)
    assert "toujours d’actualité" in done and "/-/needs/b-aaaaaaaa" in done
    assert client.post(still, data=data).status_code == 404, "used, it does nothing more"
    board = client.get("/-/needs?state=open").get_data(as_text=True)
    assert "b-aaaaaaaa" in board
