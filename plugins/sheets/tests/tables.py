"""Tables for tests: written as files, and imported in this process."""

import csv
import io
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from plugins.sheets.source import Sheets
from wiki.editing.identities import stamp_identities
from wiki.imports.commits import Outcome, write_stage
from wiki.imports.inventory import Staged
from wiki.imports.present import write_present
from wiki.imports.source import settle
from wiki.imports.stage import Bounds, Stage

if TYPE_CHECKING:
    from wiki.instance import Instance

Rows = Sequence[Sequence[str]]


def as_csv(rows: Rows, encoding: str = "cp1252") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode(encoding)


def imported(instance: "Instance", file: Path, given: Mapping[str, str] | None = None) -> Outcome:
    """What the command does, in this process: a child of each import would take seconds."""
    source, folder = Sheets(), file.parent / "stage"
    asked = settle(source.choices(file), given or {})
    answers = {choice.name: said for choice, said in asked}
    write_present(instance, "sheets", folder)
    with Stage(folder, "", Bounds.of(instance.settings)) as stage:
        source.read(file, stage, answers, lambda _done, _total: None)
    with closing(Staged(folder)) as staged:
        done = write_stage(instance.repository, staged, "sheets", "Tableau", lambda *_: None)
        done.losses += staged.losses()
    assert stamp_identities(instance) == 0  # each need and offer came with its own
    return done
