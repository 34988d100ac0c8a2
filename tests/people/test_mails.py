"""Mails as rows: put once, in one hand at a time, tried for two days, never lost."""

from collections import Counter
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from wiki.errors import BadField, TooLarge
from wiki.people.mail.failures import count_unseen, list_unseen, mark_seen, try_again
from wiki.people.mail.queue import (
    KEEP_KEY,
    KEEP_WORDS,
    LEASE,
    LONGEST_BODY,
    PATIENCE,
    any_due,
    count_mails,
    failed_mails,
    forget_mails,
    free,
    queue_mail,
    settle,
    take,
)
from wiki.people.mail.values import Mail, Postponed, Refused, Sent
from wiki.people.models.background import MailRow
from wiki.people.person import Person
from wiki.people.privacy.erasure import erase
from wiki.people.store.database import Database

if TYPE_CHECKING:
    from tests.people.conftest import Clock

HERE, THERE = "here", "there"


def mail(key: str = "k", **more: object) -> Mail:
    return Mail(key, "une@example.org", "S", "les mots", **more)  # type: ignore[arg-type]


def posted(database: Database, *mails: Mail) -> list[bool]:
    with database.session() as session:
        return [queue_mail(database, session, one) for one in mails]


def row(database: Database, key: str = "k") -> MailRow | None:
    with database.reading() as session:
        return session.scalar(select(MailRow).where(MailRow.key == key))


def the_row(database: Database, key: str = "k") -> MailRow:
    found = row(database, key)
    assert found is not None
    return found


# Putting


def test_a_mail_is_put_once(database: Database) -> None:
    assert posted(database, mail(), mail(), mail("other")) == [True, False, True]
    assert posted(database, mail()) == [False]
    taken = take(database, HERE)
    assert taken is not None
    settle(database, HERE, Sent(taken.mail.key))
    assert posted(database, mail("k"), mail("other")) == [False, False], "sent or not"


def test_it_is_there_with_what_causes_it_or_not_at_all(database: Database) -> None:
    with pytest.raises(RuntimeError), database.session() as session:
        queue_mail(database, session, mail())
        raise RuntimeError
    assert row(database) is None
    assert not any_due(database)


def test_what_was_put_is_what_is_taken(database: Database, member: Person, clock: "Clock") -> None:
    whole = Mail(
        key="k",
        to="Une@Example.org",
        subject="Été",
        text="T",
        html="<p>T</p>",
        person=member.id,
        headers={"List-Id": "x", "thread": "t"},
        secret=True,
        due=clock(),
        until=clock() + timedelta(hours=1),
        lang="fr",
    )
    posted(database, whole)
    taken = take(database, HERE)
    assert taken is not None
    assert taken.mail.to == "une@example.org"
    assert (taken.attempts, taken.created) == (1, clock())
    assert {**vars(taken.mail), "to": "", "due": None} == {**vars(whole), "to": "", "due": None}


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\0", "\u2028", "\u2029", "\x85", "\x0b"])
def test_nothing_that_someone_typed_makes_a_header(sqlite: Database, end: str) -> None:
    for bad in (
        Mail("k", f"a@b.fr{end}Bcc: c@d.fr", "S", "T"),
        Mail("k", "a@b.fr, c@d.fr", "S", "T"),
        Mail("k", "a@b.fr", "S", "T", headers={"Bcc": "c@d.fr"}),
        Mail("k", "a@b.fr", "S", "T", headers={"From": "c@d.fr"}),
        Mail("k", "a@b.fr", "S", "T", headers={f"List-Id{end}Bcc": "c@d.fr"}),
    ):
        with pytest.raises(BadField):
            posted(sqlite, bad)
    assert not any_due(sqlite)


def test_whatever_a_page_is_called_its_mail_is_put(database: Database) -> None:
    """A control character, half a character: none is a reason for a mail to go missing."""
    wild = "Soir\x07ée\0 \x1bd’avril\ud800\x85"
    assert posted(database, Mail("k", "a@b.fr", wild, wild, wild, headers={"List-Id": wild}))
    taken = take(database, HERE)
    assert taken is not None
    assert taken.mail.subject == "Soir ée d’avril"
    assert taken.mail.text == taken.mail.html == "Soir\ufffdée\ufffd \ufffdd’avril\ufffd\ufffd"


def test_no_mail_is_without_bounds(sqlite: Database) -> None:
    with pytest.raises(TooLarge):
        posted(sqlite, Mail("k", "a@b.fr", "S", "x" * (LONGEST_BODY + 1)))
    with pytest.raises(TooLarge):
        posted(sqlite, Mail("k", "a@b.fr", "S", "T", html="x" * (LONGEST_BODY + 1)))
    with pytest.raises(ValueError, match="key"):
        posted(sqlite, Mail("k" * 201, "a@b.fr", "S", "T"))
    with pytest.raises(ValueError, match="key"):
        posted(sqlite, Mail("", "a@b.fr", "S", "T"))
    posted(sqlite, Mail("k", "a@b.fr", "s" * 5000, "x" * LONGEST_BODY))
    assert the_row(sqlite).subject == "s" * 199 + "…"


def test_a_mail_goes_with_its_account(database: Database, member: Person) -> None:
    posted(database, mail(person=member.id))
    erase(database, member.id, by="test")
    assert row(database) is None


# Taking


def test_a_mail_waits_until_it_is_due(database: Database, clock: "Clock") -> None:
    posted(database, mail(due=clock() + timedelta(hours=2)))
    assert take(database, HERE) is None
    clock.pass_by(hours=2)
    assert any_due(database)
    assert take(database, HERE) is not None


def test_a_mail_in_hand_is_nobody_elses(database: Database, clock: "Clock") -> None:
    posted(database, mail())
    assert take(database, HERE) is not None
    assert take(database, THERE) is None
    clock.pass_by(seconds=LEASE.total_seconds() - 1)
    assert take(database, THERE) is None
    clock.pass_by(seconds=1)
    assert take(database, THERE) is not None, "its sender is taken for dead"


def test_who_lost_a_mail_says_nothing_of_it_but_that_it_was_sent(
    database: Database, clock: "Clock"
) -> None:
    posted(database, mail())
    take(database, HERE)
    clock.pass_by(seconds=LEASE.total_seconds())
    take(database, THERE)
    settle(database, HERE, Refused("k", "no"))
    assert the_row(database).failed is None
    settle(database, HERE, Sent("k"))
    assert the_row(database).sent == clock()
    settle(database, THERE, Refused("k", "no"))
    assert the_row(database).failed is None


def test_one_transaction_for_the_mail_before_and_the_next(database: Database) -> None:
    posted(database, mail("a"), mail("b"))
    first = take(database, HERE)
    assert first is not None
    second = take(database, HERE, Sent(first.mail.key))
    assert second is not None
    assert {first.mail.key, second.mail.key} == {"a", "b"}
    assert take(database, HERE, Sent(second.mail.key)) is None
    assert the_row(database, "a").sent
    assert the_row(database, "b").sent


def test_of_many_senders_each_mail_has_one(database: Database) -> None:
    posted(database, *(mail(str(number)) for number in range(60)))
    seen: list[str] = []

    def send(place: str) -> None:
        before = None
        while (taken := take(database, place, before)) is not None:
            seen.append(taken.mail.key)
            before = Sent(taken.mail.key)

    threads = [Thread(target=send, args=(str(number),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # On PostgreSQL one may find nothing while others hold the last few: they send those.
    assert Counter(seen) == Counter(str(number) for number in range(60))
    assert count_mails(database).waiting == 0


# Dying


def test_a_sender_started_again_has_its_mail_at_once(database: Database, clock: "Clock") -> None:
    posted(database, mail("a"), mail("b"))
    first = take(database, HERE)
    second = take(database, THERE)
    assert first is not None
    assert second is not None
    free(database, HERE)
    again = take(database, HERE)
    assert again is not None
    assert again.mail.key == first.mail.key, "and not the mail of a sender elsewhere"
    assert take(database, HERE) is None


def test_a_mail_that_kills_its_sender_waits_longer_each_time(
    database: Database, clock: "Clock"
) -> None:
    posted(database, mail())
    take(database, HERE)
    free(database, HERE)
    assert take(database, HERE) is not None
    free(database, HERE)
    assert take(database, HERE) is None
    clock.pass_by(minutes=2, seconds=30)
    assert take(database, HERE) is not None


# Trying again


def test_a_mail_is_tried_for_two_days_then_given_up(database: Database, clock: "Clock") -> None:
    posted(database, mail(secret=True))
    start, waits = clock(), []
    while (taken := take(database, HERE)) is not None:
        assert taken.mail.text == "les mots"
        settle(database, HERE, Postponed("k", "451 later"))
        known = the_row(database)
        if known.failed:
            break
        waits.append(known.due - clock())
        clock.moment = known.due
    minutes = [wait.total_seconds() / 60 for wait in waits]
    for minute, wanted in zip(minutes, [1, 2, 4, 8, 16, 32, 64, 128, *[240] * 20], strict=False):
        assert 0.7 * wanted <= minute <= 1.3 * wanted
    assert timedelta(days=1, hours=18) <= clock() - start <= PATIENCE
    assert len(set(minutes)) > 5, "some chance is in it"
    [given_up] = failed_mails(database)
    assert (given_up.error, given_up.to) == ("451 later", "une@example.org")
    assert given_up.attempts == len(waits) + 1
    assert the_row(database).text == "", "a secret is nobody's, even so"
    assert not any_due(database)


def test_a_mail_that_nobody_could_send_in_time_is_given_up(
    database: Database, clock: "Clock"
) -> None:
    posted(database, mail(until=clock() + timedelta(hours=1), secret=True), mail("other"))
    clock.pass_by(minutes=59)
    free(database, HERE)
    assert failed_mails(database) == []
    clock.pass_by(minutes=2)
    free(database, HERE)
    assert [one.key for one in failed_mails(database)] == ["k"]
    assert the_row(database).text == ""
    assert any_due(database)


def test_what_nobody_has_tried_is_tried_once_however_late(
    database: Database, clock: "Clock"
) -> None:
    posted(database, mail(), mail("link", secret=True), mail("soon", until=clock() + PATIENCE / 2))
    clock.pass_by(days=400)
    free(database, HERE)
    assert {one.key for one in failed_mails(database)} == {"link", "soon"}
    taken = take(database, HERE)
    assert taken is not None and taken.mail.key == "k"
    settle(database, HERE, Postponed("k", "451 later"))
    free(database, HERE)
    assert {one.key for one in failed_mails(database)} == {"link", "soon", "k"}


def test_a_clock_that_was_ahead_keeps_no_mail_waiting(database: Database, clock: "Clock") -> None:
    posted(database, mail("tried"), mail("later", due=clock() + timedelta(days=30)))
    clock.pass_by(days=400)
    taken = take(database, HERE)
    assert taken is not None and taken.mail.key == "tried"
    posted(database, mail("put"), mail("deferred", due=clock() + timedelta(hours=1)))
    clock.pass_by(days=-400)
    free(database, HERE)
    found = {key: the_row(database, key) for key in ("tried", "put", "deferred", "later")}
    waits = {key: (row.due - clock(), row.failed) for key, row in found.items()}
    assert waits == {
        "tried": (timedelta(), None),
        "put": (timedelta(), None),
        "deferred": (timedelta(hours=1), None),
        "later": (timedelta(days=30), None),
    }


def test_what_will_never_work_is_not_tried_again(database: Database, clock: "Clock") -> None:
    posted(database, mail())
    take(database, HERE)
    settle(database, HERE, Refused("k", "550 nobody here"))
    clock.pass_by(days=1)
    assert take(database, HERE) is None
    [failed] = failed_mails(database)
    assert failed.error == "550 nobody here"
    assert the_row(database).text == "les mots"
    assert posted(database, mail()) == [False]


# Keeping


def test_a_secret_is_gone_once_it_is_sent(database: Database) -> None:
    posted(database, mail("secret", secret=True, html="<p>"), mail("plain"))
    for _ in range(2):
        taken = take(database, HERE)
        assert taken is not None
        settle(database, HERE, Sent(taken.mail.key))
    assert (the_row(database, "secret").text, the_row(database, "secret").html) == ("", "")
    assert the_row(database, "plain").text == "les mots"


def test_words_then_keys_are_forgotten(database: Database, clock: "Clock") -> None:
    posted(database, mail("sent"), mail("waiting"))
    with database.session() as session:
        session.execute(update(MailRow).where(MailRow.key == "sent").values(sent=clock()))
    clock.pass_by(days=KEEP_WORDS.days)
    forget_mails(database)
    assert the_row(database, "sent").text == ""
    assert the_row(database, "waiting").text == "les mots"
    assert posted(database, mail("sent")) == [False]
    clock.pass_by(days=KEEP_KEY.days)
    forget_mails(database)
    assert row(database, "sent") is None
    assert row(database, "waiting") is not None, "what nobody sends is not forgotten either"


def test_what_is_to_be_known_at_a_glance(database: Database, clock: "Clock") -> None:
    assert count_mails(database).oldest is None
    first = clock()
    posted(database, mail("a"))
    clock.pass_by(hours=1)
    posted(database, mail("b"), mail("c"))
    take(database, HERE)
    settle(database, HERE, Refused("a", "no"))
    counts = count_mails(database)
    assert (counts.waiting, counts.failed) == (2, 1)
    assert counts.oldest == first + timedelta(hours=1)


# What administrators do with those that failed


def test_a_mail_that_failed_is_tried_again_or_seen(database: Database) -> None:
    posted(database, mail("a"), mail("b"), mail("c", secret=True))
    for _one in range(3):
        taken = take(database, HERE)
        assert taken is not None
        settle(database, HERE, Refused(taken.mail.key, "550 no"))
    assert {(one.key, again) for one, again in list_unseen(database)} == {
        ("a", True),
        ("b", True),
        ("c", False),
    }
    assert not try_again(database, "c"), "its words let someone in, and are nowhere"
    assert try_again(database, "a") and not try_again(database, "a")
    mark_seen(database, "b")
    assert count_unseen(database) == 1
    assert not try_again(database, "b")
    taken = take(database, THERE)
    assert taken is not None and (taken.mail.key, taken.attempts) == ("a", 1)
    settle(database, THERE, Refused("a", "550 still no"))
    assert {one.key for one, _again in list_unseen(database)} == {"a", "c"}
    assert {one.key for one in failed_mails(database)} == {"a", "b", "c"}, "that it failed is kept"
    free(database, HERE)
    assert count_unseen(database) == 2
