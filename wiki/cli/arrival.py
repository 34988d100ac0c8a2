"""What comes of a repository as it becomes a wiki, shown on a terminal, and whether to go on."""

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from wiki.parts.survey import Survey


def approved(found: "Survey", *, yes: bool, mend: bool) -> bool:
    """Shows ``found``; whether to go on: so it does where nobody can be asked."""
    from wiki.parts.survey_words import findings
    from wiki.translation import use_language

    if found.dialect.software:
        click.echo(f"It looks like a wiki of {found.dialect.software}.", err=True)
    with use_language("en"):  # as all that a command says when it goes well
        told = findings(found)
    for one in told:
        click.echo(f"{one.words}: {one.count:,}", err=True)
        for name in one.names:
            click.echo(f"    {name}", err=True)
        if one.more:
            click.echo(f"    … {one.more:,}", err=True)
    if found.mendable and not mend:
        words = "With --mend front matter and marks are written as here, in one more commit."
        click.echo(words, err=True)
    if yes or not sys.stdin.isatty():
        return True
    return click.confirm("Make the wiki?", default=True, err=True)
