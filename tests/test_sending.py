"""Sending: each mail once, whoever sends, whatever dies in between; with a real mail server."""

import asyncio
import os
import shutil
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from sqlalchemy import update

from tests.faults.postgres import Proxy
from tests.people.conftest import own_database
from wiki.config import Settings
from wiki.errors import RowsUnreachable
from wiki.hookspecs.marks import hookimpl
from wiki.hookspecs.notifications import Letter
from wiki.instance import Instance, close_instance, open_instance
from wiki.mail_dispatch import count_waiting, deliver, send_mail
from wiki.mailer import Mailer, MailFailed
from wiki.parts.creation import found
from wiki.people.mail.queue import any_due, count_mails, failed_mails, queue_mail
from wiki.people.mail.values import DeferredLetter, Mail
from wiki.people.models.background import MailRow
from wiki.people.store.database import Database
from wiki.testing import ForkedProcess, ForkServer, free_port
from wiki.testing.obstacles import about_files

#: a sender as a process of its own, for another instance's rows or its own
SENDER = """
import sys
from pathlib import Path
from wiki.config import load_settings
from wiki.instance import open_instance
from wiki import mail_dispatch
{before}
sys.exit(mail_dispatch.deliver(open_instance(load_settings(Path(sys.argv[1]), {{}}))))
"""
#: … that is killed when it is about to note that the server has taken a mail
KILLED_NOTING = """
import os
take = mail_dispatch.take
def dying(private, place, before=None):
    if before is not None:
        os.kill(os.getpid(), 9)
    return take(private, place)
mail_dispatch.take = dying
"""
Sender = Callable[..., ForkedProcess]


class Inbox:
    """What a server took; ``answers`` are its refusals by recipient, ``at`` what to do when.

    What is done at the data may refuse them by what it returns.
    With a ``barrier`` the first two connections wait for each other with their first mail.
    """

    def __init__(self) -> None:
        self.barrier: asyncio.Barrier | None = None
        self._waited: list[Any] = []
        self.taken: list[Any] = []
        self.recipients: list[list[str]] = []
        self.connections = 0
        self.answers: dict[str, str] = {}
        self.at: dict[str, Callable[[], object]] = {}

    def _happens(self, what: str) -> object:
        return self.at.get(what, lambda: None)()

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        self._happens("EHLO")
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        self._happens("MAIL")
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._happens("RCPT")
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.barrier and len(self._waited) < 2 and session not in self._waited:
            self._waited.append(session)
            await asyncio.wait_for(self.barrier.wait(), 50)
        before = len(self.taken)
        refusal = self._happens("DATA") or self.answers.get("DATA")
        if isinstance(refusal, str):
            return refusal
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients.append(list(envelope.rcpt_tos))
        assert len(self.taken) == before + 1
        return "250 OK"

    @property
    def identities(self) -> list[str]:
        return [str(one["Message-ID"]) for one in self.taken]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[Controller]:
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def site(settings: Settings, instance: Instance, server: Controller) -> Iterator[Instance]:
    """The instance as one that sends by ``server``, in its file of settings too."""
    with (settings.instance / "wiki.toml").open("a", encoding="utf-8") as file:
        lines = ('smtp_host = "127.0.0.1"', f"smtp_port = {server.port}", "smtp_starttls = false")
        file.writelines(f"{line}\n" for line in lines)
    changed = replace(
        settings,
        smtp_host="127.0.0.1",
        service_hosts="127.0.0.1",
        smtp_port=server.port,
        smtp_starttls=False,
    )
    yield replace(instance, settings=changed, mailer=Mailer(changed))


def mail(key: str = "k", to: str = "une@example.org", **more: Any) -> Mail:
    return Mail(key, to, f"Sujet {key}", "les mots", **more)


def put_many(instance: Instance, *mails: Mail) -> None:
    with instance.private.session() as session:
        for one in mails:
            queue_mail(instance.private, session, one)


@pytest.fixture
def sender(fork_server: ForkServer) -> Sender:
    """``sender(folder, before="")``: a process that sends, and leaves how many it sent."""

    def sender(folder: Path, before: str = "") -> ForkedProcess:
        return fork_server.start([str(folder)], code=SENDER.format(before=before))

    return sender


def later(instance: Instance, **how_long: float) -> None:
    """Brings what waits nearer by so much, as the passing of time would."""
    with instance.private.session() as session:
        session.execute(
            update(MailRow)
            .where(MailRow.sent.is_(None))
            .values(due=instance.private.now() - timedelta(seconds=1))
        )


class Maker:
    """A plugin that makes words late, each time others."""

    def __init__(self) -> None:
        self.made = 0
        self.says = True

    @hookimpl
    def mail_makers(self) -> dict[str, Any]:
        return {"numbers": self.make}

    def make(self, instance: Instance, about: str, lang: str) -> Letter | None:
        self.made += 1
        return Letter(f"{about} {lang}", f"mot-{self.made}\n", "") if self.says else None


@pytest.fixture
def maker(site: Instance) -> Iterator[Maker]:
    made = Maker()
    site.plugins.manager.register(made)
    yield made
    site.plugins.manager.unregister(made)


def rows(instance: Instance) -> list[tuple[Any, ...]]:
    with instance.private.reading() as session:
        return [tuple(row) for row in session.execute(MailRow.__table__.select())]


# What is sent


def test_words_made_late_are_sent_and_stand_in_no_row(
    site: Instance, inbox: Inbox, maker: Maker
) -> None:
    send_mail(
        site,
        Mail("k", "une@example.org", "Bientôt", late=DeferredLetter("numbers", "salon"), lang="fr"),
    )
    assert maker.made == 0
    inbox.answers["DATA"] = "451 later"
    assert deliver(site) == 0
    later(site)
    del inbox.answers["DATA"]
    assert deliver(site) == 1
    [sent] = inbox.taken
    assert sent["Subject"] == "salon fr"
    assert sent.get_content().strip() == "mot-2", "each attempt has words of its own"
    assert "mot-" not in str(rows(site))


def test_words_that_nobody_has_any_more_are_not_sent(
    site: Instance, inbox: Inbox, maker: Maker
) -> None:
    maker.says = False
    send_mail(site, Mail("k", "une@example.org", "Bientôt", late=DeferredLetter("numbers")))
    send_mail(site, Mail("l", "une@example.org", "Bientôt", late=DeferredLetter("nobody")))
    assert deliver(site) == 0
    assert not send_mail(
        site, Mail("k", "une@example.org", "Bientôt", late=DeferredLetter("numbers"))
    )
    assert count_mails(site.private).waiting == 0
    assert [one.key for one in failed_mails(site.private)] == ["l"]
    assert inbox.taken == []


def test_a_mail_is_sent_once_however_often_it_is_posted(site: Instance, inbox: Inbox) -> None:
    assert send_mail(site, mail())
    assert not send_mail(site, mail())
    assert inbox.taken == [], "posting waits for no server"
    assert deliver(site) == 1
    assert deliver(site) == 0
    assert not send_mail(site, mail())
    assert deliver(site) == 0
    [sent] = inbox.taken
    assert sent["Subject"] == "Sujet k"
    assert sent["Auto-Submitted"] == "auto-generated"


def test_many_go_over_one_connection_and_each_to_one_person(site: Instance, inbox: Inbox) -> None:
    put_many(site, *(mail(str(number), f"p{number}@example.org") for number in range(30)))
    assert deliver(site) == 30
    assert inbox.connections == 1
    assert sorted(inbox.recipients) == sorted([f"p{number}@example.org"] for number in range(30))
    for sent, recipients in zip(inbox.taken, inbox.recipients, strict=True):
        assert [sent["To"]] == recipients


def test_a_thread_hangs_together(site: Instance, inbox: Inbox) -> None:
    send_mail(site, mail("first"))
    send_mail(site, mail("second", headers={"thread": "first"}))
    send_mail(site, mail("third", headers={"thread": "first", "List-Id": "<x.example.org>"}))
    deliver(site)
    first, second, third = inbox.taken
    assert first["References"] is None
    assert second["References"] == second["In-Reply-To"] == first["Message-ID"]
    assert third["References"] == first["Message-ID"]
    assert third["List-Id"] == "<x.example.org>"
    assert len(set(inbox.identities)) == 3
    assert all("first" not in one for one in inbox.identities), "a key may say what is nobody's"


def test_where_there_is_no_server_each_mail_is_a_file(instance: Instance) -> None:
    send_mail(instance, mail("a"))
    send_mail(instance, mail("b", secret=True))
    assert deliver(instance) == 2
    assert len(list((instance.settings.instance / "outbox").glob("*.eml"))) == 2


# What is refused


def test_a_refused_mail_holds_nobody_up(site: Instance, inbox: Inbox) -> None:
    inbox.answers = {"gone@example.org": "550 no such user", "full@example.org": "452 full"}
    put_many(
        site,
        mail("gone", "gone@example.org"),
        mail("full", "full@example.org"),
        mail("good", "good@example.org"),
    )
    assert deliver(site) == 1
    [failed] = failed_mails(site.private)
    assert failed.key == "gone"
    assert failed.error == "550 no such user"
    assert count_mails(site.private).waiting == 1
    assert deliver(site) == 0, "not before its time"
    inbox.answers = {}
    later(site)
    assert deliver(site) == 1
    assert inbox.recipients == [["good@example.org"], ["full@example.org"]]


@pytest.mark.parametrize(("answer", "fails"), [("554 spam", True), ("451 later", False)])
def test_what_the_server_says_of_the_words_counts_too(
    site: Instance, inbox: Inbox, answer: str, fails: bool
) -> None:
    inbox.answers["DATA"] = answer
    send_mail(site, mail())
    assert deliver(site) == 0
    assert bool(failed_mails(site.private)) is fails


def test_what_the_operator_can_mend_fails_no_mail(site: Instance, inbox: Inbox) -> None:
    inbox.answers["une@example.org"] = "530 authentication required"
    send_mail(site, mail())
    assert deliver(site) == 0
    assert failed_mails(site.private) == []
    assert count_mails(site.private).waiting == 1


def test_a_server_that_is_not_there_is_no_try(site: Instance, server: Controller) -> None:
    gone = replace(site.settings, smtp_port=free_port())
    away = replace(site, settings=gone, mailer=Mailer(gone))
    send_mail(site, mail())
    for _ in range(3):
        with pytest.raises(MailFailed):
            deliver(away)
    assert any_due(site.private)
    assert deliver(site) == 1


def test_a_server_that_hangs_up_is_called_again(site: Instance, inbox: Inbox) -> None:
    inbox.answers["busy@example.org"] = "421 too many"
    put_many(site, mail("a"), mail("b", "busy@example.org"), mail("c", due=site.private.now()))
    assert deliver(site) == 2
    assert inbox.connections == 2
    assert count_mails(site.private).waiting == 1


class Faulty(Thread):
    """A server that hangs up, or says nothing more, once the words of the second mail have come.

    ``whole``: it has them all, and has kept them; else it goes in the middle of them.
    """

    def __init__(self, *, whole: bool, silent: bool) -> None:
        super().__init__(daemon=True)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self.kept: list[str] = []
        self._whole, self._silent = whole, silent

    def run(self) -> None:
        """Takes one connection."""
        client, _address = self._server.accept()
        with self._server, client, client.makefile("rwb") as line:
            self._say(line, "220 here")
            while words := line.readline().upper():
                self._say(line, "354 go on" if words.startswith(b"DATA") else "250 yes")
                if words.startswith(b"DATA"):
                    last = bool(self.kept)
                    if not self._keep(line, last) or last:
                        break
                    self._say(line, "250 kept")
            while self._silent and line.readline():
                pass

    def _keep(self, line: Any, last: bool) -> bool:
        words: list[bytes] = []
        while (words[-1:] or [b""])[0] != b".\r\n":
            words.append(line.readline())
            if last and not self._whole and len(words) == 2:
                return False
        mail = message_from_bytes(b"".join(words), policy=policy.default)
        self.kept.append(str(mail["Message-ID"]))
        return True

    @staticmethod
    def _say(line: Any, words: str) -> None:
        line.write(f"{words}\r\n".encode("ascii"))
        line.flush()


@pytest.mark.parametrize(
    ("whole", "silent"), [(False, False), (False, True), (True, False), (True, True)]
)
def test_a_server_that_goes_in_the_middle_loses_no_mail_and_doubles_one_at_most(
    site: Instance, inbox: Inbox, monkeypatch: pytest.MonkeyPatch, whole: bool, silent: bool
) -> None:
    """One whose answer is lost may have kept it: it comes again, under its own Message-ID."""
    # Longer than a busy machine rests: the first mail is to be taken.
    monkeypatch.setattr("wiki.mailer._LONG_PATIENCE", 2.0 if silent else 60.0)
    put_many(site, mail("a"), mail("b"), mail("c"))
    faulty = Faulty(whole=whole, silent=silent)
    faulty.start()
    told = replace(site.settings, smtp_port=faulty.port)
    with pytest.raises(MailFailed):
        deliver(replace(site, settings=told, mailer=Mailer(told)))
    faulty.join(60)
    waiting = count_waiting(site)
    assert waiting.waiting == 2 and waiting.since is not None, "told, with its age"
    later(site)
    assert deliver(site) == 2
    found = Counter([*faulty.kept, *inbox.identities])
    assert sorted(found.values()) == ([1, 1, 2] if whole else [1, 1, 1])


def test_a_row_that_cannot_be_a_mail_fails_alone(site: Instance, inbox: Inbox) -> None:
    put_many(site, mail("bad"), mail("worse"), mail("good"))
    with site.private.session() as session:
        for key, wrong in {
            "bad": {"to": "a@b.fr\r\nBcc: x@example.org"},
            "worse": {"headers": '{"Bcc": "x@example.org"}'},
        }.items():
            session.execute(update(MailRow).where(MailRow.key == key).values(**wrong))
    assert deliver(site) == 1
    assert {one.key for one in failed_mails(site.private)} == {"bad", "worse"}
    assert inbox.recipients == [["une@example.org"]]


def test_a_mail_that_is_taken_as_the_rows_go_away_is_sent_once(
    site: Instance, inbox: Inbox, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(own_database())
        found(replace(site.settings, instance=tmp_path / "there", database_url=url), empty=True)
        there = urlsplit(url)
        rows = Proxy(there.port or 5432)
        stack.callback(rows.close)
        apart = there._replace(netloc=there.netloc.replace(f":{there.port}", f":{rows.port}"))
        private = stack.enter_context(closing(Database(apart.geturl())))
        elsewhere = replace(site, private=private)
        put_many(elsewhere, mail("a"), mail("b"))
        inbox.at["DATA"] = rows.cut
        with pytest.raises(RowsUnreachable):
            deliver(elsewhere)
        inbox.at.clear()
        rows.mend()
        deadline, waiting = time.monotonic() + 60, 2
        while waiting:
            assert time.monotonic() < deadline
            with suppress(RowsUnreachable):
                deliver(elsewhere)
                waiting = count_mails(private).waiting
        assert sorted(one["Subject"] for one in inbox.taken) == ["Sujet a", "Sujet b"]


# Who sends


def test_one_sender_at_a_time_in_a_folder(site: Instance, inbox: Inbox) -> None:
    put_many(site, mail("a"), mail("b"))
    meanwhile: list[int] = []
    inbox.at["DATA"] = lambda: meanwhile.append(deliver(site))
    assert deliver(site) == 2
    assert meanwhile == [0, 0]


@about_files("each of its variants names its store itself")
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_two_processes_send_each_of_many_mails_once(
    site: Instance, inbox: Inbox, tmp_path: Path, sender: Sender, store: str
) -> None:
    """Two folders with the same private rows, as two machines have."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'shared.db'}"
        if store == "postgresql":
            url = stack.enter_context(own_database())
        toml = (site.settings.instance / "wiki.toml").read_text("utf-8")
        folders = [tmp_path / "here", tmp_path / "there"]
        found(replace(site.settings, instance=folders[0], database_url=url), empty=True)
        (folders[0] / "wiki.toml").write_text(f'{toml}database_url = "{url}"\n', "utf-8")
        shutil.copytree(folders[0], folders[1])
        shared = stack.enter_context(closing(Database(url)))
        with shared.session() as session:
            for number in range(60):
                queue_mail(shared, session, mail(str(number)))
        inbox.barrier = asyncio.Barrier(2)
        senders = [sender(folder) for folder in folders]
        counts = [one.wait(60) for one in senders]
    assert sum(counts) == 60
    assert all(counts), "both had their share"
    assert set(Counter(inbox.identities).values()) == {1}
    assert len(inbox.taken) == 60


# Who dies


@pytest.mark.parametrize("moment", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_sender_killed_while_it_speaks_loses_nothing_and_repeats_nothing(
    site: Instance, inbox: Inbox, sender: Sender, moment: str
) -> None:
    put_many(site, *(mail(str(number)) for number in range(3)))
    victim: Queue[ForkedProcess] = Queue()

    def kill() -> str | None:
        # With the second mail, so that one is sent before; at the greeting there is none yet.
        if moment == "EHLO" or len(inbox.taken) == 1:
            process = victim.get(timeout=60)
            os.kill(process.pid, signal.SIGKILL)
            process.wait(60)
            # The server had not said that it takes the mail, so it does not.
            return "451 nobody listens" if moment == "DATA" else None
        return None

    inbox.at[moment] = kill
    process = sender(site.settings.instance)
    victim.put(process)
    assert process.wait(60) == -signal.SIGKILL
    inbox.at, inbox.answers = {}, {}
    sent = len(inbox.taken)
    assert sent == (0 if moment == "EHLO" else 1)
    assert deliver(site) == 3 - sent, "at once: the dead one's mail too"
    assert Counter(Counter(inbox.identities).values()) == {1: 3}


def test_a_sender_killed_between_the_servers_word_and_ours_repeats_one_mail_recognisably(
    site: Instance, inbox: Inbox, sender: Sender
) -> None:
    put_many(site, mail("a"), mail("b"))
    assert sender(site.settings.instance, KILLED_NOTING).wait(60) == -signal.SIGKILL
    assert len(inbox.taken) == 1
    assert deliver(site) == 2
    assert sorted(Counter(inbox.identities).values()) == [1, 2]
    repeated = [one for one in inbox.taken if inbox.identities.count(str(one["Message-ID"])) == 2]
    assert repeated[0].as_bytes() == repeated[1].as_bytes()


def test_a_file_is_written_once_whoever_dies(instance: Instance, sender: Sender) -> None:
    put_many(instance, mail("a"), mail("b"))
    folder = instance.settings.instance
    assert sender(folder, KILLED_NOTING).wait(60) == -signal.SIGKILL
    assert len(list((folder / "outbox").glob("*.eml"))) == 1
    assert deliver(instance) == 2
    assert len(list((folder / "outbox").iterdir())) == 2


def test_what_was_put_outlives_who_put_it(settings: Settings, instance: Instance) -> None:
    put_many(instance, mail())
    again = open_instance(settings)
    try:
        assert deliver(again) == 1
    finally:
        close_instance(again)
    assert os.listdir(settings.instance / "outbox")  # noqa: PTH208


def test_a_sender_told_to_stop_ends_between_two_mails(site: Instance, inbox: Inbox) -> None:
    put_many(site, *(mail(str(number)) for number in range(5)))
    assert deliver(site, stopped=lambda: len(inbox.taken) == 2) == 2
    assert count_mails(site.private).waiting == 3
    assert deliver(site) == 3
    assert len(set(inbox.identities)) == len(inbox.taken) == 5
