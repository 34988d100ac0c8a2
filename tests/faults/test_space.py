"""Whether a disk takes writing, asked while others write to it."""

import threading
from pathlib import Path

from wiki.disk.space import is_writable


def test_a_file_that_is_just_being_made_may_be_written(tmp_path: Path) -> None:
    paths = [tmp_path / str(number) for number in range(3_000)]
    ready = threading.Barrier(5)

    def make() -> None:
        ready.wait()
        for path in paths:
            path.touch()

    def ask(refused: list[Path]) -> None:
        ready.wait()
        refused += [path for path in paths if not is_writable(path)]

    refused: list[Path] = []
    threads = [threading.Thread(target=make)]
    threads += [threading.Thread(target=ask, args=(refused,)) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
