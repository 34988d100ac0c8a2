"""The files of one commit after the other, with what differs between them applied."""

from collections.abc import Iterator

from wiki.projections.publishing.openness import is_below, is_plain, node_of
from wiki.repository.objects import EMPTY, REGULAR
from wiki.repository.rawlog import NOTHING, RawCommit
from wiki.repository.repository import Repository
from wiki.repository.span import Span


class Looking:
    """Finds files as of a commit by asking the repository: for a few commits."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._at = EMPTY

    def find(self, file: str) -> str | None:
        """The blob of ``file``; None where there is none."""
        return self._repository.blob_id(file, self._at)

    def move(self, one: RawCommit) -> None:
        """Looks into the tree of ``one`` from now on."""
        self._at = one.id

    def stand(self, commit: str | None) -> None:
        """Looks into the tree of ``commit`` from now on; None: into an empty one."""
        self._at = commit or EMPTY

    def below(self, node: str) -> Iterator[tuple[str, str]]:
        """Every plain file at and below ``node`` with its blob."""
        for file, blob in self._repository.files(self._at):
            if is_below(node_of(file), node) and is_plain(file, b"100644"):
                yield file, blob


class Keeping(Looking):
    """Finds files in memory, kept in step with the commits: for a whole history."""

    def __init__(self, repository: Repository) -> None:
        super().__init__(repository)
        self._blobs: dict[str, str] = {}

    def find(self, file: str) -> str | None:
        """See Looking."""
        return self._blobs.get(file)

    def move(self, one: RawCommit) -> None:
        """See Looking; ``one`` follows the commit that is stood at."""
        for change in one.changes:
            if change.old_file is not None:
                self._blobs.pop(change.old_file, None)
            if change.mode in REGULAR and change.after != NOTHING:
                self._blobs[change.file] = change.after
            else:
                self._blobs.pop(change.file, None)
        self._at = one.id

    def stand(self, commit: str | None) -> None:
        """See Looking; a branch that lies elsewhere is gone to by what differs."""
        target = commit or EMPTY
        if target == self._at:
            return
        for change in Span(self._repository, self._at, target).changes():
            if change.after is None:
                self._blobs.pop(change.file, None)
            else:
                self._blobs[change.file] = change.after
        self._at = target

    def below(self, node: str) -> Iterator[tuple[str, str]]:
        """See Looking."""
        for file, blob in list(self._blobs.items()):
            if is_below(node_of(file), node) and is_plain(file, b"100644"):
                yield file, blob
