"""The import: old revisions as commits of their time, then all pages in batches.

Safe to repeat, and to resume: a page that says it comes from a record is left alone, except where
it still is the last old revision that an interrupted import wrote.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from wiki.api.commands import ImportProgress
from wiki.api.errors import BadRequest
from wiki.api.paths import slug
from wiki.api.plugin import Instance
from wiki.api.reading import find_page, is_taken, system_reader
from wiki.api.reading.history import WIKI_AUTHOR, commit, stream_commits

from .history import author_of, revision_text
from .pages import organisation_text, person_text, project_text
from .records import FILES, Record, names_of, read_moment, read_records

_BATCH = 250


def import_folder(instance: Instance, paths: Sequence[Path], progress: ImportProgress) -> None:
    """Imports each folder of ``paths``. Raises BadRequest for one that is none of this kind."""
    for folder in paths:
        if not (folder / "projects.jsonl").is_file():
            raise BadRequest(f"{folder} has no projects.jsonl")
        _Import(instance, folder, progress).run()


class _Import:
    """One folder being imported."""

    def __init__(self, instance: Instance, folder: Path, progress: ImportProgress) -> None:
        self.instance = instance
        self.folder = folder
        self.progress = progress
        self.reader = system_reader(instance, "import")
        self.records = {
            file: {str(one[key]): one for one in read_records(folder / file)}
            for file, (key, _place) in FILES.items()
        }
        self.places = {
            file: {
                identity: f"{place}/{name}"
                for identity, name in names_of(self.records[file]).items()
            }
            for file, (_key, place) in FILES.items()
        }
        self.themes = {
            slug(spelling): str(one["label"])
            for one in read_records(folder / "themes.jsonl")
            for spelling in (one["label"], *one.get("aliases", ()))
        }

    def run(self) -> None:
        """Revisions first, so that today's page stands on its own past."""
        last = self._history()
        pages = list(self._pages(last))
        with self.progress("pages") as advance:
            for start in range(0, len(pages), _BATCH):
                batch = dict(pages[start : start + _BATCH])
                repository = self.instance.repository
                with repository.lock():
                    commit(
                        repository,
                        repository.head(),
                        {f"{path}/index.md": text.encode() for path, text in batch.items()},
                        WIKI_AUTHOR,
                        "Import de pages",
                    )
                advance(start + len(batch), len(pages))

    def _history(self) -> dict[str, str]:
        """Commits the revisions of projects that are not there yet; the last text of each."""
        projects = self.places["projects.jsonl"]
        last: dict[str, str] = {}
        revisions = []
        past = read_records(self.folder / "history.jsonl")
        for record in sorted(past, key=lambda one: read_moment(str(one["date"]))):
            path = projects.get(str(record["slug"]))
            if path is None:
                continue
            text = revision_text(record, self.themes)
            last[path] = text
            if not is_taken(self.reader, path):
                revisions.append((read_moment(str(record["date"])), path, text, record))
        repository = self.instance.repository
        with (
            self.progress("revisions") as advance,
            repository.lock(),
            stream_commits(repository, repository.head()) as commits,
        ):
            for done, (when, path, text, record) in enumerate(revisions, 1):
                commits.commit(
                    {f"{path}/index.md": text.encode()},
                    author_of(str(record["author"])),
                    str(record.get("message") or "Modification"),
                    when,
                )
                advance(done, len(revisions))
        return last

    def _pages(self, last: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """The pages to write: those that are missing, or are still an old revision."""
        self.reader = system_reader(self.instance, "import")
        for file, records in self.records.items():
            for identity, record in sorted(records.items()):
                path = self.places[file][identity]
                here = find_page(self.reader, path)
                if here is None or here.text == last.get(path):
                    yield path, self._text(file, record)

    def _text(self, file: str, record: Record) -> str:
        if file == "people.jsonl":
            return person_text(record, str(record["id"]).replace("-", " ").capitalize())
        if file == "organisations.jsonl":
            return organisation_text(record)
        return project_text(
            record,
            self._paths("people.jsonl", record.get("team")),
            self._paths("organisations.jsonl", record.get("sponsors")),
        )

    def _paths(self, file: str, identities: Any) -> list[str]:
        places = self.places[file]
        return [places[one] for one in map(str, identities or ()) if one in places]
