"""An import from beginning to end, for who waits for it: a command, a measurement."""

import secrets
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing
from pathlib import Path

from wiki.editing.identities import stamp_identities
from wiki.imports.commits import Outcome, write_stage
from wiki.imports.intake import read, source_of
from wiki.imports.inventory import Staged
from wiki.imports.present import write_present
from wiki.imports.runs import COMMAND, occupied
from wiki.imports.source import ImportProgress
from wiki.instance import Instance
from wiki.people.pen_names import keep_pen_names
from wiki.repository.importing import author_of

#: begins to say how far a step of that label is
Steps = Callable[[str], AbstractContextManager[ImportProgress]]
#: whether to go on, once it is seen what there is
Approval = Callable[[Staged], bool]


def import_path(
    instance: Instance,
    name: str,
    path: Path,
    *,
    steps: Steps,
    into: str = "",
    answers: Mapping[str, str] | None = None,
    approve: Approval = lambda _staged: True,
) -> Outcome | None:
    """Imports ``path`` with the source ``name``; None where ``approve`` said no.

    Raises NotFound for a source that there is not, BadRequest for what cannot be read,
    StorageFailed: then nothing was imported.
    """
    source = source_of(instance.plugins, name)
    folder = stages(instance) / f"{COMMAND}{secrets.token_hex(8)}"
    folder.mkdir(parents=True)
    try:
        with occupied(folder):
            write_present(instance, name, folder)
            with steps("reading") as progress:
                read(
                    *(instance.settings, name, path, folder),
                    into=into,
                    answers=answers,
                    progress=progress,
                )
            with closing(Staged(folder)) as staged:
                if not approve(staged):
                    return None
                with steps("writing") as progress:
                    return write(instance, staged, name, source.label, progress)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write(
    instance: Instance, staged: Staged, name: str, label: str, progress: ImportProgress
) -> Outcome:
    """Makes commits of the stage, and what follows from them; ``label``: the program's name.

    Raises StorageFailed: then nothing was imported.
    """
    outcome = write_stage(instance.repository, staged, name, label, progress)
    told = [(author_of(author).mail, author, mail) for author, mail in staged.authors()]
    keep_pen_names(instance.private, told)
    stamp_identities(instance)
    return outcome


def stages(instance: Instance) -> Path:
    """The folder of the instance in which stages are."""
    return instance.settings.instance / "imports"
