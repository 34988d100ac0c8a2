"""``wiki booklet``: a booklet at a terminal."""

from pathlib import Path

import click

from wiki.api.commands import command_instance, command_person, instance_option
from wiki.api.documents import DOCUMENT_KINDS, make_document
from wiki.api.paths import normalise
from wiki.api.reading import Reader

from .binder import bound, gathered

_FORMATS = ("pdf", "epub", "docx", "odt", "site", "markdown")
_WRITABLE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@instance_option
@click.argument("path")
@click.option("--format", type=click.Choice(_FORMATS), default="pdf", help="Default: pdf.")
@click.option("--output", type=_WRITABLE, required=True, help="The file to write.")
@click.option("--as", "email", metavar="EMAIL", help="As this person; else as a visitor.")
@click.pass_context
def booklet(ctx: click.Context, path: str, format: str, output: Path, email: str | None) -> None:
    """Write PATH and the projects that it shows as a booklet (site and markdown: a ZIP)."""
    with command_instance(ctx) as instance:
        reader = Reader(instance, command_person(instance, email))
        found = gathered(reader, normalise(path))
        book = bound(reader, found.pages)
        data = make_document(book, format, seconds=instance.settings.document_time)
    output.write_bytes(data)
    ending = DOCUMENT_KINDS[format].extension
    click.echo(f"Wrote {len(found.pages)} pages to {output} (.{ending}).", err=True)
    if found.left_out:
        click.echo(f"{found.left_out} more are left out: it holds no more.", err=True)
