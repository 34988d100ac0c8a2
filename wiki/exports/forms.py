"""The forms in which a site is taken along, and the one call that makes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wiki.exports.contents import Progress, Report
from wiki.exports.markdown import write_markdown
from wiki.exports.site.writer import write_site
from wiki.exports.tables import write_tables
from wiki.exports.target import Target
from wiki.reading import Reader
from wiki.translation import lazy

Write = Callable[[Reader, Target, Report, Progress], None]


@dataclass(frozen=True)
class Form:
    """A form: what it is called, what it is good for (translated), what writes it."""

    label: Any
    hint: Any
    write: Write


def _relative(reader: Reader, target: Target, report: Report, progress: Progress) -> None:
    write_markdown(reader, target, report, progress, relative=True)


FORMS: Mapping[str, Form] = {
    "markdown": Form(
        lazy("Markdown, as it is written"),
        lazy("Each page as its file, with the files beside it: to bring them into another wiki."),
        write_markdown,
    ),
    "markdown-links": Form(
        lazy("Markdown, links made relative"),
        lazy("The same with links that any editor of Markdown follows: to read and work on it."),
        _relative,
    ),
    "site": Form(
        lazy("A site of files (HTML)"),
        lazy("Opens in any browser from a disk or a stick, without a server, search included."),
        write_site,
    ),
    "tables": Form(
        lazy("Tables (CSV and JSON)"),
        lazy("Projects, people, events, needs, offers …: for a sheet or a program."),
        write_tables,
    ),
}


def write_export(
    reader: Reader,
    form: str,
    target: Target,
    progress: Progress = lambda _done, _total: None,
) -> Report:
    """Writes all that ``reader`` may have in ``form`` to ``target``; says what became of it."""
    report = Report()
    FORMS[form].write(reader, target, report, progress)
    return report
