"""Saves that wait for one turn: each is right for what it lands on, and each is answered."""

import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from wiki.app import create_app
from wiki.editing.rights import someone
from wiki.editing.save import Saved, save
from wiki.errors import EditConflict, Forbidden
from wiki.people.access.grants import grant_guest, revoke_guest
from wiki.people.accounts import add_person, set_disabled, set_role
from wiki.people.person import at_machine
from wiki.projections.catalogue import Catalogue
from wiki.reading import Reader
from wiki.reading.pages import get_page
from wiki.testing.browsers import signed_in

if TYPE_CHECKING:
    from wiki.instance import Instance

Write = Callable[..., str]

#: what is alike is asked about: two people may have meant one thing
SAID = ["Anne", "vélos", "jeudi soir", "comptable", "Metz", "trois ruches", "bois", "chorale"]

NEEDS = "# Page {}\n\n::: besoins\n- {}\n\n:::\n"


def readers(instance: "Instance", count: int) -> list[Reader]:
    people = [
        add_person(instance.private, email=f"{n}@example.org", name=f"Voix {n}")
        for n in range(count)
    ]
    return [Reader(instance, person) for person in people]


def together(
    instance: "Instance",
    asked: Sequence[Callable[[], Saved]],
    meanwhile: Callable[[], object] = lambda: None,
) -> list[Future[Saved]]:
    """What became of them, where all were ready before any of them could be saved.

    ``meanwhile`` is done while they wait, by who holds the queue.
    """
    group = instance.repository.group
    with ThreadPoolExecutor(len(asked)) as pool:
        with instance.repository.lock():
            answers: list[Future[Saved]] = []
            for one in asked:  # each behind the one before
                answers.append(pool.submit(one))
                until = time.monotonic() + 60
                while len(group._waiting) < sum(not answer.done() for answer in answers):
                    assert time.monotonic() < until
                    time.sleep(0.001)
            meanwhile()
        return answers


def saying(reader: Reader, path: str, text: str) -> Callable[[], Saved]:
    return lambda: save(reader, path, text, reader.head, f"de {path}")


def packs(instance: "Instance") -> set[str]:
    return {path.name for path in instance.repository.folder.glob("objects/pack/*.pack")}


def text_of(instance: "Instance", path: str) -> str:
    return get_page(Reader(instance, audience=frozenset({"all"})), path).text


def test_a_page_each_in_one_group(
    instance: "Instance", write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({f"p{n}.md": f"# Page {n}\n" for n in range(5)})
    people = readers(instance, 5)
    instance.projections.catch_up("catalogue")
    brought: list[str] = []
    take = Catalogue.write

    def noted(catalogue: Catalogue, rows: Any, span: Any, progress: Any) -> None:
        brought.append(span.to)
        take(catalogue, rows, span, progress)

    monkeypatch.setattr(Catalogue, "write", noted)
    texts = [f"# Page {n}\n\nDe {n}.\n" for n in range(5)]
    texts[4] = f"---\ntitle: Une autre\n---\n\n{texts[4]}"
    asked = [saying(one, f"p{n}", texts[n]) for n, one in enumerate(people)]
    answers = together(instance, asked)
    assert not brought, "who saves among others works nothing out"
    for n, answer in enumerate(answers):
        told = instance.repository.commit_info(answer.result().commit)
        assert (told.author_name, told.message) == (f"Voix {n}", f"de p{n}")
        assert text_of(instance, f"p{n}").endswith(f"\nDe {n}.\n")
    assert instance.repository.check() == []


def test_two_on_one_page_are_joined_or_told(instance: "Instance", write: Write) -> None:
    write({"p.md": "# Page\n\nUn.\n\nDeux.\n\nTrois.\n", "q.md": "# Q\n\nUn.\n"})
    one, two, three, four = readers(instance, 4)
    asked = [
        saying(one, "p", "# Page\n\nUn, par un.\n\nDeux.\n\nTrois.\n"),
        saying(two, "p", "# Page\n\nUn.\n\nDeux.\n\nTrois, par deux.\n"),
        saying(three, "q", "# Q\n\nUn, par trois.\n"),
        saying(four, "q", "# Q\n\nUn, par quatre.\n"),
    ]
    answers = together(instance, asked)
    assert sorted(answer.result().merged for answer in answers[:2]) == [False, True]
    assert text_of(instance, "p") == "# Page\n\nUn, par un.\n\nDeux.\n\nTrois, par deux.\n"
    errors = [answer.exception() for answer in answers[2:]]
    (conflict,) = (error for error in errors if error is not None)
    assert isinstance(conflict, EditConflict)
    kept = text_of(instance, "q")
    assert kept == conflict.theirs
    assert {kept, conflict.mine} == {"# Q\n\nUn, par trois.\n", "# Q\n\nUn, par quatre.\n"}


def test_many_on_one_page_share_a_pack(instance: "Instance", write: Write) -> None:
    """Each adds a paragraph and a need; one asks for other words in a line that another changed."""
    write({"p.md": NEEDS.format("P", "Un lieu {#b-7k2m9xqp}") + "\nUn lieu pour se retrouver.\n"})
    *people, last = readers(instance, 9)
    before = packs(instance)
    stood = text_of(instance, "p")
    asked = [
        saying(
            one,
            "p",
            stood.replace("\n\n:::\n", f"\n- {SAID[n]}\n\n:::\n") + f"\n{SAID[n].upper()}\n",
        )
        for n, one in enumerate(people)
    ]
    asked[0] = saying(people[0], "p", stood.replace("pour se", "pour tous se"))
    asked.append(saying(last, "p", stood.replace("pour se", "pour ne pas se")))
    *answers, refused = together(instance, asked)
    assert isinstance(refused.exception(), EditConflict)
    assert [answer.result().merged for answer in answers] == [False, *[True] * 7]
    assert len({answer.result().commit for answer in answers}) == 8
    assert len(packs(instance) - before) == 1, "nobody had to come again"
    kept = text_of(instance, "p")
    assert "\nUn lieu pour tous se retrouver.\n" in kept
    for n in range(1, 8):
        assert kept.count(f"\n{SAID[n].upper()}\n") == kept.count(f"- {SAID[n]} {{#") == 1
    found = re.findall(r"\{#([^}]+)\}", kept)
    assert len(found) == len(set(found)) == 8, "each need has a name of its own"
    assert instance.repository.check() == []


def test_a_page_saved_in_another_process_is_joined_in_its_turn(
    instance: "Instance", write: Write
) -> None:
    write({"p.md": "# P\n\nUn.\n"})
    (one,) = readers(instance, 1)
    stood, before = text_of(instance, "p"), packs(instance)
    asked = [saying(one, "p", f"{stood}\nDe un.\n")]
    (answer,) = together(instance, asked, lambda: write({"p.md": f"{stood}\nD'ailleurs.\n"}))
    assert answer.result().merged
    assert text_of(instance, "p") in (
        f"{stood}\nDe un.\n\nD'ailleurs.\n",
        f"{stood}\nD'ailleurs.\n\nDe un.\n",
    )
    assert len(packs(instance) - before) == 2


def test_rights_are_those_of_the_head_that_it_lands_on(instance: "Instance", write: Write) -> None:
    write({"a/index.md": "# A\n", "a/p.md": "# P\n", "q.md": "# Q\n"})
    one, two = readers(instance, 2)
    asked = [saying(one, "a/p", "# P\n\nÉcrit.\n"), saying(two, "q", "# Q\n\nÉcrit.\n")]

    def close() -> None:
        write({"a/index.md": "---\neditors: admins\n---\n\n# A\n"})

    refused, saved = together(instance, asked, close)
    assert isinstance(refused.exception(), Forbidden)
    assert saved.result().path == "q"
    assert text_of(instance, "a/p") == "# P\n"


def test_who_waits_behind_another_head_is_judged_by_it(instance: "Instance", write: Write) -> None:
    write({"a/index.md": "# A\n", "a/p.md": "# P\n", "q.md": "# Q\n", "r.md": "# R\n"})
    admin, two, three, four = readers(instance, 4)
    set_role(instance.private, someone(admin).id, "admin", by=at_machine())
    closing = "---\neditors: admins\n---\n\n# A\n"
    asked = [
        saying(three, "r", "# R\n\nAvant.\n"),
        saying(admin.renewed(), "a", closing),
        saying(two, "a/p", "# P\n\nÉcrit.\n"),
        saying(four, "q", "---\ntitle: Q\n---\n\n# Q\n\nAprès.\n"),
    ]
    before = packs(instance)
    first, closed, refused, saved = together(instance, asked)
    assert isinstance(refused.exception(), Forbidden)
    assert text_of(instance, "a/p") == "# P\n"
    assert text_of(instance, "a") == closing
    assert text_of(instance, "q").endswith("Après.\n")
    parents = [
        instance.repository.commit_info(one.result().commit).parents for one in (closed, saved)
    ]
    assert parents == [(first.result().commit,), (closed.result().commit,)]
    assert len(packs(instance) - before) == 2, "the first two shared one"


def test_who_lost_their_rights_while_they_waited_saves_nothing(
    instance: "Instance", write: Write
) -> None:
    paths = [f"p{n}" for n in range(4)]
    write({f"{path}.md": "# P\n" for path in paths})
    private, people = instance.private, readers(instance, 4)
    blocked, demoted, guest, _stays = (someone(reader).id for reader in people)
    write({"p2.md": "---\neditors: admins\n---\n\n# P\n"})
    grant_guest(private, guest, "p2", by="")
    asked = [
        saying(reader.renewed(), path, f"{text_of(instance, path)}\nDe plus.\n")
        for reader, path in zip(people, paths, strict=True)
    ]

    def lose() -> None:
        set_disabled(private, blocked, True, by="")
        set_role(private, demoted, "reader", by=at_machine())
        revoke_guest(private, guest, "p2", by="")

    answers = together(instance, asked, lose)
    assert all(isinstance(answer.exception(), Forbidden) for answer in answers[:3])
    assert answers[3].result().path == "p3"
    assert [text_of(instance, path).count("De plus.") for path in paths] == [0, 0, 0, 1]
    with pytest.raises(Forbidden):
        save(people[1], "neuf", "# Neuf\n", "")


def test_an_identity_pasted_twice_at_once_stays_with_one(
    instance: "Instance", write: Write
) -> None:
    texts = {path: NEEDS.format(path, "le même {#b-aaaaaaaa}") for path in ("p1", "p2")}
    write({f"{path}.md": "# Vide\n" for path in texts})
    people = readers(instance, 2)
    asked = [saying(one, path, texts[path]) for one, path in zip(people, texts, strict=True)]
    answers = together(instance, asked)
    assert all(answer.result() for answer in answers)
    kept = [text_of(instance, path) for path in texts]
    assert all("{#b-" in text for text in kept)
    assert sum("{#b-aaaaaaaa}" in text for text in kept) == 1


def test_the_editor_waits_for_no_projection_that_heads_suffice_for(
    instance: "Instance", write: Write
) -> None:
    write({"p.md": "# P\n", "q.md": "# Q\n"})
    person = add_person(instance.private, email="une@example.org", name="Une")
    browser = signed_in(create_app(instance), instance, person)
    assert browser.get("/-/edit/p").status_code == 200
    assert not instance.projections.behind("catalogue")
    write({"p.md": "# P\n\nNouveau.\n", "q.md": "# Q, plus loin\n"})
    assert "Nouveau." in browser.get("/-/edit/p").text
    assert instance.projections.behind("catalogue")
    assert "Q, plus loin" in browser.get("/q").text
    write({"p.md": "---\nvisibility: team\nteam: q\n---\n\n# P\n"})
    assert browser.get("/-/edit/p").status_code == 404
