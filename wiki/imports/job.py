"""The task of the background that reads and writes what administrators import in a browser."""

import logging
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from wiki.errors import WikiError
from wiki.imports.download import fetch, fetched_at, forget
from wiki.imports.intake import (
    choices,
    forget_progress,
    read,
    recognise,
    source_of,
    teller,
)
from wiki.imports.inventory import Staged
from wiki.imports.pipeline import write
from wiki.imports.present import write_present
from wiki.imports.runs import WORKING, Run, Runs, State
from wiki.instance import Instance
from wiki.people.audit import record_audit
from wiki.translation import gettext as _
from wiki.translation import use_language

TASK = "imports"
#: how often it is begun with the same step
_TRIES = 3
_log = logging.getLogger(__name__)


def is_due(instance: Instance) -> bool:
    """Whether an import waits to be gone on with, or has waited for somebody for too long."""
    runs = Runs(instance.settings.instance)
    return any(run.state in WORKING for run in runs.list()) or runs.has_old(instance.private.now())


def run(instance: Instance) -> None:
    """Goes on with each, the oldest first, until it is somebody's turn."""
    runs = Runs(instance.settings.instance)
    runs.sweep(instance.private.now())
    for one in reversed(runs.list()):
        while one.state in WORKING:
            with use_language(one.lang):
                one = _go_on(instance, runs, one)


def _go_on(instance: Instance, runs: Runs, one: Run) -> Run:
    """One step further."""
    if runs.is_stopped(one):
        return runs.end(one, State.CANCELLED)
    if one.tries >= _TRIES:
        return runs.end(
            one, State.FAILED, words=_("It was begun several times, and never came to an end.")
        )
    one = runs.save(one, tries=one.tries + 1)
    step = {
        State.FETCHING: _fetch,
        State.LOOKING: _look,
        State.READING: _read,
        State.WRITING: _write,
    }[one.state]
    try:
        return step(instance, runs, one)
    except WikiError as error:
        if runs.is_stopped(one):
            return runs.end(one, State.CANCELLED)
        return runs.end(one, State.FAILED, words=error.words)
    except Exception:
        _log.exception("the import %s failed", one.id)
        return runs.end(one, State.FAILED, words=_("An error of the wiki, which its log tells of."))


def _fetch(instance: Instance, runs: Runs, one: Run) -> Run:
    folder = runs.stage(one)
    folder.mkdir(exist_ok=True)
    fetch(instance, one.source, one.address, teller(folder))
    forget_progress(folder)
    return runs.save(one, state=State.LOOKING, names=[one.source], tries=0)


def _path(instance: Instance, runs: Runs, one: Run) -> Path:
    """What the source reads: what was sent, or what a site said."""
    return fetched_at(instance, one.source, one.address) if one.address else runs.sent(one)


def _look(instance: Instance, runs: Runs, one: Run) -> Run:
    path = _path(instance, runs, one)
    names = one.names
    if not one.source:
        names = recognise(path)
        if len(names) != 1:
            return runs.save(one, state=State.ASKING, names=names, tries=0)
        one = runs.save(one, source=names[0])
    asked = [asdict(choice) for choice in choices(one.source, path)]
    state = State.ASKING if asked else State.READING
    return runs.save(one, state=state, names=names, asked=asked, tries=0)


def _read(instance: Instance, runs: Runs, one: Run) -> Run:
    folder = runs.stage(one)
    write_present(instance, one.source, folder)
    read(
        *(instance.settings, one.source, _path(instance, runs, one), folder),
        into=one.into,
        answers=one.answers,
    )
    with closing(Staged(folder)) as staged:
        counts = asdict(staged.counts())
    return runs.save(one, state=State.READY, counts=counts, tries=0)


def _write(instance: Instance, runs: Runs, one: Run) -> Run:
    with closing(Staged(runs.stage(one))) as staged:
        label = source_of(instance.plugins, one.source).label
        done = write(instance, staged, one.source, label, teller(runs.stage(one)))
    if one.address:
        forget(instance, one.source, one.address)
    outcome = {"pages": done.pages, "revisions": done.revisions, "files": done.files}
    outcome |= {"known": done.known, "losses": len(done.losses) + one.counts["losses"]}
    one = runs.end(one, State.DONE, done.losses, outcome=outcome)
    said = _("{name} ({source}): {count} pages").format(
        name=one.name, source=label, count=done.pages
    )
    record_audit(instance.private, one.by, "imported", "", said)
    return one
