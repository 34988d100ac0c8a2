"""``wiki export-document`` and ``wiki import-document``: documents at a terminal."""

from pathlib import Path

import click

from wiki.api.commands import command_instance, command_person, instance_option
from wiki.api.documents import take_document
from wiki.api.errors import BadRequest
from wiki.api.paths import normalise
from wiki.api.reading import Reader

from .exporting import BELOW, FORMATS, PAGE, SPECIFICATION, Asked, made, pages_of

_READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
_WRITABLE = click.Path(dir_okay=False, path_type=Path)


@click.command("export-document")
@instance_option
@click.argument("path")
@click.option("--format", type=click.Choice(list(FORMATS)), default="pdf", help="Default: pdf.")
@click.option(
    "--scope", type=click.Choice([PAGE, BELOW, SPECIFICATION]), default=PAGE, help="Default: page."
)
@click.option("--output", type=_WRITABLE, required=True, help="The file to write.")
@click.option("--as", "email", metavar="EMAIL", help="As this person; else as a visitor.")
@click.pass_context
def export_document(
    ctx: click.Context, path: str, format: str, scope: str, output: Path, email: str | None
) -> None:
    """Write PATH, or the pages below it too, to a file: PDF, Word, OpenDocument, EPUB, Markdown."""
    with command_instance(ctx) as instance:
        reader = Reader(instance, command_person(instance, email))
        settings = instance.settings
        asked = Asked(normalise(path), scope, format)
        pages = pages_of(reader, asked.path, scope)
        output.write_bytes(made(reader, asked, pages, settings.document_time))
    click.echo(f"Wrote {len(pages)} pages to {output}.", err=True)


@click.command("import-document")
@instance_option
@click.argument("file", type=_READABLE)
@click.option("--output", type=_WRITABLE, required=True, help="The Markdown file to write.")
@click.pass_context
def import_document(ctx: click.Context, file: Path, output: Path) -> None:
    """Write FILE (.docx, .odt, .html) as Markdown, its pictures in a folder beside it."""
    with command_instance(ctx) as instance:
        settings = instance.settings
        data = file.read_bytes()
        taken = take_document(settings, file.name, data, seconds=settings.document_time)
    pictures = output.parent / taken.folder
    if taken.pictures and pictures.exists():
        raise BadRequest(f"{pictures} is there already")
    output.write_text(taken.text, "utf-8")
    for name, picture in taken.pictures.items():
        pictures.mkdir(exist_ok=True)
        (pictures / name).write_bytes(picture)
    for words in (*(" ".join(one).strip() for one in taken.remarks), *taken.comments):
        click.echo(words, err=True)
