"""What an administrator decides about an import, by the button that was pressed."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from wiki.errors import BadField, BadRequest
from wiki.hookspecs.background import importer
from wiki.imports import job
from wiki.imports.download import forget
from wiki.imports.intake import told_choice
from wiki.imports.runs import WORKING, Run, Runs, State
from wiki.instance import Instance
from wiki.task_queue import wake
from wiki.translation import gettext as _
from wiki.web.forms import FormText, see_other
from wiki.web.imports.questions import take_answers

LIST = "/-/admin/imports"
#: what the names of fields begin with that answer a choice
_ANSWER = "answer-"


def go_on(instance: Instance, runs: Runs, run: Run, **changes: Any) -> Response:
    """Keeps the import with its ``changes``, and has the background go on with it."""
    runs.save(run, **changes)
    wake(instance.settings, job.TASK, here=True)
    return see_other(f"{LIST}/{run.id}")


def _choose(instance: Instance, runs: Runs, run: Run, source: FormText) -> Response:
    _expect(run, State.ASKING)
    if not run.asked:
        if source not in instance.plugins.keys(importer):
            raise BadField("source", _("Choose what it comes from."))
        return go_on(instance, runs, run, source=source, state=State.LOOKING)
    given = {
        name.removeprefix(_ANSWER): value
        for name, value in request.form.items()
        if name.startswith(_ANSWER)
    }
    asked = [told_choice(one) for one in run.asked]
    answers, again = take_answers(asked, run.answers, given)
    if not again:
        return go_on(instance, runs, run, answers=answers, state=State.READING)
    runs.save(run, answers=answers, state=State.ASKING)
    return see_other(f"{LIST}/{run.id}")


def _choose_again(_instance: Instance, runs: Runs, run: Run) -> Response:
    _expect(run, State.READY)
    if not run.asked:
        raise BadRequest(_("Nothing was asked about this file."))
    runs.save(run, state=State.ASKING)
    return see_other(f"{LIST}/{run.id}")


def _retry(instance: Instance, runs: Runs, run: Run) -> Response:
    """What came of the site is still here, so it goes on from there."""
    _expect(run, State.FAILED, State.CANCELLED)
    if not run.address:
        raise BadRequest(_("What was sent is not here any more: send it once more."))
    return go_on(instance, runs, run, state=State.FETCHING, words="", tries=0)


def _import(instance: Instance, runs: Runs, run: Run) -> Response:
    _expect(run, State.READY)
    return go_on(instance, runs, run, state=State.WRITING)


def _cancel(instance: Instance, runs: Runs, run: Run) -> Response:
    if run.state in WORKING:
        runs.stop(run)
        return see_other(f"{LIST}/{run.id}", _("It is being stopped."))
    _expect(run, State.ASKING, State.READY)
    runs.end(run, State.CANCELLED)
    if run.address:
        forget(instance, run.source, run.address)
    return see_other(LIST, _("Nothing was imported."))


def _forget(_instance: Instance, runs: Runs, run: Run) -> Response:
    _expect(run, State.DONE, State.FAILED, State.CANCELLED)
    runs.forget(run.id)
    return see_other(LIST, _("The report is deleted. What was imported stays."))


def _expect(run: Run, *states: State) -> None:
    if run.state not in states:
        raise BadRequest(_("This has gone on meanwhile: look once more."))


DECISIONS: Mapping[str, Callable[..., Response]] = {
    "choose": _choose,
    "again": _choose_again,
    "retry": _retry,
    "import": _import,
    "cancel": _cancel,
    "forget": _forget,
}
