"""What is staged becomes commits: in order, once, and nothing of what people did here is lost."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wiki.errors import TooLarge
from wiki.imports.commits import Outcome, write_stage
from wiki.imports.earlier import find_earlier
from wiki.imports.inventory import Staged
from wiki.imports.places import Places
from wiki.imports.present import write_present
from wiki.imports.stage import Bounds, Stage
from wiki.pages.access import MEMBERS, TEAM
from wiki.reading import Reader
from wiki.reading.history import list_history
from wiki.reading.pages import find_page, get_page

if TYPE_CHECKING:
    from wiki.instance import Instance

Write = Callable[..., str]
Fill = Callable[[Stage], object]
BOUNDS = Bounds(page=10_000, upload=10_000, pixels=1_000_000)
#: what somebody elsewhere wrote of a change
_FORGED = "Un mot\n\nImported-From: elsewhere 1:1"
DAY = datetime(2020, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def bring(instance: "Instance", tmp_path: Path) -> Callable[..., Outcome]:
    """Stages and imports; the losses of both are in the outcome."""

    def bring(fill: Fill, into: str = "") -> Outcome:
        with Stage(tmp_path / "stage", into, BOUNDS) as stage:
            fill(stage)
        with closing(Staged(tmp_path / "stage")) as staged:
            done = write_stage(instance.repository, staged, "elsewhere", "Ailleurs", print)
            done.losses += staged.losses()
        return done

    return bring


def history(instance: "Instance", path: str) -> list[tuple[str, str, int]]:
    return [
        (one.message.partition("\n")[0], one.author, one.when.year)
        for one in list_history(Reader(instance), path)
    ]


def lora(stage: Stage, states: int = 2) -> None:
    for number in range(states):
        when = DAY + timedelta(days=366 * number)
        stage.revision(
            "projets/lora",
            f"# LoRa\n\n{number}\n",
            key=f"1:{number}",
            author="Awa",
            when=when,
            message="Un état",
        )
    stage.file(
        "projets/lora/notes.txt", b"Un mot.\n", key="f1", author="Awa", when=DAY, message="Un état"
    )


def test_states_become_commits_of_their_time_and_authors(
    instance: "Instance", bring: Callable[..., Outcome]
) -> None:
    done = bring(lora)
    assert (done.pages, done.revisions, done.files, done.losses) == (1, 2, 1, [])
    assert history(instance, "projets/lora") == [
        ("Un état", "Awa", 2021),
        ("Un état", "Awa", 2020),  # the page, and what lies beside it
        ("Un état", "Awa", 2020),
    ]
    assert get_page(Reader(instance), "projets/lora").text == "# LoRa\n\n1\n"
    head = instance.repository.head()
    assert instance.repository.read("projets/lora/notes.txt", head) is not None


def test_a_second_run_brings_what_is_new_alone(
    instance: "Instance", bring: Callable[..., Outcome]
) -> None:
    bring(lora)
    head = instance.repository.head()
    again = bring(lora)
    assert (again.revisions, again.known, instance.repository.head()) == (0, 3, head)
    more = bring(lambda stage: lora(stage, 3))
    assert (more.revisions, more.known) == (1, 3)
    assert len(history(instance, "projets/lora")) == 4


def test_what_people_did_here_is_left_and_told(
    instance: "Instance", bring: Callable[..., Outcome], write: Write
) -> None:
    def fill(stage: Stage) -> None:
        lora(stage, 3)
        stage.revision("a", "# A\n", key="2:0")
        stage.revision("b", "# B\n", key="3:0")

    def first(stage: Stage) -> None:
        lora(stage)
        stage.revision("a", "# A\n", key="2:0")

    bring(first)
    write({"projets/lora.md": "# À nous\n", "a.md": None, "b.md": "# Déjà là\n"})
    head = instance.repository.head()
    done = bring(fill)
    assert instance.repository.head() == head
    assert [loss.where for loss in done.losses] == ["b", "projets/lora"]
    assert get_page(Reader(instance), "projets/lora").title == "À nous"
    assert find_page(Reader(instance), "a") is None


def test_old_addresses_lead_on_and_circles_are_told(
    instance: "Instance", bring: Callable[..., Outcome]
) -> None:
    def fill(stage: Stage) -> None:
        stage.revision("a", "---\naliases: [z]\n---\n# A\n", key="1")
        stage.revision("brisee", "---\nvisibility: [\n---\n# B\n", key="2")
        for old, path in (("b", "c"), ("c", "a"), ("d", "e"), ("e", "d"), ("f", "nulle-part")):
            stage.redirect(old, path)
        stage.redirect("g", "brisee")

    done = bring(fill)
    assert get_page(Reader(instance), "a").aliases == ("z", "b", "c")
    assert sorted(loss.where for loss in done.losses) == ["d", "e", "f", "g"]


def test_what_was_not_for_all_is_not_here(
    instance: "Instance", bring: Callable[..., Outcome]
) -> None:
    def fill(stage: Stage) -> None:
        stage.revision("membres", "# A\n", key="1")
        stage.revision("secret", "# Un secret\n", key="2a")
        stage.revision("secret", "---\nvisibility: public\n---\n# Un secret\n", key="2b")
        stage.revision("brouillon", "---\ntitle: C\npublished: false\n---\n", key="3")
        stage.revision("brise", "---\nvisibility: [\n---\n# D\n", key="4")
        stage.restrict("membres", "members", ["groupe:jury"])
        stage.restrict("secret")
        stage.restrict("brise", "members")

    bring(fill)
    visitor = Reader(instance)
    for path in ("membres", "secret", "brouillon", "brise"):
        assert find_page(visitor, path) is None, path
    member = Reader(instance, audience=frozenset({"public", "members"}))
    assert find_page(member, "membres") is not None
    assert find_page(member, "secret") is None and find_page(member, "brouillon") is None


def test_what_cannot_be_kept_is_told_and_nothing_climbs_out(
    instance: "Instance", bring: Callable[..., Outcome]
) -> None:
    def fill(stage: Stage) -> None:
        stage.revision("../dehors", "# X\n")
        stage.revision("ailleurs", "# Pas dans l’espace\n")
        stage.revision("espace/long", "x" * 20_000)
        stage.file("espace/../../x.txt", b"x")
        stage.file("espace/programme.exe", b"MZ")
        stage.file("espace/photo.png", b"no picture")
        stage.revision("espace", "\ufeff# L’espace\r\n\0\ud800\n", space=True)

    done = bring(fill, "espace")
    assert len(done.losses) == 6
    (one,) = instance.repository.files(instance.repository.head())
    assert one[0] == "espace/index.md"
    assert get_page(Reader(instance), "espace").text == "# L’espace\n?\n"


def test_somebody_who_saves_meanwhile_is_not_undone(
    instance: "Instance", tmp_path: Path, write: Write
) -> None:
    with Stage(tmp_path / "stage", "", BOUNDS) as stage:
        lora(stage)

    def saves(done: int, _total: int | None) -> None:
        if done == 2 and instance.repository.read("b.md", instance.repository.head()) is None:
            write({"b.md": "# B\n"})

    with closing(Staged(tmp_path / "stage")) as staged:
        done = write_stage(instance.repository, staged, "elsewhere", "Ailleurs", saves)
    assert done.revisions == 2
    found = [file for file, _blob in instance.repository.files(instance.repository.head())]
    assert found == ["b.md", "projets/lora.md", "projets/lora/notes.txt"]


def test_places_are_free_and_the_same_each_time() -> None:
    places = Places("espace")
    assert [places.page("Été à Rouen"), places.page("ETE a rouen"), places.page("…")] == [
        "espace/ete-a-rouen",
        "espace/ete-a-rouen-2",
        "espace/page",
    ]
    assert places.page("Index", "espace/page") == "espace/page/index-2"
    assert places.file("C:\\Photos\\Plan A.PNG", "espace/page") == "espace/page/plan-a.png"
    assert places.file("plan a.png", "espace/page") == "espace/page/plan-a-2.png"


def test_what_is_here_is_known_and_changed_only_as_it_was_read(
    instance: "Instance", write: Write, tmp_path: Path
) -> None:
    write({"projets/gel.md": "---\ntype: project\ntitle: Gel à l’aube\n---\n", "notes.md": "# N\n"})

    def bring(words: str, *, meanwhile: str = "") -> Outcome:
        write_present(instance, "elsewhere", tmp_path / "stage")
        with Stage(tmp_path / "stage", "", BOUNDS) as stage:
            assert stage.present.find("gel a l'aube", ("person", "project")) == "projets/gel"
            assert stage.present.find("N", ("project",)) is None
            known.append(stage.present.knows("part-1"))
            text = f"{stage.present.text('projets/gel')}\n{words}\n"
            stage.revision("projets/gel", text, key=words, onto=True, parts=["part-1"])
        if meanwhile:
            write({"projets/gel.md": meanwhile})
        with closing(Staged(tmp_path / "stage")) as staged:
            return write_stage(instance.repository, staged, "elsewhere", "Ailleurs", print)

    known: list[bool] = []
    assert bring("Un.").revisions == 1
    assert bring("Deux.").revisions == 1
    assert known == [False, True]
    page = get_page(Reader(instance), "projets/gel")
    assert (page.file, page.text.endswith("\nUn.\n\nDeux.\n")) == ("projets/gel.md", True)
    done = bring("Trois.", meanwhile="# À nous\n")
    assert (done.revisions, [loss.where for loss in done.losses]) == (0, ["projets/gel"])


def test_what_is_said_of_access_twice_counts_as_the_strictest_and_below(
    instance: "Instance", bring: Callable[..., Outcome]
) -> None:
    def fill(stage: Stage) -> None:
        # The older is the one below: no commit has it open, whatever stands above it here.
        stage.revision("secret/plan", "# Plan\n", key="1", when=DAY)
        stage.revision("secret", "x" * 20_000, key="2", when=DAY + timedelta(days=1))
        stage.revision("a", "# A\n", key="3")
        stage.restrict("secret")
        stage.restrict("a", TEAM, ["groupe:jury", "groupe:bureau"])
        stage.restrict("a", TEAM, ["groupe:bureau"])
        stage.restrict("a/", MEMBERS)

    bring(fill)
    assert find_page(Reader(instance), "secret/plan") is None
    head = instance.repository.head()
    texts = []
    for file in ("secret/plan.md", "a.md"):
        blob = instance.repository.read(file, head)
        assert blob is not None
        texts.append(blob.data.decode())
    assert all("visibility: team" in text for text in texts)
    assert "bureau" in texts[1] and "jury" not in texts[1]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Awa Diop <awa@example.org>", "Awa Diop"),
        ("awa@example.org", "awa"),
        ("mailto:awa@example.org", "awa"),
        ("Awa (awa@example.org), Bo", "Awa, Bo"),
        ("@awa", "@awa"),
    ],
)
def test_an_address_that_is_given_as_a_name_is_published_nowhere(
    instance: "Instance", bring: Callable[..., Outcome], said: str, name: str
) -> None:
    text = f"---\nauthor: '{said}'\n---\n# A\n"
    bring(lambda stage: stage.revision("a", text, key="1", author=said))
    (change,) = list_history(Reader(instance), "a")
    assert get_page(Reader(instance), "a").head.words("author") == tuple(name.split(", "))
    assert change.author == name and "example" not in change.mail


def test_what_a_stage_takes_of_the_disk_is_bounded(tmp_path: Path) -> None:
    bounds = Bounds(page=10_000, upload=10_000, pixels=1, total=1_000)
    with Stage(tmp_path / "stage", "", bounds) as stage, pytest.raises(TooLarge):
        for number in range(1_000):
            stage.revision(f"a{number}", "# A\n")


def test_only_who_is_of_elsewhere_brings_states_of_elsewhere(
    instance: "Instance", bring: Callable[..., Outcome], write: Write
) -> None:
    write({"b.md": "# B\n"}, "Imported-From: elsewhere 1:0")
    bring(lambda stage: stage.revision("a", "# A\n", key="2", author="Awa", message=_FORGED))
    done = bring(lora)
    assert (done.revisions, done.known) == (2, 0)
    head = instance.repository.head()
    earlier = find_earlier(instance.repository, head, "elsewhere", {"a", "b"})
    assert earlier.untouched == {"a"} and earlier.keys == {"2", "1:0", "1:1", "f1"}


def test_no_address_stands_in_what_git_keeps(
    instance: "Instance", bring: Callable[..., Outcome]
) -> None:
    head = "---\nauthor_email: ana@a.fr\nauthors:\n  - name: Ana\n    email: ana@a.fr\n---\n# A\n"

    def fill(stage: Stage) -> None:
        stage.revision(
            *("a", head),
            key="notes/ana@a.fr.md:1",
            message="Un mot pour bea@b.fr\n\nCo-authored-by: Ana <ana@a.fr>",
        )

    bring(fill)
    assert get_page(Reader(instance), "a").text == "---\nauthors: Ana\n---\n# A\n"
    (change,) = list_history(Reader(instance), "a")
    assert change.message.startswith("Un mot pour bea\n\nCo-authored-by: Ana")
    assert "@" not in change.message
    assert bring(fill).known == 1
