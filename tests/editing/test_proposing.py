"""Who proposes and who decides, by role, trust, editors and visibility; and what decisions do."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people.test_policy import accesses, paths, people, someone, teams
from wiki.editing import save
from wiki.editing.review import decisions, queue
from wiki.editing.review import proposals as proposing
from wiki.editing.review.decisions import Answer
from wiki.editing.review.proposals import ProposalForm
from wiki.editing.templates import NewSpace
from wiki.errors import AlreadyExists, Forbidden, LogInFirst, NotFound, TooMany
from wiki.people.access.grants import grant_guest
from wiki.people.access.policy import audience, may_change_rights, may_edit, may_propose, may_read
from wiki.people.accounts import get_person
from wiki.people.person import Person
from wiki.people.review import proposals
from wiki.reading import Reader
from wiki.reading.pages import get_page, page_exists

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.pages.access import Access

SILENT = Answer(lambda *_told: None)
PAGE = "---\neditors: anyone\n---\n# A\n\nUn.\n"


@given(people, teams, accesses, paths)
def test_a_newcomer_proposes_what_they_would_write_and_saves_nothing(
    person: Person, teams: frozenset[str], access: "Access", path: str
) -> None:
    trusted, newcomer = replace(person, held=False), replace(person, held=True)
    groups = audience(newcomer, teams)
    assert groups == audience(trusted, teams)  # it reads the same
    would = may_propose(trusted, groups, access, path)
    assert may_propose(newcomer, groups, access, path) == would
    if newcomer.role != "admin" and f"guest:{path}" not in newcomer.grants:
        assert not may_edit(newcomer, groups, access, path)
        assert not may_change_rights(newcomer, groups, access, path)


@given(someone, teams, accesses, paths, st.booleans())
def test_nobody_proposes_for_what_they_may_not_read(
    person: Person | None, teams: frozenset[str], access: "Access", path: str, held: bool
) -> None:
    person = replace(person, held=held) if person else None
    groups = audience(person, teams)
    if may_propose(person, groups, access, path):
        assert may_read(groups, access, path)
        assert person is not None or access.editors == "anyone"


def sent(text: str = PAGE.replace("Un.", "Deux.")) -> ProposalForm:
    return ProposalForm(text, address="192.0.2.1")


@pytest.fixture
def newcomer(instance: "Instance", person: Callable[..., Person]) -> Person:
    from sqlalchemy import text

    made = person("Nouvelle")
    with instance.private.session() as session:
        session.execute(text("UPDATE person SET held = created WHERE id = :id"), {"id": made.id})
    found = get_person(instance.private, made.id)
    assert found is not None and found.held
    return found


def test_the_first_accepted_text_brings_trust(
    instance: "Instance", write: Callable[..., str], person: Callable[..., Person], newcomer: Person
) -> None:
    write({"a.md": PAGE.replace("editors: anyone\n", "lang: fr\n")})
    theirs = Reader(instance, newcomer)
    with pytest.raises(Forbidden, match="premier texte"):
        save.save(theirs, "a", "# B\n", theirs.head)
    text = PAGE.replace("editors: anyone\n", "lang: fr\n").replace("Un.", "Deux.")
    held = proposing.propose(theirs, "a", sent(text))
    with pytest.raises(NotFound):
        decisions.accept(theirs, held.id, SILENT)  # nobody decides about their own
    awa = Reader(instance, person("Awa"))
    decisions.accept(awa, held.id, SILENT)
    trusted = get_person(instance.private, newcomer.id)
    assert trusted is not None and not trusted.held
    commit = instance.repository.commit_info(instance.repository.head())
    assert (commit.author_name, commit.author_mail) == (newcomer.name, newcomer.alias)
    theirs = Reader(instance, trusted)
    save.save(theirs, "a", "# B\n", theirs.head)


def test_a_waiting_text_is_not_changed_without_end(
    instance: "Instance", write: Callable[..., str]
) -> None:
    write({"a.md": PAGE})
    visitor = Reader(instance)
    held = proposing.propose(visitor, "a", sent())
    for number in range(30):
        proposing.amend(visitor, held, PAGE + f"{number}\n", "")
    with pytest.raises(TooMany):
        proposing.amend(visitor, held, PAGE + "encore\n", "")


def test_a_guest_who_only_reads_accepts_a_text_and_answers_for_nobody(
    instance: "Instance", write: Callable[..., str], person: Callable[..., Person], newcomer: Person
) -> None:
    write({"a.md": PAGE})
    held = proposing.propose(Reader(instance, newcomer), "a", sent())
    expert = person("Une experte", role="reader")
    grant_guest(instance.private, expert.id, "a", by="test")
    decisions.accept(Reader(instance, get_person(instance.private, expert.id)), held.id, SILENT)
    still = get_person(instance.private, newcomer.id)
    assert still is not None and still.held
    assert get_page(Reader(instance), "a").text == sent().text


def test_a_newcomers_project_is_theirs_once_it_is_accepted(
    instance: "Instance", person: Callable[..., Person], newcomer: Person
) -> None:
    theirs = Reader(instance, newcomer)
    held = proposing.propose_space(theirs, NewSpace("project", "Une ferme"), ProposalForm(""))
    assert held.path == "projets/une-ferme" and held.before is None
    assert not page_exists(theirs.renewed(), held.path)
    awa = Reader(instance, person("Awa"))
    decisions.accept(awa, held.id, SILENT)
    trusted = get_person(instance.private, newcomer.id)
    assert trusted is not None and trusted.page == "personnes/nouvelle"
    assert Reader(instance, trusted).may_change_rights(held.path)
    assert not awa.renewed().may_change_rights(held.path)


def test_who_decides_is_asked_when_they_do(
    instance: "Instance", write: Callable[..., str], person: Callable[..., Person]
) -> None:
    write({"a.md": PAGE})
    visitor = Reader(instance)
    held = proposing.propose(visitor, "a", sent())
    awa = Reader(instance, person("Awa"))
    reader = Reader(instance, person("Lise", role="reader"))
    assert queue.to_review(awa) and not queue.to_review(reader)
    assert (queue.count_to_review(awa), queue.count_to_review(reader)) == (1, 0)
    for who, refused in ((visitor, LogInFirst), (reader, NotFound)):
        for decide in (decisions.accept, decisions.decline):
            with pytest.raises(refused):
                decide(who, held.id, SILENT)
        with pytest.raises(refused):
            decisions.mark_spam(who, held.id)
    # The page is its team's alone from now on: the reader of before knows it at the decision.
    write({"a.md": PAGE.replace("anyone", "team")})
    with pytest.raises(NotFound):
        decisions.accept(awa, held.id, SILENT)
    assert queue.count_to_review(awa.renewed()) == 0


def test_what_was_restricted_when_it_was_written_is_shown_to_nobody_else(
    instance: "Instance", write: Callable[..., str], person: Callable[..., Person]
) -> None:
    closed = PAGE.replace("anyone", "anyone\nvisibility: members").replace("Un.", "Secret.")
    base = write({"a.md": closed})
    lise = Reader(instance, person("Lise", role="reader"))
    held = proposing.propose(lise, "a", replace(sent(closed.replace("Secret", "S")), base=base))
    assert held.readers == "members" and held.before == closed
    write({"a.md": PAGE})  # it is opened, and says nothing of it any more
    assert not proposing.readable(Reader(instance), held)
    assert proposing.readable(lise.renewed(), held)
    link = proposing.link_token(instance.secret, held.id)
    with pytest.raises(NotFound):
        proposing.opened(Reader(instance), link)
    assert proposing.opened(lise.renewed(), link) == held


def test_a_proposal_accepted_twice_changes_nothing_more(
    instance: "Instance", write: Callable[..., str], person: Callable[..., Person]
) -> None:
    write({"a.md": PAGE})
    held = proposing.propose(Reader(instance), "a", sent())
    awa = Reader(instance, person("Awa"))
    first = decisions.accept(awa, held.id, SILENT)
    with pytest.raises(AlreadyExists):
        decisions.accept(awa, held.id, SILENT)
    assert instance.repository.head() == first.commit
    # Killed between the commit and the row: it still waits, and accepting it ends that.
    write({"a.md": PAGE.replace("Un.", "Trois.")})
    third = proposing.propose(Reader(instance), "a", sent(PAGE.replace("Un.", "Quatre.")))
    head = write({"a.md": PAGE.replace("Un.", "Quatre.")})
    assert decisions.accept(awa.renewed(), third.id, SILENT).commit == head
    found = proposing.find(instance, third.id)
    assert found is not None and found.state == proposals.ACCEPTED


def test_a_reviewer_gives_no_right_by_accepting_that_they_do_not_have(
    instance: "Instance", write: Callable[..., str], person: Callable[..., Person]
) -> None:
    write({"a.md": PAGE})
    held = proposing.propose(Reader(instance), "a", sent())
    awa = Reader(instance, person("Awa"))
    opened = PAGE.replace("anyone", 'anyone\nteam: ["[[personnes/awa]]"]')
    with pytest.raises(Forbidden):
        decisions.accept(awa, held.id, SILENT, text=opened, base=awa.head)
    found = proposing.find(instance, held.id)
    assert found is not None and found.state == proposals.WAITING
