"""Addresses that many machines take for one do not come to stand beside each other."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from wiki.diagnostics import faults
from wiki.editing import files, move, save
from wiki.editing.receiving.names import Names
from wiki.editing.review import proposals
from wiki.editing.review.proposals import ProposalForm
from wiki.editing.spaces import make_space
from wiki.editing.templates import NewSpace
from wiki.errors import AlreadyExists
from wiki.reading import Reader
from wiki.reading.pages import is_free
from wiki.testing import token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

THERE = {
    "index.md": "---\neditors: anyone\n---\n# Accueil\n",
    "projets/LoRa.md": "# LoRa\n",
    "projets/Éolien/index.md": "# Éolien\n",
    "ferme/enfant.md": "# Enfant\n",
    "ferme/Plan.txt": "un\n",
    "Straße.md": "# Straße\n",
}
#: a new address, and whether it differs from one that is there
NEW = {
    "projets/lora": True,
    "projets/LORA": True,
    "Projets/autre": True,
    "projets/éolien": True,
    "projets/ÉOLIEN/plan": True,
    "Ferme": True,
    "strasse": True,
    "Index": True,
    "projets/LoRa/plan": False,
    "projets/Éolien/plan": False,
    "projets/eolien": False,
    "ferme": False,
    "ferme/plan": False,
}


@pytest.fixture
def mem(write: Callable[..., str], person: "Callable[..., Person]") -> "Person":
    write(THERE)
    return person("Mem")


@pytest.mark.parametrize(("path", "clashes"), NEW.items(), ids=NEW)
def test_no_door_makes_a_twin(
    instance: "Instance",
    mem: "Person",
    person: "Callable[..., Person]",
    path: str,
    *,
    clashes: bool,
) -> None:
    reader, admin = Reader(instance, mem), Reader(instance, person("Admin", "admin"))
    doors: list[Callable[[], object]] = [
        lambda: save.save(reader, path, "# Neuf\n", reader.head),
        lambda: proposals.propose(reader, path, ProposalForm("# N\n", address="192.0.2.1")),
        lambda: move.move(admin, "ferme/enfant", path),
    ]
    names = Names(iter(THERE))
    assert (names.add(f"{path}.md") is not None) is clashes
    assert is_free(reader, path) is not clashes
    if not clashes:
        doors[1]()
        return
    for door in doors:
        with pytest.raises(AlreadyExists):
            door()
    assert instance.repository.head() == reader.head


def test_what_is_made_or_attached_gets_another_name(instance: "Instance", mem: "Person") -> None:
    reader = Reader(instance, mem)
    assert make_space(reader, NewSpace("", "LoRa", above="projets")).path == "projets/lora-2"
    save.save(reader.renewed(), "ferme", "# Ferme\n", "")
    assert files.attach(reader.renewed(), "ferme", "plan.txt", b"deux") == "ferme/plan-2.txt"
    with pytest.raises(AlreadyExists):
        files.attach_all(reader.renewed(), "ferme", {"PLAN.txt": b"trois"})


def test_what_was_typed_is_kept_where_the_address_is_refused(
    mem: "Person", log_in: "Callable[[Person], FlaskClient]"
) -> None:
    browser = log_in(mem)
    form = {"csrf_token": token(browser), "text": "# Mes mots\n", "base": "", "message": ""}
    answer = browser.post("/-/edit/projets/lora", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Mes mots" in page and "majuscules" in page


def test_twins_that_are_there_go_on_and_are_told(
    instance: "Instance", write: Callable[..., str], mem: "Person"
) -> None:
    write({"projets/lora.md": "# lora\n", "projets/LoRa/plan.md": "# Plan\n"})
    reader = Reader(instance, mem)
    for path in ("projets/LoRa", "projets/lora", "projets/LoRa/plan"):
        save.save(reader.renewed(), path, "# Encore\n", reader.renewed().head)
    save.save(reader.renewed(), "projets/LoRa/suite", "# Suite\n", "")
    names = Names(file for file, _blob in instance.repository.files(instance.repository.head()))
    assert names.add("projets/LoRa/fin.md") is None
    told = [one for one in faults(instance) if "capitals" in one]
    assert any("projets/LoRa" in one and "projets/lora" in one for one in told)
    # The way out: one of them is given another name, be it in small letters.
    move.move(reader.renewed(), "projets/lora", "projets/petit")
    move.move(reader.renewed(), "projets/LoRa", "projets/lora")
    assert not [one for one in faults(instance) if "capitals" in one]
