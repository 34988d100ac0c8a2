"""What a save changed goes with the news of it: other nodes have it without the git host."""

import shutil
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from tests.nodes.test_confirmed import World, until, world
from tests.nodes.test_nodes import reader_of
from tests.people.conftest import SERVER
from wiki.editing.save import save
from wiki.repository.repository import Repository
from wiki.repository.shared.steps import Steps

__all__ = ["world"]

pytestmark = pytest.mark.skipif(not SERVER, reason="WIKI_TEST_POSTGRES names no server")


def test_a_text_comes_to_a_node_that_reaches_no_git_host(world: World) -> None:
    for name in ("lora", "jardin/semis"):
        world.write(name)
    a, b = world.a.instance, world.b.instance
    until(lambda: b.repository.head() == a.repository.head())
    world.host.off = True
    for turn in range(3):
        for name in ("lora", "jardin/semis"):
            text = f"# Page\n\nFois {turn}, l’été ✓.\n"
            save(reader_of(a), name, text, a.repository.head())
    until(lambda: b.repository.head() == a.repository.head())
    assert b.repository.read("jardin/semis.md", b.repository.head()) == a.repository.read(
        "jardin/semis.md", a.repository.head()
    )
    assert "Fois 2" in world.b.read("/lora")
    world.host.off = False

    # What is too long for a letter is fetched, and so is what came while it was not heard.
    words = "".join(f" {number * 7919 % 100_003}" for number in range(4_000))
    save(reader_of(a), "lora", f"# Page\n\nLongue :{words}\n", a.repository.head())
    until(lambda: "Longue" in world.b.read("/lora"))
    assert b.repository.head() == a.repository.head()


def test_a_letter_is_taken_where_all_of_it_fits_alone(world: World, tmp_path: Path) -> None:
    world.write("lora")
    a = world.a.instance
    old, letters = a.repository.head(), list[bytes]()
    shutil.copytree(a.repository.folder, tmp_path / "behind.git")

    def seal(said: bytes) -> str:
        letters.append(said)
        return "letter"

    assert a.repository.shared is not None
    a.repository.shared.steps = Steps(a.repository, seal)
    saved = save(reader_of(a), "lora", "# Page\n\nEncore.\n", old).commit
    (said,) = letters
    plain = zlib.decompress(said)

    with closing(Repository.open(tmp_path / "behind.git", tmp_path / "behind.lock")) as behind:

        def is_taken(letter: bytes) -> bool:
            steps = Steps(behind, unseal=lambda _word: letter)
            steps.learn("letter")
            return steps.take(saved)

        for wrong in (b"", b"no letter", zlib.compress(plain[:-1]), said[:-8]):
            assert not is_taken(wrong)
        for word, other in ((b"Encore", b"Jamais"), (b"lora.md", b"lord.md")):
            assert not is_taken(zlib.compress(plain.replace(word, other)))
        assert not is_taken(zlib.compress(plain.replace(old.encode(), b"0" * 40)))
        assert behind.head() == old
        assert is_taken(said)
        assert behind.head() == saved
        found = behind.read("lora.md", saved)
        assert found is not None
        assert found.data == b"# Page\n\nEncore.\n"
        assert not is_taken(said)
