"""Backups, for administrators: what there is, how the trial went, taking one along, making one."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import send_file
from werkzeug.wrappers import Response

from wiki.backups import maker, trial
from wiki.backups.names import owner_of
from wiki.backups.state import Place, last_trial, list_places, troubles
from wiki.backups.targets.folder import Folder
from wiki.backups.targets.target import TargetFailed, list_own
from wiki.errors import BadSetting, NotFound
from wiki.instance import Instance
from wiki.people.audit import record_audit
from wiki.people.backup_runs import BACKUP, TRIAL, BackupRun, ask, is_asked
from wiki.people.limits.durable import HOUR, attempt
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.reading.history import list_recent_changes
from wiki.repository.objects import WIKI_AUTHOR
from wiki.task_queue import wake
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.account.confirmation import asked_of, confirm
from wiki.web.admin.index import admin, bp
from wiki.web.admin.sections import BACKUPS, Line, Need, Section, register
from wiki.web.forms import FormText, pressed_button, redisplay, render_tool, see_other
from wiki.web.page.files import format_size
from wiki.web.support import current_instance

#: archives that one administrator takes along in an hour
PER_HOUR = 5
#: changes by people, and by anybody such as an import, from which on there is something to lose
_BY_PEOPLE, _IN_ALL = 20, 200


@bp.get("/admin/backups")
def backups() -> Response:
    """Each place with what is kept there."""
    instance = current_instance()
    try:
        places = list_places(instance)
    except BadSetting:
        places = []
    return render_tool(
        "admin/backups.html",
        warnings=list(troubles(instance)),
        places=[_tell_place(instance, one) for one in places],
        trial=_tell_trial(last_trial(instance)),
        making=is_asked(instance.private, BACKUP),
        trying=is_asked(instance.private, TRIAL),
        hour=instance.settings.backup_hour if instance.settings.backup_daily else None,
        **asked_of(admin()),
    )


@bp.post("/admin/backups")
@redisplay(backups)
def act_on_backups() -> Response:
    """Has one made, or tried; or gives one to who has said that it is them."""
    act: Callable[..., Response] = pressed_button({"make": _make, "try": _try, "take": _take})
    return act(current_instance(), admin())


def _make(instance: Instance, _by: Person) -> Response:
    ask(instance.private, BACKUP)
    wake(instance.settings, maker.TASK)
    return see_other("/-/admin/backups", _("A backup is being made: it stands here once it is."))


def _try(instance: Instance, _by: Person) -> Response:
    ask(instance.private, TRIAL)
    wake(instance.settings, trial.TASK)
    words = _("The newest backup is being restored on trial: how it went stands here afterwards.")
    return see_other("/-/admin/backups", words)


def _take(instance: Instance, by: Person, name: FormText) -> Response:
    """The archive: whoever has it has every account, so it must really be them."""
    confirm(by)
    attempt(instance.private, f"backup:{by.id}", PER_HOUR, HOUR)
    for place in list_places(instance):
        folder = place.target
        if isinstance(folder, Folder) and name in {one["name"] for one in _kept(instance, place)}:
            record_audit(instance.private, by.id, "backup-taken", "", name)
            path, kind = folder.path / name, "application/octet-stream"
            taken = send_file(path, kind, as_attachment=True, download_name=name)
            taken.headers["Cache-Control"] = "private, no-store"
            return taken
    raise NotFound(_("This backup is not there any more."))


def _tell_place(instance: Instance, place: Place) -> dict[str, Any]:
    last = place.last
    return {
        "label": place.target.label,
        "beside": place.target.is_beside,
        "last": {"made": last.begun, "size": format_size(last.size)} if last else None,
        "kept": _kept(instance, place),
    }


def _kept(instance: Instance, place: Place) -> list[dict[str, Any]]:
    """What lies in a folder; elsewhere it would have to be asked for over a line."""
    folder = place.target
    if not isinstance(folder, Folder):
        return []
    try:
        own = list_own(folder, owner_of(instance.private.read_identity()))
        return [
            {
                "name": one.name,
                "made": one.made,
                "size": format_size((folder.path / one.name).stat().st_size),
                "before_upgrade": one.before_upgrade,
                "encrypted": one.encrypted,
            }
            for one in own
        ]
    except (TargetFailed, OSError):
        return []


def _tell_trial(run: BackupRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    said = run.said
    begun: datetime = run.begun
    return {
        "when": begun,
        "name": run.name,
        "well": run.well,
        "error": run.error,
        "pages": said.get("pages", 0),
        "changes": said.get("commits", 0),
        "accounts": said.get("rows", {}).get("person", 0),
        "seconds": round(said.get("seconds", 0)),
        "opened": said.get("opened", True),
    }


def _made(instance: Instance) -> list[BackupRun]:
    """The last backup at each place that has one."""
    try:
        return [place.last for place in list_places(instance) if place.last]
    except BadSetting:
        return []


def _needs(reader: Reader) -> Sequence[Need]:
    """That nothing is backed up, once there is something to lose; all else is told by a line."""
    instance: Any = reader.instance
    by_people = [one.mail != WIKI_AUTHOR.mail for one in list_recent_changes(reader, limit=_IN_ALL)]
    little = len(by_people) < _IN_ALL and sum(by_people) < _BY_PEOPLE
    if little or _made(instance) or any(troubles(instance)):
        return []
    words = _("Nothing is backed up yet: if the disk broke today, all would be lost.")
    return [Need(words, _("Make a backup"), "/-/admin/backups", BACKUPS)]


def _lines(reader: Reader) -> Sequence[Line]:
    instance: Any = reader.instance
    when = instance.templates.filters["when"]
    wrong = list(troubles(instance))
    made = _made(instance)
    words = _("none yet")
    if made:
        words = _("the last one: {when}").format(when=when(max(run.begun for run in made)))
    tried = _("not tried yet")
    if run := last_trial(instance):
        well, ill = _("restored on trial: {when}"), _("the trial failed: {when}")
        tried = (well if run.well else ill).format(when=when(run.begun))
    return [
        Line(_("Backups"), "/-/admin/backups", words=words, warning=" ".join(wrong)),
        Line(_("Export the site"), "/-/admin/export", words=_("as Markdown, a site, tables …")),
        Line(_("Their trial"), "/-/admin/backups#trial", words=tried),
    ]


register(Section(lazy("Backups"), _lines, order=70, needs=_needs))
