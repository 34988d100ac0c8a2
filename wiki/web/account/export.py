"""Taking one's data along: everything private about oneself, and what one wrote, as one archive."""

import json
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from flask import Blueprint, send_file
from werkzeug.wrappers import Response

from wiki.editing.review.proposals import held_texts
from wiki.people.audit import record_audit
from wiki.people.limits.durable import HOUR, attempt
from wiki.people.pen_names import list_claimed
from wiki.people.person import Person
from wiki.people.privacy.export import rows_about
from wiki.projections.histories.visible_changes import Change
from wiki.reading import Reader
from wiki.reading.history import list_changes_by
from wiki.reading.pages import find_page
from wiki.translation import gettext as _
from wiki.web.account.confirmation import asked_of, confirm
from wiki.web.forms import redisplay, render_tool
from wiki.web.support import current_instance, current_reader, signed_in_person

bp = Blueprint("mydata", __name__)

#: archives that one person is given in an hour
PER_HOUR = 5
#: changes that one question asks for, and that an archive tells of
_AT_ONCE, _MOST = 1000, 100_000
#: bytes that are kept in memory before a file takes them
_IN_MEMORY = 2_000_000


@bp.get("/account/data")
def show() -> Response:
    """What one can take along, and the button that does it."""
    person = signed_in_person()
    names = list_claimed(current_instance().private, person.id)
    return render_tool("account/data.html", names=names, **asked_of(person))


@bp.post("/account/data")
@redisplay(show)
def take() -> Response:
    """The archive, for its person alone."""
    person = signed_in_person()
    private = current_instance().private
    confirm(person)
    attempt(private, f"export:{person.id}", PER_HOUR, HOUR)
    record_audit(private, person.id, "exported", person.id)
    # It is closed by the server, once it has been sent.
    archive: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
    write_archive(archive, current_reader(), person)
    archive.seek(0)
    return send_file(
        archive, "application/zip", as_attachment=True, download_name="carrefour-data.zip"
    )


def write_archive(file: IO[bytes], reader: Reader, person: Person) -> None:
    """Writes what there is about ``person``, who is the reader, a row at a time."""
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _read_me(reader, person))
        with rows_about(reader.instance.private, person.id) as tables:
            for name, rows in tables:
                _write_list(archive, f"private/{name}.json", rows)
        for id, text in held_texts(reader):
            archive.writestr(f"proposals/{id}.md", text)
        _write_list(archive, "changes.json", _changes(reader, person))
        page = find_page(reader, person.page) if person.page else None
        if page is not None:
            archive.writestr("page.md", page.text)


def _write_list(archive: ZipFile, name: str, entries: Iterable[object]) -> None:
    with archive.open(name, "w", force_zip64=True) as file:
        file.write(b"[")
        for number, entry in enumerate(entries):
            file.write(b",\n" if number else b"\n")
            file.write(json.dumps(entry, ensure_ascii=False, indent=1).encode("utf-8", "replace"))
        file.write(b"\n]\n")


def _changes(reader: Reader, person: Person) -> Iterator[dict[str, str]]:
    """What the person did to pages that they may read today, newest first; then by other names."""
    others = list_claimed(reader.instance.private, person.id)
    for alias in (person.alias, *(one.alias for one in others)):
        yield from _changes_by(reader, alias)


def _changes_by(reader: Reader, alias: str) -> Iterator[dict[str, str]]:
    before: int | None = None
    for _turn in range(_MOST // _AT_ONCE):
        found: list[Change] = list_changes_by(reader, alias, before, _AT_ONCE)
        for one in found:
            yield {
                "commit": one.commit,
                "when": one.when.isoformat(),
                "page": one.path,
                "kind": one.kind,
                "file": one.file or "",
                "message": one.message,
            }
        if len(found) < _AT_ONCE:
            return
        before = found[-1].id


def _read_me(reader: Reader, person: Person) -> str:
    site = reader.instance.settings.site_name
    parts = [
        _("What {site} holds about {name}").format(site=site, name=person.name),
        _(
            "private/: each table of the private database with the rows about you, without what "
            "lets someone in (passwords and tokens are not kept in a form that can be read)."
        ),
        _("proposals/: the texts that you have proposed and that wait, if there are any."),
        _("changes.json: what you did to pages that you may read today, newest first."),
        _("page.md: the text of your page, if you have one."),
        _(
            "The texts of all pages are in the wiki’s git repository, which can be cloned: "
            "see /wiki.git."
        ),
    ]
    return "\n\n".join(parts) + "\n"
