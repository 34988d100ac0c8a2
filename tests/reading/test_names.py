"""Whoever has left is shown without a name, by every question about the past."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from secrets import token_hex
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from wiki.editing.membership.departure import leave_for_good
from wiki.people.accounts import add_person
from wiki.reading import Reader
from wiki.reading.history import (
    blame_page,
    list_changes_by,
    list_contributors,
    list_history,
    list_recent_changes,
)
from wiki.reading.names import Names
from wiki.reading.pages import page_exists
from wiki.repository.commit import Change, Moved, commit
from wiki.repository.objects import Author
from wiki.testing.state import State
from wiki.translation import use_language

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.person import Person

PAGES = ("a", "b", "b/c")


@pytest.fixture(autouse=True)
def french() -> Iterable[None]:
    with use_language("fr"):
        yield


def test_names_are_shown_as_they_may_be() -> None:
    names = Names(frozenset({"gone"}))
    assert names.author("Zoé", "gone@people.invalid") == "Ancien membre"
    assert names.author("Zoé", "here@people.invalid") == "Zoé"
    assert names.author("Zoé", "gone@example.org") == "Zoé", "an id is ours at our host alone"
    assert names.author("zoe@example.org", "x") == "…@…"


def test_further_authors_of_a_commit_are_called_alike() -> None:
    names = Names(frozenset({"gone"}))
    told = names.message(
        "Une étape\n\nCo-authored-by: Zoé Q <gone@people.invalid>\n"
        "Signed-off-by: Max <here@people.invalid>\n"
    )
    assert "Zoé" not in told
    assert "Co-authored-by: Ancien membre" in told
    assert told.endswith("Signed-off-by: Max\n"), "and nothing of an address beside the name"


Step = tuple[str, str, bool]
steps = st.lists(
    st.tuples(st.sampled_from(["write", "drop", "move"]), st.sampled_from(PAGES), st.booleans()),
    max_size=8,
)


@pytest.fixture
def anew(instance: "Instance") -> Callable[[], None]:
    """``anew()``: the instance is as at first, without what an example before has written."""
    return State(instance).restore


@given(steps=steps)
@rules(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_answer_names_who_has_left(
    instance: "Instance", anew: Callable[[], None], steps: list[Step]
) -> None:
    anew()
    leaver, stayer, admin = (
        add_person(instance.private, email=f"{token_hex(8)}@example.org", name=name, role="admin")
        for name in ("Zénobie", "Reste", "Admin")
    )
    for step in [("write", "a", True), *steps, ("write", "b", False)]:
        take(instance, step, leaver, stayer)
    told = answers(Reader(instance, admin))
    assert told[leaver.alias] == {"Zénobie"}
    assert told["a message"] & {"Zénobie"}
    versions = instance.private.versions
    assert versions is not None
    before = versions.now()
    leave_for_good(Reader(instance, admin), leaver)
    assert versions.stands(before, {"rows:erased"}) is None, "pages that were kept show the name"
    told = answers(Reader(instance, admin))
    assert told[leaver.alias] == {"Ancien membre"}
    assert told[stayer.alias] == {"Reste"}
    assert leaver.alias not in told["a message"]


def take(instance: "Instance", step: Step, leaver: "Person", stayer: "Person") -> None:
    """One commit, by one of the two with the other."""
    kind, path, leaves = step
    first, second = (leaver, stayer) if leaves else (stayer, leaver)
    there = page_exists(Reader(instance, audience=frozenset({"all"})), path)
    mark = token_hex(4)
    changes: dict[str, Change] = {f"{path}.md": f"# {path}\n\nligne {mark}\n".encode()}
    if kind == "drop" and there:
        changes = {f"{path}.md": None}
    elif kind == "move" and there:
        changes = {f"moved-{mark}.md": Moved(f"{path}.md"), f"{path}.md": None}
    commit(
        instance.repository,
        instance.repository.head(),
        changes,
        Author(first.name, first.alias),
        "une étape",
        co_authors=[Author(second.name, second.alias)],
    )


def answers(reader: Reader) -> dict[str, set[str]]:
    """The names told of each address, by every question that there is; and those in messages."""
    told: dict[str, set[str]] = defaultdict(set)
    changes = list(list_recent_changes(reader, limit=500))
    for path in {*PAGES, *(one.path for one in changes)}:
        changes += list_history(reader, path, limit=500)
        if not page_exists(reader, path):
            continue
        for one in list_contributors(reader, path):
            told[one.mail].add(one.name)
        for line in blame_page(reader, path):
            told[line.author_mail].add(line.author_name)
    for alias in list(told):
        changes += list_changes_by(reader, alias, limit=500)
    for change in changes:
        told[change.mail].add(change.author)
        told["a message"].update(re.findall(r"-by: ([^<…\n]*?)(?: [<…]|$)", change.message))
    return told
