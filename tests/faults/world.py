"""A wiki full of everything, made once, copied for each damage; and what is true of it."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.leaks.asking import differing
from tests.leaks.world import build, settings_of
from wiki.cache.properties import cached_property
from wiki.testing import ForkServer

#: who asks and for what → the answer
Answers = dict[str, str]

_OBSERVE = "from tests.faults.observer import main; main()"
#: what the wiki says where it cannot tell, in the language of readers
_HONEST = ("503\n",)


@dataclass
class SoundWorld:
    """The wiki in ``folder``, which nobody opens again, with its backup."""

    folder: Path
    backup: Path
    moment: datetime
    processes: ForkServer

    def copy(self, folder: Path) -> Path:
        """The same wiki in ``folder``, to be damaged."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return folder

    def observe(self, folder: Path, damage: str = "") -> dict[str, Any]:
        """What ``observer.observe`` tells of the wiki in ``folder``; its process is another one."""
        words = [str(folder), self.moment.isoformat(), *([damage] if damage else [])]
        done = self.processes.run(words, code=_OBSERVE)
        if done.returncode:
            return {"crashed": done.returncode, "log": done.stderr[-3000:]}
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def wiki(self, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
        """``wiki`` with these words on the wiki in ``folder``."""
        return self.processes.run(["--instance", str(folder), *words])

    @cached_property
    def answers(self) -> Answers:
        """What is answered where nothing is damaged."""
        return dict(self.observe(self.copy(self.folder.with_name("observed")))["answers"])

    @cached_property
    def facts(self) -> dict[str, str]:
        """What is saved."""
        return saved_facts(self.folder)

    def wrong(self, answers: Answers) -> dict[str, str]:
        """The answers that are neither as they should be nor an error in words."""
        return {
            asked: difference
            for asked, answer in answers.items()
            if not answer.startswith(_HONEST)
            and (difference := differing(answer, self.answers[asked]))
        }

    def missing(self, answers: Answers) -> list[str]:
        """What is not answered any more, and said so."""
        return [
            asked
            for asked, answer in answers.items()
            if answer.startswith(_HONEST) and not self.answers[asked].startswith(_HONEST)
        ]


def make_world(folder: Path, processes: ForkServer) -> SoundWorld:
    """The wiki of ``tests.leaks``, with a picture, in all states of git: packed, beside, loose."""
    from tests.files import samples
    from wiki.instance import close_instance
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    place = folder / "world"
    place.mkdir(parents=True)
    lines = (f"{name} = {json.dumps(value)}\n" for name, value in settings_of(place).items())
    (place / "wiki.toml").write_text('encoder = "use"\n' + "".join(lines), "utf-8")
    world = build(place)
    repository, git = world.instance.repository, place / "content.git"
    for words in (
        ("repack", "-q", "-a", "-d"),
        ("commit-graph", "write", "--reachable", "--split", "--no-progress"),
    ):
        subprocess.run(["git", "-C", str(git), *words], check=True)
    picture = samples.picture("PNG", (2000, 1000))
    for files in (
        {"projets/lora/plan.png": picture},
        {"ouvert.md": b"# Ouvert\n\nDe l'agriculture, un [[cache|lien]] et [[projets/lora]].\n"},
        {"libre.md": b"# Libre\n"},
    ):
        author = Author("Awa", "awa@people.invalid")
        commit(repository, repository.head(), files, author, "Et encore")
    close_instance(world.instance)
    backup = folder / "backup.tar.gz"
    sound = SoundWorld(place, backup, datetime.now(UTC), processes)
    # What is worked out is there, as where it has been asked for.
    told = sound.observe(place)
    assert "answers" in told, told
    sound.wiki(place, "check")  # it makes what nobody has asked for
    assert sound.wiki(place, "check").stdout == ""
    assert sound.wiki(place, "backup", str(backup)).returncode == 0
    return sound


def saved_facts(folder: Path) -> dict[str, str]:
    """A digest of all that cannot be worked out: commits with all that they hold, private rows."""
    git = folder / "content.git"
    # As the wiki reads: what stands in place of an object by ``refs/replace`` is not looked at.
    words = ["git", "--no-replace-objects", "-C", str(git), "-c", "core.commitGraph=false"]
    objects = subprocess.run(
        [*words, "rev-list", "--objects", "--no-object-names", "main"],
        check=True,
        capture_output=True,
    ).stdout
    contents = subprocess.run(
        [*words, "cat-file", "--batch", "--buffer"], input=objects, check=True, capture_output=True
    ).stdout
    facts = {"content": _digest(sorted(objects.split())) + _digest([contents])}
    with closing(sqlite3.connect(f"file:{folder / 'private.db'}?mode=ro", uri=True)) as rows:
        names = [
            name for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        for name in names:
            if name not in _PASSING:
                found = rows.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - its own names
                facts[f"rows of {name}"] = _digest(sorted(repr(row).encode() for row in found))
    held = folder / "proposals.git"
    if held.is_dir():
        refs = sorted((held / "refs/proposals").iterdir())
        facts["proposals"] = _digest(path.read_bytes() for path in refs)
    facts["key"] = _digest([(folder / "secret").read_bytes()])
    return facts


#: rows that come and go by themselves, such as the sessions of whoever observes
_PASSING = {"audit", "session", "attempt", "task_run", "sqlite_sequence"}
_PASSING |= {"aside", "visit", "incident", "use"}


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()
