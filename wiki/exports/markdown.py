"""Pages as they are written, with the files beside them, in folders: what can come in again.

Each page is its file of the repository, byte for byte; so what is read back are the same pages with
the same text. Who wants links that any reader of Markdown follows has them rewritten instead.
"""

import json

from wiki.exports.contents import (
    Contents,
    Progress,
    Report,
    contents_of,
    read_attachments,
    read_pages,
)
from wiki.exports.links import relative_links
from wiki.exports.names import Names
from wiki.exports.target import Target
from wiki.reading import Reader
from wiki.repository.objects import decode
from wiki.translation import gettext as _

#: what the export says of itself to a Carrefour that takes it in
SAYS = "carrefour.json"


def write_markdown(
    reader: Reader, target: Target, report: Report, progress: Progress, *, relative: bool = False
) -> None:
    """All pages and files that ``reader`` may have; ``relative``: with links rewritten."""
    contents = contents_of(reader)
    names = Names()
    files = {one.file: names.file(one.file) for one in contents.pages}
    files |= {one.file: names.file(one.file) for one in contents.attachments}
    pages = {one.path: files[one.file] for one in contents.pages}
    for one, data in read_pages(reader, contents.pages, progress):
        if relative:
            data = relative_links(reader, one, decode(data), pages, files).encode()
        target.add(files[one.file], data)
        report.pages += 1
    for file, pieces in read_attachments(reader, contents.attachments, report):
        target.add_pieces(files[file.file], pieces)
        report.attachments += 1
    report.renamed += names.renamed
    target.add(names.reserve("README.txt"), _read_me(reader, contents, report).encode())
    if not relative:
        # For who takes it in again: names that could not stay as they are.
        renamed = {new: old for old, new in names.renamed}
        said = {"form": "markdown", "commit": reader.commit, "renamed": renamed}
        target.add(names.reserve(SAYS), json.dumps(said, ensure_ascii=False, indent=1).encode())


def _read_me(reader: Reader, contents: Contents, report: Report) -> str:
    settings = reader.instance.settings
    lines = [
        _("Pages of {site}, as of {day}. They are Markdown: any text editor opens them.").format(
            site=settings.site_name, day=reader.today.isoformat()
        ),
        _("A page “projects/lora” is the file projects/lora.md; its files lie in projects/lora/."),
        _("{pages} pages, {files} files; version {commit}.").format(
            pages=len(contents.pages), files=len(contents.attachments), commit=reader.commit
        ),
        *report.lines(),
    ]
    return "\n".join([*lines, ""])
