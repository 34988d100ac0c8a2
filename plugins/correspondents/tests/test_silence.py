"""A mail server that takes connections and says nothing: the task ends, and is told of."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from plugins.correspondents.tests.imapserver import PASSWORD, Cut, Mailbox
from wiki.instance import close_instance
from wiki.jobs.runner import Runner
from wiki.jobs.tasks import tasks_of
from wiki.jobs.workers import Workers
from wiki.people.task_runs import failing_tasks

from .conftest import Signalled
from .test_mail import mail

pytestmark = pytest.mark.faults


@pytest.fixture
def settled(place: Signalled, imap: Mailbox) -> Callable[[int], None]:
    """``settled(port)``: the mailbox of this test is there."""

    def settle(port: int) -> None:
        place.settle(
            imap_host="127.0.0.1",
            service_hosts="127.0.0.1",
            imap_port=port,
            imap_user=imap.user,
            imap_password=PASSWORD,
            signal_address="innovation@wiki.example.org",
        )

    return settle


@pytest.mark.parametrize("word", [b"", b"LOGIN", b"SEARCH", b"STORE"])
def test_a_silent_server_is_given_up_and_asked_again_later(
    place: Signalled, imap: Mailbox, settled: Callable[[int], None], word: bytes
) -> None:
    number, name = imap.put(bytes(mail())), place.part("mail_intake").NAME
    with Cut(imap.port, word, silent=True) as line:
        settled(line.port)
        assert not Runner(place.instance).run(name)
    (told,) = failing_tasks(place.instance.private)
    assert (told.name, told.failures) == (name, 1) and "no answer in time" in told.error
    settled(imap.port)
    assert Runner(place.instance).run(name)
    assert not failing_tasks(place.instance.private)
    assert len(place.rows()) == 1 and imap.seen == {number}


def test_the_task_ends_by_its_limit_whatever_the_server_says(
    place: Signalled, imap: Mailbox, settled: Callable[[int], None]
) -> None:
    name = place.part("mail_intake").NAME
    with Cut(imap.port, b"", silent=True) as line:
        settled(line.port)
        short = replace(tasks_of(place.instance)[name], limit=timedelta(seconds=1))
        close_instance(place.instance)
        workers = Workers(place.instance, lambda _instance, _stopped: {name: short})
        try:
            assert not Runner(place.instance, lambda _task: workers.run(short)).run(name)
        finally:
            workers.end(0)
    (told,) = failing_tasks(place.instance.private)
    assert "ended" in told.error
