"""What the pages of exports show: the forms to choose from, and one's own exports."""

from typing import Any

from wiki.errors import BadField
from wiki.exports.forms import FORMS
from wiki.exports.job import TASK, drop_files
from wiki.instance import Instance
from wiki.people.audit import record_audit
from wiki.people.exports import (
    ALL,
    FAILED,
    OWN,
    READY,
    VISITOR,
    SiteExport,
    ask_export,
    drop_export,
    list_exports,
)
from wiki.people.limits.durable import HOUR, attempt
from wiki.people.person import Person
from wiki.task_queue import wake
from wiki.translation import gettext as _
from wiki.translation import language, lazy
from wiki.web.forms import FormText, read_fields
from wiki.web.page.files import format_size

#: exports that one person has made in an hour
PER_HOUR = 10
SCOPES = {
    VISITOR: lazy("What every visitor reads"),
    OWN: lazy("What I may read"),
    ALL: lazy("Everything, whoever may read it"),
}


@read_fields
def present_exports(
    instance: Instance, person: Person, format: FormText, scope: FormText
) -> dict[str, Any]:
    """Values of ``templates/exports/_chosen.html``."""
    own = [_present(one) for one in list_exports(instance.private, person.id)]
    return {
        "forms": [(name, form.label, form.hint) for name, form in FORMS.items()],
        "form": format or next(iter(FORMS)),
        "scope": scope or VISITOR,
        "exports": own,
        "underway": any(one["underway"] for one in own),
    }


@read_fields
def begin(instance: Instance, person: Person, scope: str, format: FormText) -> None:
    """Has the form that was chosen be made. Raises BadField, TooMany."""
    if format not in FORMS:
        raise BadField("format", _("Choose a form."))
    attempt(instance.private, f"site-export:{person.id}", PER_HOUR, HOUR)
    record_audit(instance.private, person.id, "site-exported", person.id, f"{format} {scope}")
    _one, gone = ask_export(instance.private, person.id, scope, format, language())
    for id in gone:
        drop_files(instance, id)
    wake(instance.settings, TASK)


@read_fields
def drop(instance: Instance, person: Person, id: FormText) -> None:
    """Forgets the export that was named: cancels it where it is under way."""
    if drop_export(instance.private, person.id, id):
        drop_files(instance, id)


def _present(one: SiteExport) -> dict[str, Any]:
    form = FORMS.get(one.form)
    return {
        "id": one.id,
        "label": form.label if form else one.form,
        "scope": SCOPES.get(one.scope, one.scope),
        "made": one.created,
        "underway": one.underway,
        "ready": one.state == READY,
        "failed": one.state == FAILED,
        "words": one.words,
        "done": one.done,
        "total": one.total,
        "size": format_size(one.size) if one.size else "",
        "problems": one.problems,
        "file": f"/-/account/export/{one.id}/file",
    }
