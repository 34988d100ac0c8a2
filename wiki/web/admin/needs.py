"""What of the machine needs an administrator: each in a sentence, as long as it is so."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from babel.numbers import format_percent

from wiki import mail_dispatch
from wiki.disk.space import is_writable, measure_space
from wiki.instance import Instance
from wiki.jobs import maintenance
from wiki.jobs.backlogs import is_stuck, list_backlogs
from wiki.jobs.heartbeat import heartbeat_age
from wiki.jobs.tasks import tasks_of
from wiki.people.mail.failures import count_unseen
from wiki.people.store.migrations import is_outdated
from wiki.people.task_runs import OFTEN, TaskRun, failing_tasks, task_runs
from wiki.translation import gettext as _
from wiki.translation import language, ngettext
from wiki.web.admin.sections import DISK, FORMAT, INDEX, LEFTOVERS, MAILS, STOPPED, TASKS, Need
from wiki.web.page.files import format_size

SERVER = "/-/admin/server"
#: the part of a disk that is to stay free; below it there is time to make room
_LITTLE = 0.1
#: the process of tasks looks around each minute
_SILENT = timedelta(minutes=10)
#: lists are brought up to date within moments of a save
_BEHIND = timedelta(minutes=10)
#: beyond its time, for a task that was to be run long ago
_LATE = timedelta(hours=1)
#: days after which nobody goes back to the version before
_SETTLED = timedelta(days=7)
#: tasks that are named one by one
_NAMED = 3


def list_needs(instance: Instance) -> Iterator[Need]:
    """All of them; in no order."""
    yield from _disk(instance)
    yield from _mails(instance)
    yield from _tasks(instance)
    yield from _index(instance)
    yield from _format(instance)


def disk_warning(instance: Instance) -> str:
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
        return words.format(part=percent(space.left))
    words = _(
        "{part} of the disk are left ({size}): make room before nothing can be saved any more."
    )
    return words.format(part=percent(space.left), size=format_size(space.free))


def silence(instance: Instance) -> str:
    """What there is to be said where no tasks are run; "" where they are, or never were."""
    age = heartbeat_age(instance.settings)
    if age is None or age < _SILENT.total_seconds():
        return ""
    seen = datetime.now(UTC) - timedelta(seconds=age)
    when = instance.templates.filters["when"](seen)
    return _(
        "Nothing has been done in the background since {when}: no mail leaves meanwhile."
    ).format(when=when)


def percent(part: float) -> str:
    """A part of a whole, as people write it."""
    return format_percent(part, locale=language())


def late_tasks(instance: Instance) -> list[TaskRun]:
    """The tasks that were due long ago, and have not ended well since, though none failed."""
    now, tasks = instance.private.now(), tasks_of(instance)
    return [
        run
        for run in task_runs(instance.private)
        if run.ended is not None
        and not run.failures
        and (task := tasks.get(run.name.partition("@")[0])) is not None
        and task.every is not None
        and task.every > OFTEN
        and now - run.ended > 2 * task.every + _LATE
    ]


def kept_copies(instance: Instance) -> list[Path]:
    """The copies of private rows that upgrades have left beside them, oldest first."""
    path = instance.private.path
    found = [] if path is None else [*path.parent.glob(f"{path.name}.before-*")]
    return sorted(found, key=lambda one: one.stat().st_mtime)


def _disk(instance: Instance) -> Iterator[Need]:
    if words := disk_warning(instance):
        writable = is_writable(instance.settings.instance / "lock")
        yield Need(words, _("Look at the disk"), SERVER, DISK if writable else STOPPED)


def _mails(instance: Instance) -> Iterator[Need]:
    if count := count_unseen(instance.private):
        words = ngettext(
            "{count} mail could not be sent.", "{count} mails could not be sent.", count
        )
        yield Need(words.format(count=count), _("Read why"), "/-/admin/mails", MAILS)


def _tasks(instance: Instance) -> Iterator[Need]:
    if words := silence(instance):
        yield Need(words, _("See what waits"), f"{SERVER}#background", STOPPED)
        return
    failing = failing_tasks(instance.private)
    for run in failing[:_NAMED]:
        yield _failing(run)
    if (more := len(failing) - _NAMED) > 0:
        words = ngettext("{count} other task fails.", "{count} other tasks fail.", more)
        yield Need(words.format(count=more), _("See them"), f"{SERVER}#failing", TASKS)
    late = late_tasks(instance)
    if len(late) == 1:
        words = _("The task “{name}” should have run long ago.").format(name=late[0].name)
        yield Need(words, _("Run it now"), SERVER, TASKS, _run(late[0].name))
    elif late:
        words = ngettext(
            "{count} task should have run long ago.",
            "{count} tasks should have run long ago.",
            len(late),
        )
        yield Need(words.format(count=len(late)), _("See them"), f"{SERVER}#failing", TASKS)
    told = {run.name for run in failing}
    for name, backlog in list_backlogs(instance).items():
        if name not in told | {maintenance.CATCH_UP} and is_stuck(instance, backlog):
            words = _("{what}: {count}, and the oldest has waited for more than an hour.")
            words = words.format(what=backlog.label, count=backlog.waiting)
            order = MAILS if name == mail_dispatch.TASK else TASKS
            yield Need(words, _("See what waits"), f"{SERVER}#background", order)


def _failing(run: TaskRun) -> Need:
    if run.name == mail_dispatch.TASK:
        words, order = _("No mail leaves: the mail server does not take them."), MAILS
    else:
        words = ngettext(
            "The task “{name}” failed.",
            "The task “{name}” failed {count} times in a row.",
            run.failures,
        )
        words, order = words.format(name=run.name, count=run.failures), TASKS
    return Need(words, _("Run it again"), SERVER, order, _run(run.name))


def _run(name: str) -> dict[str, str]:
    """What a button sends to the page of the server, which has a task run."""
    return {"action": "run", "name": name}


def _index(instance: Instance) -> Iterator[Need]:
    behind = maintenance.count_behind(instance)
    late = behind.since is not None and instance.private.now() - behind.since > _BEHIND
    failed = any(instance.projections.behind(name) for name in list(instance.projections.failures))
    if (behind.waiting and late) or failed:
        words = _("Lists and search do not show all that was saved.")
        sends = _run(maintenance.CATCH_UP)
        yield Need(words, _("Bring them up to date"), SERVER, INDEX, sends)


def _format(instance: Instance) -> Iterator[Need]:
    if is_outdated(instance.private.engine):
        words = _("Another version of the software was installed: it runs once it is restarted.")
        yield Need(words, _("How"), f"{SERVER}#format", FORMAT)
    old = [one for one in kept_copies(instance) if _age(instance, one) > _SETTLED]
    if old:
        words = ngettext(
            "A copy from before an upgrade still holds accounts and answers as they were.",
            "{count} copies from before upgrades still hold accounts and answers as they were.",
            len(old),
        )
        yield Need(
            words.format(count=len(old)), _("Delete what is not needed"), f"{SERVER}#format",
            LEFTOVERS,
        )  # fmt: skip


def _age(instance: Instance, file: Path) -> timedelta:
    made = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return instance.private.now() - made
