"""Subcommands of ``wiki``.

::

    @click.command()
    @instance_option
    @click.pass_context
    def polls(ctx: click.Context) -> None:
        with command_instance(ctx) as instance:
            ...

``operator()`` is who runs it, for the audit trail.
"""

from wiki.cli import command_instance, command_person, command_settings, instance_option
from wiki.cli.audit import operator
