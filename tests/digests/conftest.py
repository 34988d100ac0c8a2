"""A wiki in which days pass when a test says so, and what its mails say."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING

import pytest

from wiki.digests import run
from wiki.mail_dispatch import deliver
from wiki.people.follow.subscriptions import watch
from wiki.reading import Reader

if TYPE_CHECKING:
    from wiki.config import Settings
    from wiki.instance import Instance
    from wiki.people.person import Person
    from wiki.people.targets import Target

#: a Wednesday, ten in the morning in Paris
START = datetime(2027, 3, 3, 9, tzinfo=UTC)


class Days:
    """The clock of the private rows."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **how_long: float) -> None:
        self.moment += timedelta(**how_long)


@pytest.fixture
def settings(settings: "Settings") -> "Settings":
    from dataclasses import replace

    return replace(settings, base_url="https://wiki.example.org", site_name="Carrefour")


@pytest.fixture
def days(instance: "Instance") -> Days:
    clock = Days()
    instance.private.now = clock
    return clock


@pytest.fixture
def save(instance: "Instance") -> Callable[..., str]:
    """``save(files, by=None, message=…)``: a commit by a person, or by Awa, who has no account."""
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    def save(
        files: dict[str, str | None], by: "Person | None" = None, message: str = "Des nouvelles"
    ) -> str:
        author = Author(by.name, by.alias) if by else Author("Awa", "awa@people.invalid")
        changes = {name: text.encode() if text else None for name, text in files.items()}
        return commit(instance.repository, instance.repository.head(), changes, author, message)

    return save


@pytest.fixture
def follow(instance: "Instance", days: Days) -> "Callable[[Person, Target], None]":
    def follow(person: "Person", target: "Target") -> None:
        watch(instance.private, person.id, target, head=Reader(instance).head)

    return follow


@pytest.fixture
def mails(instance: "Instance") -> Callable[[], list[EmailMessage]]:
    """``mails()``: runs the digests, sends what is due, and gives the mails that this made."""
    outbox = instance.settings.instance / "outbox"

    def mails() -> list[EmailMessage]:
        known = set(outbox.glob("*.eml"))
        run(instance)
        deliver(instance)
        new = sorted(set(outbox.glob("*.eml")) - known)
        found = [message_from_bytes(file.read_bytes(), policy=default) for file in new]
        return [one for one in found if isinstance(one, EmailMessage)]

    return mails


def said(mail: EmailMessage, form: str = "plain") -> str:
    body = mail.get_body((form,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
