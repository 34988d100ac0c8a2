"""Commands about the work of the background."""

import click

from wiki.cli.frame import command_instance, instance_option, main


@main.group()
@instance_option
def tasks() -> None:
    """The work that `wiki serve` does in the background: mails, upkeep, plugins' tasks."""


@tasks.command("list")
@click.pass_context
def list_(ctx: click.Context) -> None:
    """List the tasks, how often each runs and how its last run went."""
    from wiki.jobs.tasks import run_name, tasks_of
    from wiki.people.task_runs import task_runs

    with command_instance(ctx) as instance:
        runs = {run.name: run for run in task_runs(instance.private)}
        for name, task in tasks_of(instance).items():
            often = "when it is woken" if task.every is None else f"every {task.every}"
            often += ", when pages change" if task.follows else ""
            run = runs.get(run_name(instance, task))
            said = ""
            if run and run.failures:
                said = f"failed {run.failures} times in a row: {run.error}"
            elif run and run.ended:
                said = f"last ended {run.ended.astimezone(instance.settings.zone):%Y-%m-%d %H:%M}"
            click.echo(f"{name}\t{often}\t{said}".rstrip())


@tasks.command()
@click.option("--all", "everything", is_flag=True, help="Also those whose time has not come.")
@click.pass_context
def run(ctx: click.Context, everything: bool) -> None:
    """Run the tasks that are due, once, one after the other; for cron, beside or without a server.

    Status 1 where one of them failed.
    """
    from wiki.instance import close_instance
    from wiki.jobs.runner import run_due
    from wiki.jobs.tasks import tasks_of
    from wiki.jobs.workers import Workers

    with command_instance(ctx) as instance:
        # What is forked now holds nothing, and ends past a task's limit.
        close_instance(instance)
        workers = Workers(instance, tasks_of)
        try:
            went = run_due(instance, everything=everything, run=workers.run)
        finally:
            workers.end(0)
    for name, well in went.items():
        click.echo(f"{name}: {'done' if well else 'failed; it will be run again'}")
    if not all(went.values()):
        ctx.exit(1)
