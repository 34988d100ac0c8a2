"""Commands about plugins: what one of somebody else is held to, before it is installed."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

import click

from wiki.cli.console import fault_line
from wiki.cli.frame import main
from wiki.translation import use_language

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


@main.group()
def plugin() -> None:
    """Plugins that others have made."""


@plugin.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--seconds", default=300, show_default=True, help="How long the checks may take.")
def check(path: Path, seconds: int) -> None:
    """Give the plugin in PATH, a folder or a wheel, the checks that ours get.

    What it does is tried in a wiki that is thrown away; its code runs as you.
    """
    wrong = False
    with TemporaryDirectory(prefix="plugin-") as work, use_language("en"):
        for title, faults in _run_checks(path, Path(work), seconds):
            click.echo(f"{'fault' if faults else 'fine '}  {title}")
            for fault in faults:
                click.echo(f"    {' '.join(fault.splitlines())}")
            wrong = wrong or bool(faults)
    click.get_current_context().exit(int(wrong))


def _run_checks(path: Path, work: Path, seconds: int) -> Iterator[tuple[str, list[str]]]:
    """The checks, made by a process that is ended after ``seconds``: a stranger's code may hang."""
    forked = get_context("fork")
    ours, theirs = forked.Pipe(duplex=False)
    process = forked.Process(target=_send_checks, args=(path, work, theirs))
    process.start()
    theirs.close()
    until, title = time.monotonic() + seconds, ""
    try:
        while ours.poll(max(until - time.monotonic(), 0)):
            told = ours.recv()
            if isinstance(told, list):
                yield title, told
            title = "" if isinstance(told, list) else told
        yield title or str(path), [f"It has not ended after {seconds} s."]
    except EOFError:
        if title:
            yield title, ["It ends the process that it runs in."]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(cast("int", process.pid), signal.SIGKILL)
        process.kill()
        process.join()


def _send_checks(path: Path, work: Path, pipe: "Connection") -> None:
    """Makes the checks and sends what is said of each; what goes wrong with all is the last."""
    from wiki.plugin_checks import check_path, describe

    os.setpgid(0, 0)
    sys.dont_write_bytecode = True  # the package stays as it is
    os.dup2(2, 1)  # what it prints is no line of ours
    try:
        for told in check_path(path, work):
            pipe.send(told)
    except Exception as error:
        pipe.send([fault_line(error) or describe(error)])
