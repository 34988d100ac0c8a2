"""restic and borg, where they are installed: each keeps but once what is in several backups.

Their repositories are made by the operator (``restic init``, ``borg init``): one that is not there
is never begun anew, since it may only be away.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from wiki.backups.targets.target import TargetFailed, key_of
from wiki.config import Settings
from wiki.translation import gettext as _

#: seconds for a question, and for what moves bytes
_ASK, _MOVE = 300, 5400
_TAG = "carrefour"


class _Program:
    """What both have in common: it is called with a list of words, and says no in words."""

    packs = True
    is_beside = known = False
    program = ""

    def __init__(self, settings: Settings, repository: str) -> None:
        self.repository = repository
        self.key = key_of(self.program, repository)
        self.label = f"{self.program} {repository}"
        #: where it keeps what it can work out again
        self.cache = settings.instance / "index" / self.program
        self.secret = settings.backup_passphrase

    def check(self, size: int) -> None:
        """See Target."""
        self.names()

    def names(self) -> Collection[str]:
        """See Target."""
        raise NotImplementedError

    def _variables(self) -> Mapping[str, str]:
        raise NotImplementedError

    def _run(
        self, *words: str, given: IO[bytes] | None = None, taken: IO[bytes] | None = None
    ) -> bytes:
        if shutil.which(self.program) is None:
            raise TargetFailed(
                _("The program {name} is not installed: backups cannot be kept by it.").format(
                    name=self.program
                )
            )
        limit = _ASK if given is None and taken is None else _MOVE
        try:
            done = subprocess.run(
                [self.program, *words],
                stdin=given or subprocess.DEVNULL,
                stdout=taken or subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, **self._variables()},
                timeout=limit,
            )
        except subprocess.TimeoutExpired as error:
            raise self._failed(f"no answer in {limit} s") from error
        except OSError as error:
            raise self._failed(error.strerror or type(error).__name__) from error
        if done.returncode:
            raise self._failed(done.stderr.decode("utf-8", "replace"))
        return done.stdout or b""

    def _failed(self, said: str) -> TargetFailed:
        words = _("The repository for backups cannot be used: {place} ({why}).")
        return TargetFailed(words.format(place=self.label, why=" ".join(said.split())[:300]))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise self._failed("its answer cannot be read") from error

    def _json(self, *words: str) -> Any:
        with self._told():
            return json.loads(self._run(*words))


class Restic(_Program):
    """Each backup a snapshot of one file, found by its name."""

    program = "restic"

    def put(self, file: Path, name: str) -> None:
        """See Target."""
        with file.open("rb") as given:
            words = ("backup", "--quiet", "--stdin", "--stdin-filename", name, "--tag", _TAG)
            self._run(*words, given=given)

    def names(self) -> Collection[str]:
        """See Target."""
        return self._snapshots().keys()

    def fetch(self, name: str, file: Path) -> None:
        """See Target."""
        with file.open("wb") as taken:
            self._run("dump", "--quiet", self._id(name), f"/{name}", taken=taken)

    def remove(self, names: Sequence[str]) -> None:
        """See Target."""
        if names:
            ids = self._snapshots()
            self._run("forget", "--quiet", *(ids[name] for name in names if name in ids))
            self._run("prune", "--quiet")

    def _id(self, name: str) -> str:
        try:
            return self._snapshots()[name]
        except KeyError:
            raise self._failed(f"{name} is not there") from None

    def _snapshots(self) -> dict[str, str]:
        """Name → the id of its snapshot."""
        found = self._json("snapshots", "--json", "--tag", _TAG)
        with self._told():
            return {one["paths"][0].lstrip("/"): one["id"] for one in found or ()}

    def _variables(self) -> Mapping[str, str]:
        given = {"RESTIC_REPOSITORY": self.repository, "RESTIC_CACHE_DIR": str(self.cache)}
        return given | ({"RESTIC_PASSWORD": self.secret} if self.secret else {})


class Borg(_Program):
    """Each backup an archive of one file, both called by its name."""

    program = "borg"

    def put(self, file: Path, name: str) -> None:
        """See Target."""
        with file.open("rb") as given:
            self._run("create", "--stdin-name", name, f"::{name}", "-", given=given)

    def names(self) -> Collection[str]:
        """See Target."""
        found = self._json("list", "--json")
        with self._told():
            return [one["name"] for one in found["archives"]]

    def fetch(self, name: str, file: Path) -> None:
        """See Target."""
        with file.open("wb") as taken:
            self._run("extract", "--stdout", f"::{name}", taken=taken)

    def remove(self, names: Sequence[str]) -> None:
        """See Target."""
        for name in names:
            self._run("delete", f"::{name}")
        if names:
            self._run("compact")

    def _variables(self) -> Mapping[str, str]:
        given = {
            "BORG_REPO": self.repository,
            "BORG_BASE_DIR": str(self.cache),
            # Nobody is there to answer.
            "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes",
            "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes",
        }
        return given | ({"BORG_PASSPHRASE": self.secret} if self.secret else {})
