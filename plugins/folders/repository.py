"""The source: a git repository of Markdown, as of Gollum or An Otter Wiki, with its history.

Each state of a page that is there becomes one of ours, by whoever wrote it, then. Links of all of
them are led to what there is now; what could not be carried is told of the newest ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wiki.api.errors import BadRequest, TooLarge, WikiError
from wiki.api.imports import Elsewhere, ImportProgress, Source, Stage
from wiki.api.imports.files import BundledFile, decode_text
from wiki.api.imports.foreign import MARKDOWN, Lose
from wiki.api.imports.repository import CommitStory, SentRepository, is_repository, open_repository
from wiki.api.translation import gettext as _
from wiki.api.translation import lazy

from .gollum import attached, stands_beside
from .heads import aliases_of
from .kinds import DOCUMENTS, title_of
from .markups import Markups, is_markup, is_unread
from .reader import MOST, FolderReader
from .texts import read_text

#: states of pages that are read, and bytes of a repository that is fetched
_MOST_STATES, _BYTES = 1_000_000, 1_000_000_000
#: of how many states one tells how far it is
_OFTEN = 20


class GitRepository(Source):
    """A repository in a folder, a bundle, a ZIP or a tar; or at an address."""

    label = lazy("Gollum, An Otter Wiki, any git repository of Markdown")

    hint = lazy(
        "The folder of the repository, with .git, as a ZIP or tar; or a bundle: git bundle"
        " create wiki.bundle --all"
    )

    def is_own(self, path: Path) -> bool:
        """See Source."""
        return is_repository(path)

    def read(
        self, path: Path, stage: Stage, answers: Mapping[str, str], progress: ImportProgress
    ) -> None:
        """See Source."""
        with open_repository(path) as sent:
            files = _Files(sent)
            _Reader(files, stage, progress).run()


def fetch_repository(elsewhere: Elsewhere, folder: Path, progress: ImportProgress) -> None:
    """Copies the repository at the address of ``elsewhere`` to ``folder/site``, whole or not."""
    if not (folder / "site").exists():
        elsewhere.clone(folder / "site.git", _BYTES)
        (folder / "site.git").rename(folder / "site")


@dataclass(frozen=True)
class _State:
    """What a file was after a commit: ``name`` then, ``now`` the file that it is today."""

    now: str
    name: str
    blob: str
    story: CommitStory


class _Files:
    """The files as they are now, those of pages in other markups as if they were in Markdown."""

    def __init__(self, sent: SentRepository) -> None:
        self._sent = sent
        self.blobs = {name: blob for name, blob in sent.files.items() if not _is_hidden(name)}
        #: of each file its name in the repository
        self.names = _as_markdown(self.blobs)
        self.states = self._find_states()
        self.last = {state.now: state for state in self.states}
        self.refused: list[str] = []
        self.items = []
        for name, file in self.names.items():
            state = self.last.get(file)
            when = state.story.commit.when if state else None
            self.items.append(BundledFile(name, 0, when))

    def read(self, item: BundledFile, limit: int) -> bytes:
        """See Files."""
        return self.text(self.blobs[self.names[item.name]], limit)

    def text(self, blob: str, limit: int = MOST) -> bytes:
        """The bytes of a state. Raises TooLarge."""
        return self._sent.read(blob, limit)

    def _find_states(self) -> list[_State]:
        """Those of the files that are there, the oldest first, whatever they were called."""
        stories = []
        count = 0
        for story in self._sent.commits():
            count += len(story.files)
            if count > _MOST_STATES:
                raise TooLarge(_("There is more in this repository than can be imported at once."))
            stories.append(story)
        now = {name: name for name in self.blobs}
        found: list[_State] = []
        for story in reversed(stories):
            for move in story.files:
                if move.file in now and move.after is not None:
                    found.append(_State(now[move.file], move.file, move.after, story))
            for move in story.files:
                if move.status == "R" and move.old_file is not None and move.file in now:
                    now.setdefault(move.old_file, now.pop(move.file))
        found.reverse()
        last = {state.now: state.blob for state in found}
        if stories:
            # What a merge took from one side alone is no change of its own.
            head = stories[-1]
            for name, blob in self.blobs.items():
                if last.get(name) != blob:
                    found.append(_State(name, name, blob, head))
        return found


class _Reader(FolderReader):
    """One repository being read."""

    turned = True

    def __init__(self, files: _Files, stage: Stage, progress: ImportProgress) -> None:
        super().__init__(files, stage, progress)
        self._files = files
        self._markups = Markups()
        self.authors = {
            name: files.last[file].story.commit.author_name
            for name, file in files.names.items()
            if file in files.last
        }

    def run(self) -> None:
        """Puts pages and files on the stage. Raises BadRequest."""
        if not self.layout.pages:
            raise BadRequest(_("No page is in this repository: no file in it is Markdown."))
        called = {self._files.names[name]: name for name in self.layout.pages}
        former: dict[str, set[str]] = {}
        for state in self._files.states:
            former.setdefault(state.now, set()).add(title_of(state.name))
        for file, name in called.items():
            for word in (*self._words(name, file), *sorted(former.get(file, ()))):
                self.layout.call(word, name)
        wanted = [state for state in self._files.states if state.now in called]
        for done, state in enumerate(wanted, 1):
            self._state(called[state.now], state)
            if not done % _OFTEN:
                self.progress(done, len(wanted))
        self.put_rest()

    def find(self, target: str, called: bool, name: str) -> str | None:
        """See FolderReader; a page in another markup is in Markdown now."""
        bare = target.partition("#")[0].partition("?")[0]
        known = bare.rpartition(".")[0] if is_markup(bare) else target
        return super().find(known, called, name) or super().find(attached(known), called, name)

    def _words(self, name: str, file: str) -> list[str]:
        stem = title_of(name)
        words = [stem.replace("-", " "), stem.replace(" ", "-"), stem.replace("_", " ")]
        if name.lower().endswith(DOCUMENTS):
            return words
        return [*words, *aliases_of(decode_text(self._files.text(self._files.blobs[file]))[0])]

    def _state(self, name: str, state: _State) -> None:
        path = self.layout.pages[name]
        is_last = self._files.last[state.now] is state
        told: set[tuple[str, str]] = set()

        def lose(what: str, line: int, detail: str) -> None:
            if is_last and (what, detail) not in told:
                told.add((what, detail))
                self.stage.loss(what, f"{path}:{line}" if line else path, detail)

        if name.lower().endswith(DOCUMENTS) and not is_last:
            return  # each is read by a program: the newest state says it all
        title = title_of(name).replace("-", " ").strip("_ ")
        data = self._data(state, lose) if name.lower().endswith(MARKDOWN) else None
        if data is None:
            data = self._files.text(state.blob)
        ending = name.rpartition(".")[2]
        try:
            repair = self.repair(name, path, lose)
            made = read_text(self.stage, f"{title}.{ending}", data, lose, repair, ())
        except WikiError as error:
            lose(_("A document that could not be read"), 0, error.words)
            return
        if stands_beside(name.rpartition(".")[0]):
            lose(_("What stood beside each page is a page of its own"), 0, state.name)
        commit = state.story.commit
        self.stage.revision(
            path,
            made.text,
            key=f"{commit.id}:{state.name}",
            author=commit.author_name,
            when=commit.when,
            message=commit.message,
            space=path in self.spaces,
        )
        if made.private:
            self.stage.restrict(path)

    def _data(self, state: _State, lose: Lose) -> bytes:
        """The state of a page in Markdown, without what only these programs say."""
        text, guessed = decode_text(self._files.text(state.blob))
        if guessed:
            lose(_("A text in another encoding, which was guessed"), 0, guessed)
        why = state.name if is_unread(state.name) else ""
        if not why:
            text, why = self._markups.read(state.name, text)
        if why:
            lose(_("A page in a markup that is not read, which stays as its text"), 0, why)
            text = _as_code(text)
        return text.encode("utf-8", "replace")


def _is_hidden(name: str) -> bool:
    """Whether it is no part of what readers saw: settings of programs."""
    return any(part.startswith(".") for part in name.split("/"))


def _as_markdown(files: Mapping[str, str]) -> dict[str, str]:
    """The files by their names, those of pages in other markups as if they were in Markdown."""
    found = {name: name for name in files if not is_markup(name)}
    for name in sorted(files.keys() - found.keys()):
        stem, _dot, ending = name.rpartition(".")
        plain = f"{stem}.md"
        found[plain if plain not in found else f"{stem}-{ending}.md"] = name
    return found


def _as_code(text: str) -> str:
    fence = "`" * 3
    while fence in text:
        fence += "`"
    return f"{fence}\n{text.rstrip()}\n{fence}\n"
