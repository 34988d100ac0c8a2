"""The forms in which a site is taken along, and the one call that makes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wiki.exports.contents import Progress, Report
from wiki.exports.markdown import write_markdown
from wiki.exports.mediawiki.dump import write_mediawiki
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
    "site": Form(
        lazy("A site that opens without a server (HTML)"),
        lazy("In any browser, from a disk or a stick, with its search: to read it for years."),
        write_site,
    ),
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
    "mediawiki": Form(
        lazy("MediaWiki (XML)"),
        lazy("Pages with their history and files, as MediaWiki takes them in."),
        write_mediawiki,
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
