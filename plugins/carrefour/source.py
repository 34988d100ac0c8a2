"""The source: old revisions as states of their time, then each page as it is today."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wiki.api.errors import BadRequest
from wiki.api.imports import ImportProgress, Source, Stage
from wiki.api.paths import slug
from wiki.api.translation import lazy

from .history import author_of, revision_text
from .pages import organisation_text, person_text, project_text
from .records import FILES, Record, names_of, read_moment, read_records


class NetworkOfProjects(Source):
    """A folder of records as JSON lines."""

    label = lazy("A network of projects")

    hint = lazy("A folder with projects.jsonl, people.jsonl, organisations.jsonl, history.jsonl.")

    def is_own(self, path: Path) -> bool:
        return (path / "projects.jsonl").is_file()

    def read(
        self, path: Path, stage: Stage, answers: Mapping[str, str], progress: ImportProgress
    ) -> None:
        """Raises BadRequest for a folder of something else, and for a line that cannot be read."""
        if not self.recognises(path):
            raise BadRequest(f"{path} has no projects.jsonl")
        _Import(path, stage, progress).run()


class _Import:
    """One folder being read."""

    def __init__(self, folder: Path, stage: Stage, progress: ImportProgress) -> None:
        self.folder = folder
        self.stage = stage
        self.progress = progress
        self.records = {
            file: {str(one[key]): one for one in read_records(folder / file)}
            for file, (key, _place) in FILES.items()
        }
        start = f"{stage.into}/" if stage.into else ""
        self.places = {
            file: {
                identity: f"{start}{place}/{name}"
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
        self._history()
        total, done = sum(map(len, self.records.values())), 0
        for file, records in self.records.items():
            for identity, record in sorted(records.items()):
                path = self.places[file][identity]
                message = "Import de pages"
                self.stage.revision(path, self._text(file, record), message=message, space=True)
                done += 1
                self.progress(done, total)

    def _history(self) -> None:
        projects = self.places["projects.jsonl"]
        past = read_records(self.folder / "history.jsonl")
        for record in sorted(past, key=lambda one: read_moment(str(one["date"]))):
            if (path := projects.get(str(record["slug"]))) is None:
                continue
            self.stage.revision(
                path,
                revision_text(record, self.themes),
                author=author_of(str(record["author"])),
                when=read_moment(str(record["date"])),
                message=str(record.get("message") or "Modification"),
                space=True,
            )

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
