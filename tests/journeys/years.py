"""A wiki with real projects whose years go by at a word: its server follows a test's clock."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.journeys.browsing import Site
from wiki.reading.pages import get_page
from wiki.testing import PASSWORD

if TYPE_CHECKING:
    from wiki.instance import Instance

_PARIS = ZoneInfo("Europe/Paris")
#: what runs in the background of an evening, mails last
_TASKS = ("registrations", "applications", "questionnaires", "encounters", "news.ask", "mails")
#: some of the real projects that go on
PROJECTS = (
    "1000.jours",
    "access-sol",
    "adaptation-au-changement-climatique-acc",
    "agents.en.intervention",
    "agreste",
    "aides.jeunes",
    "aigle",
    "apax",
    "aplus",
    "archeolog-ia",
    "assistant-ia-civil",
    "bases.adresses.locales",
)


class Years:
    """The wiki: the site that browsers visit, and its clock."""

    def __init__(self, instance: "Instance", url: str, begin: str) -> None:
        from wiki.jobs.runner import Runner

        self.site = Site(url, instance)
        self._instance = instance
        self._runner = Runner(instance)
        self._now = _moment(begin)
        instance.private.now = lambda: self._now

    def at(self, moment: str) -> None:
        """It is ``moment`` in Paris; what is due by then is done."""
        self._now = _moment(moment)
        self.tend()

    def tend(self) -> None:
        """What the background would do by now, mails included, is done."""
        for name in _TASKS:
            assert self._runner.run(name), name

    def write(self, files: Mapping[str, str]) -> None:
        """A commit by hand, past every door."""
        from wiki.repository.commit import commit
        from wiki.repository.objects import Author

        repository, author = self._instance.repository, Author("Une main", "main@people.invalid")
        changes = {name: text.encode() for name, text in files.items()}
        commit(repository, repository.head(), changes, author, "by hand")

    def person(self, name: str, role: str = "member", on: Sequence[str] = ()) -> None:
        """An account with a page, on the team of projects."""
        from wiki.api.pages import edit_head
        from wiki.people.accounts import add_person, set_page
        from wiki.reading import Reader

        page, private = f"personnes/{name}", self._instance.private
        title = name.capitalize()
        files = {f"{page}.md": f"---\ntype: person\ntitle: {title}\n---\n\nBonjour.\n"}
        reader = Reader(self._instance, audience=frozenset({"all"}))
        for path in on:
            project = get_page(reader, path)
            team = [f"[[{one}]]" for one in project.head.links("team")]
            files[project.file] = edit_head(project.text, {"team": [*team, f"[[{page}]]"]})
        self.write(files)
        made = add_person(
            private, email=f"{name}@example.org", name=title, role=role, password=PASSWORD
        )
        set_page(private, made.id, page, by="test")


@contextmanager
def turning(instance: "Instance", begin: str) -> Iterator[Years]:
    """Serves ``instance`` on a thread of ours: it is ``begin`` there until told otherwise."""
    from werkzeug.serving import WSGIRequestHandler, make_server
    from werkzeug.wsgi import get_input_stream

    from wiki.app import create_application

    class Quiet(WSGIRequestHandler):
        def log(self, *_said: Any) -> None:
            pass

    application = create_application(instance)

    def bounded(environ: Any, start: Any) -> Any:
        """A body ends where it says so: this server leaves its connection open behind it."""
        environ["wsgi.input"] = get_input_stream(environ)
        return application(environ, start)

    server = make_server("127.0.0.1", 0, bounded, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Years(instance, f"http://127.0.0.1:{server.server_port}", begin)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def import_some(instance: "Instance", data: Path, place: Path) -> None:
    """Imports ``PROJECTS`` without their people; ``place`` is a folder to make for their files."""
    from wiki.imports.pipeline import import_path

    place.mkdir()
    source = data / "carrefour"
    with (source / "projects.jsonl").open(encoding="utf-8") as lines:
        some = [line for line in lines if json.loads(line)["slug"] in PROJECTS]
    assert len(some) == len(PROJECTS)
    (place / "projects.jsonl").write_text("".join(some), "utf-8")
    for name in ("organisations.jsonl", "themes.jsonl"):
        (place / name).write_text((source / name).read_text("utf-8"), "utf-8")
    for name in ("people.jsonl", "history.jsonl"):
        (place / name).write_text("", "utf-8")
    import_path(instance, "carrefour", place, steps=lambda _name: nullcontext(lambda *_count: None))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=_PARIS)
