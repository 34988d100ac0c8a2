"""What waits for someone: in backups, after an older version, with an account, after a month."""

import io
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from sqlalchemy import text

from wiki.backups.archive import write_backup
from wiki.backups.restore import read_backup
from wiki.config import load_settings
from wiki.diagnostics import faults
from wiki.editing.review import decisions, jobs, proposals
from wiki.editing.review.decisions import Answer
from wiki.editing.review.inbox import review_lines
from wiki.editing.review.proposals import ProposalForm
from wiki.instance import close_instance, open_instance
from wiki.mail_dispatch import deliver
from wiki.people.accounts import set_page
from wiki.people.privacy.erasure import erase
from wiki.reading import Reader
from wiki.testing.obstacles import about_files
from wiki.web.account.export import write_archive

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.person import Person

PAGE = "---\neditors: team\n---\n# A\n\nUn.\n"
TEXT = PAGE.replace("Un.", "Deux.")
TEAM = "team: ['[[personnes/awa]]']\n"


@pytest.fixture
def marc(write: Callable[..., str], person: Callable[..., "Person"]) -> "Person":
    write({"a.md": PAGE})
    return person("Marc")


def suggest(instance: "Instance", who: "Person") -> str:
    return proposals.propose(Reader(instance, who), "a", ProposalForm(TEXT, address="192.0.2.1")).id


def late(instance: "Instance", days: int) -> None:
    then = instance.private.now() + timedelta(days=days)
    instance.private.now = lambda: then


def outbox(instance: "Instance") -> list[str]:
    from email import message_from_bytes, policy

    deliver(instance)
    found = []
    for file in sorted((instance.settings.instance / "outbox").glob("*.eml")):
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        body = message.get_body(("plain",))
        found.append(f"{message['To']}\n{message['Subject']}\n{body and body.get_content()}")
    return found


@about_files("a folder beside has rows of its own")
def test_a_backup_takes_along_what_waits(
    instance: "Instance", marc: "Person", tmp_path: Path, write: Callable[..., str]
) -> None:
    held = suggest(instance, marc)
    write({"a.md": PAGE + "\nTrois.\n"})
    write_backup(instance, tmp_path / "backup")
    there = load_settings(tmp_path / "there", environ={})
    read_backup(there, tmp_path / "backup")
    other = open_instance(there)
    try:
        found = proposals.find(other, held)
        assert found is not None and (found.before, found.text) == (PAGE, TEXT)
        assert not [one for one in faults(other) if "proposal" in one]
        (other.settings.instance / f"proposals.git/refs/proposals/{held}").unlink()
        assert f"a proposal without its text: {held}" in list(faults(other))
        lost = proposals.find(other, held)
        assert lost is not None and (lost.before, lost.text) == (None, "")
    finally:
        close_instance(other)


def test_texts_that_an_older_version_kept_in_rows_are_read_and_taken_over(
    instance: "Instance", marc: "Person"
) -> None:
    held = suggest(instance, marc)
    instance.proposed.drop(held)
    with instance.private.session() as session:
        session.execute(
            text(
                """UPDATE proposal SET file = '', "commit" = '', blob = '',
                before = :b, text = :t"""
            ),
            {"b": PAGE, "t": TEXT},
        )
    for _turn in range(2):
        found = proposals.find(instance, held)
        assert found is not None and (found.before, found.text) == (PAGE, TEXT)
        jobs.run(instance)
    with instance.private.reading() as session:
        row = session.execute(text("SELECT before, text, file FROM proposal")).one()
    assert tuple(row) == (None, "", "a.md")
    old = proposals.find(instance, held)
    assert old is not None
    proposals.amend(Reader(instance, marc), old, TEXT + "\nEt plus.\n", "")
    again = proposals.find(instance, held)
    assert again is not None and again.before == PAGE and "Et plus." in again.text


def test_what_one_proposed_is_ones_own_to_take_along_and_goes_with_the_account(
    instance: "Instance", marc: "Person"
) -> None:
    held = suggest(instance, marc)
    archive = io.BytesIO()
    write_archive(archive, Reader(instance, marc), marc)
    with ZipFile(archive) as files:
        assert files.read(f"proposals/{held}.md").decode() == TEXT
    erase(instance.private, marc.id)
    ref = instance.settings.instance / f"proposals.git/refs/proposals/{held}"
    os.utime(ref, (0, 0))
    jobs.run(instance)
    assert instance.proposed.held() == {}


def test_those_who_decide_are_reminded_twice_and_who_waits_is_told_once(
    instance: "Instance", write: Callable[..., str], person: Callable[..., "Person"]
) -> None:
    write({"a.md": PAGE.replace("editors", TEAM + "editors"), "personnes/awa.md": "# Awa\n"})
    marc = person("Marc")
    awa = set_page(instance.private, person("Awa").id, "personnes/awa", by="test")
    text = TEXT.replace("editors", TEAM + "editors")
    held = proposals.propose(Reader(instance, marc), "a", ProposalForm(text, address="192.0.2.1"))
    assert held.created is not None
    told = []
    for days in (0, 6, 1, 13, 1, 8):
        late(instance, days)
        jobs.run(instance)
        (line,) = review_lines(Reader(instance, awa))
        assert line.when is not None
        told.append((line.when - held.created).days)
    assert told == [0, 0, 7, 7, 21, 21]
    assert outbox(instance) == []
    late(instance, 1)
    for _turn in range(2):
        jobs.run(instance)
        (mail,) = outbox(instance)
    assert mail.startswith("marc@example.org\n") and "attend toujours" in mail
    assert f"/-/proposal/{held.id}." in mail
    decisions.decline(Reader(instance, awa), held.id, Answer(lambda *_told: None, "Non."))
    assert review_lines(Reader(instance, awa)) == []


def test_of_a_page_that_is_gone_or_closed_its_writer_is_told_no_more_than_they_may_know(
    instance: "Instance", marc: "Person", write: Callable[..., str]
) -> None:
    suggest(instance, marc)
    write({"a.md": PAGE.replace("editors: team", "visibility: team")})
    late(instance, 31)
    jobs.run(instance)
    assert outbox(instance) == []
