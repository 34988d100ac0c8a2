"""The server, for administrators: room on its disk, what waits in the background, what fails."""

from collections.abc import Sequence
from datetime import UTC, datetime

from werkzeug.wrappers import Response

from wiki import __version__
from wiki.disk.space import measure_space
from wiki.errors import NotFound
from wiki.instance import Instance
from wiki.jobs.backlogs import is_stuck, list_backlogs
from wiki.jobs.tasks import tasks_of
from wiki.people.audit import record_audit
from wiki.people.store.migrations import is_outdated
from wiki.people.task_runs import failing_tasks
from wiki.reading import Reader
from wiki.resources import how_to_add, is_installed
from wiki.task_queue import wake
from wiki.translation import gettext as _
from wiki.translation import lazy, ngettext
from wiki.web.admin.index import admin, bp
from wiki.web.admin.needs import (
    SERVER,
    disk_warning,
    kept_copies,
    late_tasks,
    list_needs,
    percent,
    silence,
)
from wiki.web.admin.sections import HEALTH, Line, Need, Section, register
from wiki.web.forms import FormText, pressed_button, render_tool, see_other
from wiki.web.page.files import format_size
from wiki.web.support import current_instance


@bp.get("/admin/server")
def server() -> Response:
    """What an administrator can see of it without a console."""
    instance = current_instance()
    space = measure_space(instance.settings.instance)
    return render_tool(
        "admin/server.html",
        warnings=[one for one in (disk_warning(instance), silence(instance)) if one],
        free=format_size(space.free),
        size=format_size(space.size),
        part=percent(space.left),
        queues=[
            {
                "label": one.label,
                "count": one.waiting,
                "since": one.since,
                "stuck": is_stuck(instance, one),
            }
            for one in list_backlogs(instance).values()
        ],
        failing=failing_tasks(instance.private),
        lacking=_lacking(instance),
        late=late_tasks(instance),
        version=__version__,
        outdated=is_outdated(instance.private.engine),
        copies=[
            {
                "name": one.name,
                "made": datetime.fromtimestamp(one.stat().st_mtime, UTC),
                "size": format_size(one.stat().st_size),
            }
            for one in kept_copies(instance)
        ],
    )


def _lacking(instance: Instance) -> list[dict[str, str]]:
    """The extras that are not installed, and that the settings have a use for."""
    said = {
        "documents": _("PDF, Word, LibreOffice and EPUB files are neither made nor read."),
        "meaning": _("Needs, offers and what is near are compared by words and the thesaurus."),
    }
    if instance.settings.encoder == "off":
        del said["meaning"]
    return [
        {"words": words, "command": how_to_add(extra)}
        for extra, words in said.items()
        if not is_installed(extra)
    ]


@bp.post("/admin/server")
def act() -> Response:
    """What the buttons ask for, by their ``action``."""
    return pressed_button({"run": _run, "delete-copy": _delete_copy})()


def _run(name: FormText) -> Response:
    """Has a task run soon."""
    instance = current_instance()
    if (task := tasks_of(instance).get(name.partition("@")[0])) is None:
        raise NotFound(_("There is no such task."))
    wake(instance.settings, task.name, here=task.local)
    return see_other(f"{SERVER}#background", _("It runs within a moment."))


def _delete_copy(name: FormText) -> Response:
    instance = current_instance()
    copy = next((one for one in kept_copies(instance) if one.name == name), None)
    if copy is None:
        raise NotFound(_("There is no such copy."))
    copy.unlink(missing_ok=True)
    record_audit(instance.private, admin().id, "copy-deleted", "", name)
    return see_other(f"{SERVER}#format", _("The copy is deleted."))


def _lines(reader: Reader) -> Sequence[Line]:
    instance = reader.instance
    waiting = list_backlogs(instance)
    stuck = sum(is_stuck(instance, one) for one in waiting.values())
    failing = len(failing_tasks(instance.private))
    disk = _("{part} free").format(part=percent(measure_space(instance.settings.instance).left))
    background = _("all goes on")
    if troubles := stuck + failing:
        background = ngettext("{count} needs someone", "{count} need someone", troubles).format(
            count=troubles
        )
    return [
        Line(_("Disk"), SERVER, words=disk),
        Line(_("Work in the background"), f"{SERVER}#background", words=background),
    ]


def _needs(reader: Reader) -> Sequence[Need]:
    return list(list_needs(reader.instance))


register(Section(lazy("Server"), _lines, order=80, part=HEALTH, needs=_needs))
