"""Subcommands of ``wiki``.

::

    @click.command()
    @instance_option
    @click.pass_context
    def polls(ctx: click.Context) -> None:
        with command_instance(ctx) as instance:
            ...
"""

from wiki.cli import command_instance, command_person, command_settings, instance_option
