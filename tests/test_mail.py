"""Mail: to one person, by a real server or as files, and no header that someone typed."""

import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from shutil import which
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from hypothesis import given
from hypothesis import strategies as st

from wiki.config import Settings
from wiki.errors import BadField, BadSetting, StorageFailed, WikiError
from wiki.mailer import Mailer, MailFailed
from wiki.testing import free_port

TO = "une.porteuse@example.org"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(instance=tmp_path, mail_from="wiki@carrefour.example", site_name="Le Carrefour")


def parsed(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def outbox(settings: Settings) -> list[Path]:
    return sorted((settings.instance / "outbox").glob("*"))


def body(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


# Files


def test_without_a_server_a_mail_is_a_file(settings: Settings) -> None:
    identity = Mailer(settings).send(TO, "Votre lien — été", "Bonjour,\n\nVoilà : https://x/y\n")
    (file,) = outbox(settings)
    assert file.suffix == ".eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    message = parsed(file.read_bytes())
    assert message["To"] == TO
    assert message["From"] == '"Le Carrefour" <wiki@carrefour.example>' or message["From"] == (
        "Le Carrefour <wiki@carrefour.example>"
    )
    assert message["Subject"] == "Votre lien — été"
    assert message["Message-ID"] == identity
    assert identity.endswith("@carrefour.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert abs(message["Date"].datetime - datetime.now(UTC)) < timedelta(hours=1)
    assert body(message) == "Bonjour,\n\nVoilà : https://x/y\n"
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
        "Content-Type", "Content-Transfer-Encoding",
    }  # fmt: skip


def test_a_mail_may_have_a_second_form(settings: Settings) -> None:
    Mailer(settings).send(TO, "S", "le texte", "<p>le <b>texte</b></p>")
    message = parsed(outbox(settings)[0].read_bytes())
    assert message.get_content_type() == "multipart/alternative"
    assert body(message).strip() == "le texte"
    assert body(message, "html").strip() == "<p>le <b>texte</b></p>"


def test_every_mail_has_a_file_and_an_identity_of_its_own(settings: Settings) -> None:
    mailer = Mailer(settings)
    identities: list[str] = []

    def send() -> None:
        identities.extend(mailer.send(TO, "S", "T") for _ in range(5))

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(identities)) == 20
    assert len(outbox(settings)) == 20
    assert {file.suffix for file in outbox(settings)} == {".eml"}


def test_a_folder_that_cannot_be_written_is_told(settings: Settings) -> None:
    (settings.instance / "file").write_text("a file")
    with pytest.raises(StorageFailed):
        Mailer(replace(settings, instance=settings.instance / "file")).send(TO, "S", "T")


def test_the_sender_may_have_a_name(settings: Settings) -> None:
    named = replace(settings, mail_from="Équipe du Carrefour <equipe@carrefour.example>")
    Mailer(named).send(TO, "S", "T")
    assert parsed(outbox(settings)[0].read_bytes())["From"].addresses[0].display_name == (
        "Équipe du Carrefour"
    )


@pytest.mark.parametrize("sender", ["", "nobody", "a@b.fr, c@d.fr"])
def test_a_sender_that_is_none_is_refused_at_start(settings: Settings, sender: str) -> None:
    with pytest.raises(BadSetting):
        Mailer(replace(settings, mail_from=sender))


# What someone typed


@pytest.mark.parametrize(
    "to",
    [
        "", "a", "@b.fr", "a@", "a@b.fr, c@d.fr", "a@b.fr\r\nBcc: c@d.fr", "a@b.fr\nBcc: c@d.fr",
        "X <a@b.fr>", "a@b.fr\0", "a b@c.fr", '"a\r\n"@b.fr', "é@b.fr", "a@b@c.fr", "g:a@b.fr;",
        "a@b.fr;c@d.fr", "a@b.fr c@d.fr", "(x)a@b.fr", "a@[127.0.0.1]", "a.@b.fr", ".a@b.fr",
    ],
)  # fmt: skip
def test_what_could_be_another_address_is_refused(settings: Settings, to: str) -> None:
    with pytest.raises(BadField):
        Mailer(settings).send(to, "S", "T")
    assert outbox(settings) == []


@pytest.mark.parametrize(
    "end",
    [
        "\r\n",
        "\n",
        "\r",
        "\0",
        "\u2028",
        "\u2029",
        "\x85",
        "\x0b",
        "\x0c",
        "\x07",
        "\x1b",
        "\ud800",
    ],
)
def test_a_header_is_one_line(settings: Settings, end: str) -> None:
    headers = {"List-Id": f"x{end}Bcc: other@example.org"}
    Mailer(settings).send(TO, f"Sujet{end}Bcc: other@example.org", "T", headers=headers)
    message = parsed(outbox(settings)[0].read_bytes())
    assert message["Subject"] == "Sujet Bcc: other@example.org"
    assert message["List-Id"] == "x Bcc: other@example.org"
    assert message["Bcc"] is None and message["To"] == TO


@pytest.mark.parametrize(
    "name", ["Bcc", "cc", "Reply-To", "To", "From", "Sender", "X-Anything", "", "a\r\nBcc"]
)
def test_only_harmless_headers_may_be_added(settings: Settings, name: str) -> None:
    with pytest.raises(BadField):
        Mailer(settings).send(TO, "S", "T", headers={name: "other@example.org"})
    assert outbox(settings) == []


def test_a_reader_can_unsubscribe_in_one_click(settings: Settings) -> None:
    wanted = {
        "List-Unsubscribe": "<https://wiki.example.org/-/unsubscribe/t>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    Mailer(settings).send(TO, "S", "T", headers=wanted)
    message = parsed(outbox(settings)[0].read_bytes())
    assert {name: message[name] for name in wanted} == wanted


@given(subject=st.text(), text=st.text(), html=st.none() | st.text())
def test_any_text_is_sent_and_adds_no_header(
    tmp_path_factory: pytest.TempPathFactory, subject: str, text: str, html: str | None
) -> None:
    settings = Settings(instance=tmp_path_factory.mktemp("mail"))
    Mailer(settings).send(TO, subject, text, html)
    message = parsed(outbox(settings)[0].read_bytes())
    assert message["To"] == TO
    assert {"bcc", "cc", "sender"}.isdisjoint(key.lower() for key in list(message))
    assert all(line.isascii() and len(line) <= 998 for line in bytes(message).decode().split("\n"))


# A real server


class Inbox:
    """What a server was given."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.greeting: str | None = None
        self.refuse = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.refuse:
            return "550 no"
        self.greeting = session.host_name
        self.envelopes.append(envelope)
        return "250 OK"

    def only(self) -> Envelope:
        (envelope,) = self.envelopes
        return envelope


def serve(inbox: Inbox, **options: Any) -> Iterator[Controller]:
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def plain(inbox: Inbox) -> Iterator[Controller]:
    yield from serve(inbox)


def via(settings: Settings, controller: Controller, **changes: Any) -> Mailer:
    where = {
        "smtp_host": "127.0.0.1",
        "service_hosts": "127.0.0.1",
        "smtp_port": controller.port,
        "smtp_starttls": False,
    }
    return Mailer(replace(settings, **{**where, **changes}))


def test_a_server_gets_it_for_one_person_from_the_service(
    settings: Settings, inbox: Inbox, plain: Controller
) -> None:
    identity = via(settings, plain).send(TO, "Bonjour à tous", ".\nune ligne\n..\n" + "é" * 2000)
    assert inbox.only().rcpt_tos == [TO]
    # Bounces come back to the service.
    assert inbox.only().mail_from == "wiki@carrefour.example"
    # And this machine's name is nobody's business.
    assert inbox.greeting == "carrefour.example"
    content = inbox.only().content
    assert isinstance(content, bytes)
    message = parsed(content)
    assert message["Message-ID"] == identity
    assert message["Subject"] == "Bonjour à tous"
    assert body(message).strip() == ".\nune ligne\n..\n" + "é" * 2000
    assert outbox(settings) == []


def test_a_server_that_refuses_is_told(settings: Settings, inbox: Inbox, plain: Controller) -> None:
    inbox.refuse = True
    with pytest.raises(MailFailed) as failed:
        via(settings, plain).send(TO, "S", "T")
    assert isinstance(failed.value, WikiError)
    assert failed.value.status == 503


def test_a_server_that_is_not_there_is_told(settings: Settings) -> None:
    nobody = replace(
        settings, smtp_host="127.0.0.1", service_hosts="127.0.0.1", smtp_port=free_port()
    )
    with pytest.raises(MailFailed):
        Mailer(nobody).send(TO, "S", "T")


def test_a_password_goes_over_no_open_line(
    settings: Settings, inbox: Inbox, plain: Controller
) -> None:
    with pytest.raises(MailFailed):
        via(settings, plain, smtp_starttls=True, smtp_user="u", smtp_password="p").send(
            TO, "S", "T"
        )
    assert inbox.envelopes == []


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and certificate of ``127.0.0.1``, in one file."""
    openssl = which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    both = tmp_path / "server.pem"
    subprocess.run(
        [
            openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", both, "-out", tmp_path / "crt",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    both.write_bytes(both.read_bytes() + (tmp_path / "crt").read_bytes())
    return both


@pytest.fixture
def guarded(inbox: Inbox, certificate: Path) -> Iterator[Controller]:
    """A server that takes mail only by STARTTLS, and with a password."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, auth: Any) -> AuthResult:
        known = isinstance(auth, LoginPassword) and (auth.login, auth.password) == (b"u", b"p")
        return AuthResult(success=known, handled=False)

    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    yield from serve(
        inbox, tls_context=context, require_starttls=True, auth_required=True, authenticator=check
    )


SECRET = {"smtp_starttls": True, "smtp_user": "u", "smtp_password": "p"}


def test_by_starttls_with_a_password(
    settings: Settings,
    inbox: Inbox,
    guarded: Controller,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    via(settings, guarded, **SECRET).send(TO, "S", "T")
    assert inbox.only().rcpt_tos == [TO]
    with pytest.raises(MailFailed):
        via(settings, guarded, **{**SECRET, "smtp_password": "wrong"}).send(TO, "S", "T")
    assert len(inbox.envelopes) == 1


def test_a_server_nobody_vouches_for_gets_nothing(
    settings: Settings, inbox: Inbox, guarded: Controller
) -> None:
    with pytest.raises(MailFailed):
        via(settings, guarded, **SECRET).send(TO, "S", "T")
    assert inbox.envelopes == []
