"""The server, for administrators: room on its disk, what waits in the background, what fails."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from babel.numbers import format_percent
from werkzeug.wrappers import Response

from wiki.disk.space import is_writable, measure_space
from wiki.instance import Instance
from wiki.jobs.backlogs import is_stuck, list_backlogs
from wiki.jobs.heartbeat import heartbeat_age
from wiki.people.task_runs import failing_tasks
from wiki.reading import Reader
from wiki.resources import how_to_add, is_installed
from wiki.translation import gettext as _
from wiki.translation import language, lazy, ngettext
from wiki.web.admin.index import bp
from wiki.web.admin.sections import Line, Section, register
from wiki.web.forms.responses import render_tool
from wiki.web.page.files import format_size
from wiki.web.support import current_instance

#: the part of a disk that is to stay free; below it there is time to make room
_LITTLE = 0.1
#: the process of tasks looks around each minute
_SILENT = timedelta(minutes=10)


@bp.get("/admin/server")
def server() -> Response:
    """What an administrator can see of it without a console."""
    instance = current_instance()
    space = measure_space(instance.settings.instance)
    return render_tool(
        "admin/server.html",
        warnings=[one for one in (_disk_warning(instance), _silence(instance)) if one],
        free=format_size(space.free),
        size=format_size(space.size),
        part=_percent(space.left),
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


def _disk_warning(instance: Instance) -> str:
    """What there is to be said of the disk; "" where there is room."""
    folder = instance.settings.instance
    if not is_writable(folder / "lock"):
        return _("The disk is read-only: everything can be read, and nothing saved.")
    space = measure_space(folder)
    if space.left >= _LITTLE:
        return ""
    if space.size and space.free / space.size > space.left:
        words = _(
            "{part} of the files that the disk can hold are left: make room before nothing can be"
            " saved any more."
        )
        return words.format(part=_percent(space.left))
    words = _(
        "{part} of the disk are left ({size}): make room before nothing can be saved any more."
    )
    return words.format(part=_percent(space.left), size=format_size(space.free))


def _silence(instance: Instance) -> str:
    age = heartbeat_age(instance.settings)
    if age is None or age < _SILENT.total_seconds():
        return ""
    seen = datetime.now(UTC) - timedelta(seconds=age)
    when = instance.templates.filters["when"](seen)
    return _(
        "Nothing has been done in the background since {when}: no mail leaves meanwhile."
    ).format(when=when)


def _percent(part: float) -> str:
    return format_percent(part, locale=language())


def _lines(reader: Reader) -> Sequence[Line]:
    instance: Any = reader.instance
    waiting = list_backlogs(instance)
    stuck = sum(is_stuck(instance, one) for one in waiting.values())
    failing = len(failing_tasks(instance.private))
    disk = _("{part} free").format(part=_percent(measure_space(instance.settings.instance).left))
    background = _("all goes on")
    if troubles := stuck + failing:
        background = ngettext("{count} needs someone", "{count} need someone", troubles).format(
            count=troubles
        )
    warning = _disk_warning(instance)
    return [
        Line(_("Disk"), "/-/admin/server", words=disk, warning=warning),
        Line(
            _("Work in the background"),
            "/-/admin/server#background",
            words=background,
            warning=_silence(instance),
        ),
    ]


register(Section(lazy("Server"), _lines, order=80))
