"""The command that takes the site along: all of it, or what someone may read."""

from pathlib import Path

import click

from wiki.cli.audit import record_command
from wiki.cli.console import progress
from wiki.cli.frame import command_instance, command_person, instance_option, main
from wiki.exports import FORM_NAMES

VISITOR = "visitor"
#: lines of the report that are told; all of them stand in the export
_TOLD = 20


@main.command()
@instance_option
@click.argument("form", type=click.Choice(FORM_NAMES))
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--as", "who", metavar="EMAIL", default=VISITOR, help="As this person; default: visitor."
)
@click.option("--all", "everything", is_flag=True, help="Everything, whoever may read it.")
@click.pass_context
def export(ctx: click.Context, form: str, target: Path, who: str, everything: bool) -> None:
    """Write the site in another FORM to TARGET, a ZIP where it ends so, else a new folder.

    One page, or those below it, as PDF or Word: `wiki export-document`.
    """
    from wiki.exports.forms import write_export
    from wiki.exports.target import target_at
    from wiki.reading import Reader
    from wiki.reading.reader import system_reader
    from wiki.translation import use_language

    if everything and who != VISITOR:
        raise click.UsageError("give --as or --all, not both")
    with command_instance(ctx) as instance, use_language(instance.settings.lang):
        person = command_person(instance, None if who == VISITOR else who)
        if everything:
            reader = system_reader(instance, "the operator takes all of the site along")
        else:
            reader = Reader(instance, person)
        with target_at(target) as files, progress("Exporting") as advance:
            report = write_export(reader, form, files, advance)
        record_command(
            instance,
            "site-exported",
            f"{form} {'all' if everything else 'own'}",
            about=person.id if person else "",
        )
    for line in list(report.lines())[:_TOLD]:
        click.echo(line, err=True)
    click.echo(f"Wrote {report.pages} pages and {report.attachments} files to {target}.", err=True)
