"""From an empty folder to a site with a name, mail, an evening and a project that has applied.

All that a person reads, types and presses on the way is counted: ``-s`` prints it with how long
that takes (``stopwatch.py``), and ``WIKI_SCREENSHOTS`` names a folder for pictures of each step.
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Condition
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from tests.journeys.browsing import PHONE, Open, Site, Watched
from tests.journeys.conftest import browsers
from tests.journeys.steps import Album
from tests.journeys.stopwatch import Stopwatch
from wiki.testing import PASSWORD, free_port, read_mail, text_of
from wiki.web.antispam import FASTEST

#: all that is typed into a terminal (README.md, docs/operator.md)
COMMANDS = ("git clone https://example.org/carrefour", "cd carrefour", "make serve")
#: milliseconds: a form that is open to all takes nothing that was written faster
AS_PEOPLE = 1000 * FASTEST
#: what the start says then (wiki/cli/instances.py)
SAID = """This site has no administrator yet. Open this address in a browser to set it up"""
#: words read, characters typed and presses, of the founder and of who applies
MOST = (1_300, 650, 60)


class MailServer:
    """A server on loopback, and the mails that it took."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str]] = []
        self.port = free_port()
        self._arrived = Condition()

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = read_mail(envelope.content)
        with self._arrived:
            self.mails.append((envelope.rcpt_tos[0], text_of(mail)))
            self._arrived.notify_all()
        return "250 OK"

    def wait_for(self, address: str, pattern: str) -> str:
        """The first group of ``pattern`` in a mail to ``address``, once there is one."""

        def look() -> str | None:
            texts = [text for to, text in self.mails if to == address]
            return next((found[1] for text in texts if (found := re.search(pattern, text))), None)

        with self._arrived:
            assert self._arrived.wait_for(look, 60), self.mails
            return str(look())


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        authenticator=lambda *_asked: AuthResult(success=True),
        auth_require_tls=False,
    )
    controller.start()
    yield server
    controller.stop()


@pytest.fixture
def fresh(tmp_path: Path, serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """`wiki serve` where there was nothing, as `make serve` calls it.

    Whoever runs it lets a mail server of the same machine be chosen in the browser.
    """
    monkeypatch.setenv("WIKI_SERVICE_HOSTS", "127.0.0.1")
    return serve(tmp_path / "instance")


@pytest.fixture
def browse(chromium: Any, fresh: Any) -> Iterator[Open]:
    with browsers(chromium, Site(fresh.url, None)) as browse:  # type: ignore[arg-type]
        yield browse


def test_from_nothing_to_a_project_that_has_applied(
    fresh: Any, browse: Open, mail_server: MailServer
) -> None:
    watch, album = Stopwatch(), Album()
    founder, owner = browse(PHONE), browse(PHONE)
    watch.step("Three commands")
    for line in COMMANDS:
        watch.command(line)
    watch.look(SAID)
    address = (fresh.folder / "setup-link").read_text().strip()
    watch.step("The site and its administrator")
    founder.page.goto(address)
    set_up(watch, album, founder, mail_server)
    first_project(watch, album, founder)
    form = first_evening(watch, album, founder)
    apply(watch, album, owner, form, mail_server)
    watch.step("Seeing that it has applied")
    founder.goto("/")
    watch.read(founder.page, ".guide")
    assert founder.page.locator(".guide .is-done").count() == 3
    album.keep(founder, "applied")
    watch.press(founder.page, ".guide button")
    assert founder.page.locator(".guide").count() == 0
    sys.stdout.write(f"\n{watch.table()}\n")
    assert not (fresh.folder / "wiki.toml").exists()
    assert len(COMMANDS) <= 3
    total = watch.total
    assert total.words <= MOST[0] and total.keys <= MOST[1] and total.presses <= MOST[2]


def set_up(watch: Stopwatch, album: Album, founder: Watched, mail_server: MailServer) -> None:
    page = founder.page
    watch.read(page)
    album.keep(founder, "site")
    watch.fill(page, "site_name", "Carrefour des marais")
    watch.fill(page, "name", "Nour")
    watch.fill(page, "email", "nour@example.org")
    watch.fill(page, "password", PASSWORD)
    watch.press(page, "main .form button")
    watch.step("Mail, seen to arrive")
    watch.read(page)
    album.keep(founder, "mail")
    watch.fill(page, "smtp_host", "127.0.0.1")
    watch.fill(page, "smtp_port", str(mail_server.port))
    watch.choose(page, "main [name=smtp_starttls]")
    watch.fill(page, "smtp_user", "nour@example.org")
    watch.fill(page, "smtp_password", "le mot de passe du courriel")
    watch.fill(page, "mail_from", "wiki@example.org")
    watch.press(page, "main .form button")
    watch.read(page)
    album.keep(founder, "code")
    watch.fill(page, "code", mail_server.wait_for("nour@example.org", r"(\d{6})"))
    watch.press(page, "main .form button")
    watch.step("Pages and address")
    watch.read(page)
    album.keep(founder, "pages")
    watch.choose(page, "main [value=empty]")
    watch.press(page, "main .form button")
    assert "Votre site est en place" in page.inner_text("body")


def first_project(watch: Stopwatch, album: Album, founder: Watched) -> None:
    page = founder.page
    watch.step("A first project")
    watch.read(page, ".guide")
    album.keep(founder, "home")
    watch.press(page, ".guide a >> nth=0")
    watch.read(page, "main .form")
    watch.fill(page, "title", "Vélos du marais")
    watch.fill(page, "summary", "Des vélos réparés ensemble, prêtés à qui en a besoin.")
    watch.press(page, "main .form .actions button")
    watch.press(page, ".brand")
    watch.press(page, ".guide a >> nth=0")
    watch.read(page, "main .form")
    watch.fill(page, "what", "Un local près de la gare, deux soirs par semaine")
    watch.press(page, "main .form .actions button")
    watch.press(page, ".brand")
    watch.press(page, ".guide a >> nth=0")
    watch.read(page, "main .form")
    watch.fill(page, "email", "awa@example.org")
    watch.press(page, "main .form .actions button")
    watch.press(page, ".brand")
    watch.read(page, ".guide")
    assert page.locator(".guide .is-done").count() == 3
    album.keep(founder, "project")
    watch.press(page, ".guide button")


def first_evening(watch: Stopwatch, album: Album, founder: Watched) -> str:
    """The address of the form by which projects apply."""
    page = founder.page
    watch.step("An evening with a call")
    watch.read(page, ".guide")
    watch.press(page, ".guide a >> nth=0")
    watch.read(page, "main .form")
    watch.fill(page, "title", "Carrefour d’hiver")
    watch.press(page, "main .form .actions button")
    watch.press(page, ".brand")
    watch.press(page, ".guide a >> nth=0")
    watch.read(page, "main .form")
    watch.fill(page, "day", "2099-03-18")
    watch.fill(page, "begin", "18:30")
    watch.fill(page, "place", "Médiathèque de Redon")
    watch.press(page, "main .form .actions button")
    watch.press(page, ".brand")
    watch.press(page, ".guide a >> nth=0")
    watch.read(page)
    album.keep(founder, "call")
    watch.press(page, "main .form button[value=open]")
    watch.press(page, ".brand")
    watch.read(page, ".guide")
    assert page.locator(".guide .is-done").count() == 2
    album.keep(founder, "evening")
    return str(page.locator(".guide a").get_attribute("href"))


def apply(
    watch: Stopwatch, album: Album, owner: Watched, form: str, mail_server: MailServer
) -> None:
    page = owner.page
    watch.step("A project applies, by somebody without an account")
    owner.goto(form)
    watch.read(page, "main .form")
    watch.fill(page, "title", "Four à pain du quartier")
    watch.fill(page, "summary", "Un four commun, allumé le samedi par qui veut cuire.")
    watch.fill(page, "needs", "Un maçon qui connaît la brique réfractaire")
    page.wait_for_timeout(AS_PEOPLE)
    watch.press(page, "main .form .actions button")
    watch.read(page)
    album.keep(owner, "last-step")
    watch.fill(page, "name", "Sacha")
    watch.fill(page, "email", "sacha@example.org")
    page.wait_for_timeout(AS_PEOPLE)
    watch.press(page, "main .form .actions button")
    watch.read(page, "main .notice")
    page.goto(mail_server.wait_for("sacha@example.org", r"(http\S+/-/last-step/\S+)"))
    watch.read(page)
    watch.press(page, "main .form .actions button")
    assert "Four à pain du quartier" in page.inner_text("main")
    album.keep(owner, "proposed")
