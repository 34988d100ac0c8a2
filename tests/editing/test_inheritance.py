"""Nobody opens by a detour what they may not open directly: pages inherit."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from wiki.editing import files, move, save, spaces
from wiki.editing.templates import NewSpace
from wiki.errors import Forbidden, NotFound
from wiki.people.access.grants import grant_guest
from wiki.reading import Reader
from wiki.reading.files import get_file
from wiki.reading.pages import page_exists

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.person import Person

As = Callable[["Person | None"], Reader]
MEMBERS_ONLY = "---\nvisibility: members\neditors: members\n---\n\n# Membres\n"
TEAM_ONLY = '---\ntype: project\nvisibility: team\nteam: ["[[personnes/alice]]"]\n---\n\n# T\n'


@pytest.fixture
def reader(instance: "Instance") -> As:
    return lambda person: Reader(instance, person)


@pytest.fixture
def alice(person: Callable[..., "Person"], write: Callable[..., str]) -> "Person":
    write({"personnes/alice.md": "---\ntype: person\n---\n\n# Alice\n"})
    return person("Alice", page="personnes/alice")


@pytest.fixture
def mallory(person: Callable[..., "Person"], write: Callable[..., str]) -> "Person":
    write({"personnes/mallory.md": "---\ntype: person\n---\n\n# Mallory\n"})
    return person("Mallory", page="personnes/mallory")


def test_a_page_that_hides_others_is_not_deleted_over_them(
    write: Callable[..., str], reader: As, mallory: "Person"
) -> None:
    write({"membres.md": MEMBERS_ONLY, "membres/enfant.md": "# Enfant\n"})
    with pytest.raises(Forbidden):
        move.delete(reader(mallory), "membres")
    assert not page_exists(reader(None), "membres/enfant")


def test_a_guest_deletes_nothing_that_others_inherit_from(
    instance: "Instance",
    write: Callable[..., str],
    reader: As,
    person: Callable[..., "Person"],
) -> None:
    write({"t.md": TEAM_ONLY, "t/profond.md": "# Profond\n"})
    guest = person("Invitée", role="reader")
    grant_guest(instance.private, guest.id, "t", by="test")
    from wiki.people.accounts import get_person

    with pytest.raises(Forbidden):
        move.delete(reader(get_person(instance.private, guest.id)), "t")
    assert not page_exists(reader(None), "t/profond")


def test_files_go_with_the_page_that_hid_them(
    write: Callable[..., str], reader: As, alice: "Person"
) -> None:
    write({"t.md": TEAM_ONLY, "t/plan.txt": "secret\n"})
    move.delete(reader(alice), "t")
    with pytest.raises(NotFound):
        get_file(reader(None), "t/plan.txt")


def test_what_lies_deeper_is_deleted_too_or_nothing_is(
    write: Callable[..., str], reader: As, alice: "Person"
) -> None:
    write({"t.md": TEAM_ONLY, "t/dossier/plan.txt": "secret\n", "t/page.md": "# P\n"})
    with pytest.raises(Forbidden):
        move.delete(reader(alice), "t")
    move.delete(reader(alice), "t", below=True)
    for path in ("t", "t/page"):
        assert not page_exists(reader(None), path)


def test_a_missing_parent_is_not_made_to_take_over_what_lies_below(
    write: Callable[..., str], reader: As, mallory: "Person"
) -> None:
    write({"prive/note.md": "---\nvisibility: team\n---\n\n# Note\n"})
    mine = '---\nteam: ["[[personnes/mallory]]"]\n---\n\n# À moi\n'
    with pytest.raises(Forbidden):
        save.save(reader(mallory), "prive", mine, "")
    with pytest.raises(Forbidden):
        move.move(reader(mallory), "personnes/mallory", "prive")
    assert not page_exists(reader(mallory), "prive/note")


def test_a_page_with_rights_is_not_deleted_to_be_written_anew(
    write: Callable[..., str], reader: As, mallory: "Person"
) -> None:
    write(
        {
            "p.md": TEAM_ONLY.replace("visibility: team", "editors: members"),
            "p/secret.md": "---\nvisibility: team\n---\n\n# S\n",
            "rr.md": MEMBERS_ONLY,
        }
    )
    for path in ("p", "rr"):
        with pytest.raises(Forbidden):
            move.delete(reader(mallory), path)


def test_a_new_space_takes_over_no_folder_that_is_there(
    write: Callable[..., str], reader: As, mallory: "Person"
) -> None:
    write({"projets/secret/note.md": "---\nvisibility: team\n---\n\n# Note\n"})
    made = spaces.make_space(reader(mallory), NewSpace("project", "Secret"))
    assert made.path == "projets/secret-2"


def test_a_move_under_another_parent_opens_nothing(
    write: Callable[..., str], reader: As, alice: "Person", mallory: "Person"
) -> None:
    write(
        {
            "clos.md": '---\nvisibility: team\nteam: ["[[personnes/alice]]"]\n---\n\n# Clos\n',
            "clos/page.md": "# Page\n",
            "ouvert.md": "# Ouvert\n",
        }
    )
    with pytest.raises(NotFound):
        move.move(reader(mallory), "clos/page", "ouvert/page")
    move.move(reader(alice), "clos/page", "ouvert/page")  # its own team may decide that
    assert page_exists(reader(None), "ouvert/page")


def test_who_is_in_a_team_stays_in_it_when_their_page_moves(
    write: Callable[..., str], reader: As, alice: "Person", instance: "Instance"
) -> None:
    write({"t.md": TEAM_ONLY})
    move.move(reader(alice), "personnes/alice", "personnes/alice-de-plouha")
    from wiki.people.accounts import get_person

    now = get_person(instance.private, alice.id)
    assert now is not None and now.page == "personnes/alice-de-plouha"
    assert page_exists(reader(now), "t")


def test_nothing_is_attached_to_a_page_that_is_not_there(reader: As, mallory: "Person") -> None:
    with pytest.raises(NotFound):
        files.attach(reader(mallory), "nulle-part", "notes.txt", b"texte\n")
