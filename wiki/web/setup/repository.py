"""“I have pages in git”: a repository is fetched, told of, and becomes the new site if one says so.

::

    its address ──▶ backups/candidate.py: guarded, bounded ──▶ the report: what everyone will read,
      what will be hidden and why ─▶ mended, or as it is ─▶ a page that waits for the start with it
                                  └▶ another one: the first page, with the address
"""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from wiki.backups.candidate import begin, fetch, find_candidate, let_go
from wiki.backups.places import workplace
from wiki.backups.takeover import may_come_in
from wiki.disk.space import measure_space
from wiki.errors import AlreadyExists, BadField
from wiki.instance import Instance
from wiki.parts.survey_words import findings
from wiki.people.accounts.founder import has_admin
from wiki.people.limits.durable import HOUR, attempt
from wiki.repository.remote.download import Bounds
from wiki.repository.remote.guard import guarded
from wiki.translation import gettext as _
from wiki.web.forms import FormText, pressed_button, redisplay, render_tool
from wiki.web.setup.archives import coming_in, is_coming_in
from wiki.web.setup.entrance import lets_in
from wiki.web.setup.views import founded, no_longer_good, site_form
from wiki.web.support import current_instance

bp = Blueprint("setup_repository", __name__)

#: repositories that are fetched in an hour: each calls a server
_FETCHED = 20
#: how often the disk has to have room for one: as it comes, and what is worked out of it
_TIMES = 4


def _elsewhere(token: str) -> Response | None:
    """What is answered where no site begins any more, or not to who asks."""
    if has_admin(current_instance().private):
        return founded()
    if not lets_in(token):
        return no_longer_good()
    return coming_in(token) if is_coming_in() else None


@bp.get("/setup/<token>/repository")
def report(token: str) -> Response:
    """What the repository that was fetched would be as a site."""
    instance = current_instance()
    if (answer := _elsewhere(token)) is not None:
        return answer
    found = find_candidate(instance.settings.instance)
    if found is None or not may_come_in(instance):
        return redirect(f"/-/setup/{token}", HTTPStatus.SEE_OTHER)
    seen = found.seen
    told = findings(seen)
    return render_tool(
        "setup/repository.html",
        private_address=True,
        action=f"/-/setup/{token}/repository/begin",
        url=found.url,
        software=seen.dialect.software,
        plain=[one for one in told if not one.doubtful],
        doubts=[one for one in told if one.doubtful],
        mendable=len({*seen.lenient, *seen.foreign}),
        closed=len(seen.flagged),
    )


def _form(token: str) -> Response:
    return site_form(token)


@bp.post("/setup/<token>/repository")
def look(token: str) -> Response:
    """Fetches a repository, for its report."""
    answer = _elsewhere(token)
    return _look(token=token) if answer is None else answer


@redisplay(_form)
def _look(token: str, repository: FormText) -> Response:
    instance = current_instance()
    _check_may_begin(instance)
    remote = guarded(repository, instance.settings.git_hosts.split())
    attempt(instance.private, "setup-repository", _FETCHED, HOUR)
    folder = instance.settings.instance
    size = min(Bounds.size, measure_space(folder).free // _TIMES)
    try:
        with workplace(folder, trial=True) as work:
            fetch(instance, remote, work, bounds=Bounds(size))
    except OSError as error:
        words = _("The disk did not take it: {why}. Nothing was changed.")
        raise BadField("repository", words.format(why=error.strerror or error)) from error
    return redirect(f"/-/setup/{token}/repository", HTTPStatus.SEE_OTHER)


def _check_may_begin(instance: Instance) -> None:
    """Raises BadField, AlreadyExists."""
    if instance.settings.database_url:
        words = _("The accounts of this site are in PostgreSQL: use “wiki init --from”.")
        raise BadField("repository", words)
    if not may_come_in(instance):
        words = _("Someone has begun to use this site, so nothing takes its place any more.")
        raise AlreadyExists(words)


@bp.post("/setup/<token>/repository/begin")
def decide(token: str) -> Response:
    """Makes a site of what was fetched, or lets it go."""
    answer = _elsewhere(token)
    return _decide(token=token) if answer is None else answer


@redisplay(report)
def _decide(token: str) -> Response:
    actions: dict[str, Callable[[str], Response]] = {
        "mend": lambda token: _begin(token, mend=True),
        "begin": lambda token: _begin(token, mend=False),
        "other": _choose_another,
    }
    return pressed_button(actions)(token)


def _begin(token: str, *, mend: bool) -> Response:
    instance = current_instance()
    _check_may_begin(instance)
    try:
        with workplace(instance.settings.instance, trial=True) as work:
            begin(instance, work, mend_texts=mend)
    except OSError as error:
        words = _("The disk did not take it: {why}. Nothing was changed.")
        raise BadField("", words.format(why=error.strerror or error)) from error
    return coming_in(token)


def _choose_another(token: str) -> Response:
    let_go(current_instance().settings.instance)
    return redirect(f"/-/setup/{token}#repository", HTTPStatus.SEE_OTHER)


@bp.get("/setup/<token>/repository/begin")
def show(token: str) -> Response:
    """Where one that was refused is looked at once more, in another language for one."""
    return redirect(f"/-/setup/{token}/repository", HTTPStatus.SEE_OTHER)
