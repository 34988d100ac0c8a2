"""Commands about languages: what is there of each, and a catalogue to begin another with."""

import click

from wiki.cli.frame import command_settings, instance_option, main
from wiki.translation import is_language, language_name, set_operators


@main.group(invoke_without_command=True)
@instance_option
def translations() -> None:
    """Tell the languages of the interface, what each lacks, and what of it cannot be used."""
    from wiki.plugins import load_plugins
    from wiki.translation.beginnings import look_over

    ctx = click.get_current_context()
    set_operators(command_settings(ctx).translations)
    load_plugins()
    if ctx.invoked_subcommand is not None:
        return
    for lang, (made, missing) in look_over().items():
        click.echo(f"{lang}  {language_name(lang)}: {len(made.words)} strings, {missing} missing")
        for one in made.refused:
            place = f"{one.path}:{one.line}" if one.line else str(one.path)
            words = f" “{_short(one.words)}”" if one.words else ""
            click.echo(f"    {place}{words}: {one.why}")


@translations.command()
@click.argument("language")
def begin(language: str) -> None:
    """Give a catalogue of LANGUAGE with every string, and what is translated of them so far."""
    from wiki.translation.beginnings import begin_catalogue

    if not is_language(language):
        raise click.UsageError(f"no language is called {language!r}: a code such as ar or pt_BR")
    click.echo(begin_catalogue(language), nl=False)


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:60]}…"
