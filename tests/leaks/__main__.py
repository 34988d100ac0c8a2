"""The table exits × roles, as Markdown: ``python -m tests.leaks``."""

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from .asking import ROLES, Told, crawl
from .exits import Exits
from .world import build


def measure(folder: Path) -> list[tuple[str, Told]]:
    """What each role was told, at every exit, reading and then writing."""
    found = []
    for role in ROLES:
        place = folder / role.name.replace(" ", "-").replace("'", "")
        world = build(place / "full")
        twin = build(place / "twin", role.twin) if role.twin is not None else None
        exits = Exits(world)
        told = crawl(world, role, exits.gets(), twin)
        if role.writes:
            written = crawl(world, role, exits.posts())
            told.asked += written.asked
            for exit, lines in written.leaks.items():
                told.leaks.setdefault(exit, []).extend(lines)
        found.append((role.name, told))
        world.close()
        if twin is not None:
            twin.close()
    return found


def table(found: Sequence[tuple[str, Told]]) -> str:
    """Lines of Markdown: requests made, and of them leaks."""
    exits = sorted({exit for _role, told in found for exit in told.asked})
    lines = [
        "| exit | " + " | ".join(role for role, _told in found) + " |",
        "| --- |" + " ---: |" * len(found),
    ]
    for exit in exits:
        cells = [_cell(told.asked[exit], len(told.leaks.get(exit, ()))) for _role, told in found]
        lines.append(f"| `{exit}` | " + " | ".join(cells) + " |")
    sums = [_cell(told.asked.total(), len(told.all())) for _role, told in found]
    return "\n".join([*lines, "| **all** | " + " | ".join(sums) + " |"])


def _cell(asked: int, leaks: int) -> str:
    return f"{asked} / **{leaks}**" if leaks else f"{asked} / 0"


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        found = measure(Path(name))
    sys.stdout.write(table(found) + "\n")
    for role, told in found:
        for line in told.all():
            sys.stderr.write(f"{role}: {line}\n")
