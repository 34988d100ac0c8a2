"""The queue of those who look after pages: texts that wait for them, and what was reported."""

from collections.abc import Mapping, Sequence
from functools import partial

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.editing.review import decisions
from wiki.editing.review import queue as reviewing
from wiki.editing.review import reports as reporting
from wiki.editing.review.decisions import Answer
from wiki.editing.rights import someone
from wiki.errors import AlreadyExists, BadField, Forbidden
from wiki.people.review import reports
from wiki.plugins import call_hook
from wiki.reading import Reader
from wiki.reading.pages import get_title
from wiki.translation import gettext as _
from wiki.translation import lazy, ngettext
from wiki.web.admin.sections import (
    CONTENT,
    PROPOSALS,
    REPORTS,
    WAITING,
    Line,
    Need,
    Section,
    register,
)
from wiki.web.forms.responses import render_tool, see_other
from wiki.web.review.cards import spam_words
from wiki.web.review.notifications import tell_reporter
from wiki.web.review.reports import report_values
from wiki.web.support import current_reader, flash_message

bp = Blueprint("moderation", __name__)


@bp.get("/moderation")
def queue() -> Response:
    """What waits for the one who asks."""
    return _queue()


@bp.post("/moderation")
def set_aside() -> Response:
    """Sets the ticked proposals aside as spam."""
    reader = current_reader()
    someone(reader)
    done = 0
    for chosen in request.form.getlist("spam")[:100]:
        try:
            done += decisions.mark_spam(reader, chosen)
        except AlreadyExists:
            continue  # set aside with another one of the same sender
    return see_other("/-/moderation", spam_words(done))


@bp.post("/moderation/report/<id>")
def answer(id: str) -> Response:
    """Restricts the page, deletes it, or keeps it; the reporter is told."""
    reader = current_reader()
    words = reporting.tidy_words(request.form.get("words", ""))
    state = request.form.get("action", "")
    try:
        title = get_title(reader, reporting.for_answer(reader, id).path)
        told = Answer(partial(tell_reporter, title=title), words)
        found = reporting.answer_report(reader, id, state, told)
    except AlreadyExists as error:
        return _queue({"": error.words}, error.status)
    except (BadField, Forbidden) as error:
        return _queue({id: error.words}, error.status)
    restricted = state == reports.RESTRICTED
    if restricted and reader.renewed().access(found.path).group != "admins":
        flash_message(
            _(
                "Restricted: administrators and the team of a page above read it now, with "
                "whomever that team lets read it."
            )
        )
    else:
        flash_message(str(_REPORT_DONE[state]))
    return see_other("/-/moderation")


_REPORT_DONE = {
    reports.RESTRICTED: lazy("Restricted: administrators alone can read it now."),
    reports.DELETED: lazy(
        "Taken down. It is still in the history, which its address does not show."
    ),
    reports.KEPT: lazy("Kept as it is."),
}


def _queue(errors: Mapping[str, str] | None = None, status: int = 200) -> Response:
    reader = current_reader().renewed()
    person = someone(reader)
    return render_tool(
        "moderation/queue.html",
        status,
        proposals=[
            {
                "id": one.id,
                "title": get_title(reader, one.path),
                "url": f"/-/moderation/proposal/{one.id}",
                "who": reviewing.author_name(reader, one),
                "when": one.created,
                "message": one.message,
            }
            for one in reviewing.to_review(reader)
        ],
        reports=[report_values(reader, one) for one in reporting.to_answer(reader)],
        is_admin=person.role == "admin",
        errors=dict(errors or {}),
    )


def _section(reader: Reader) -> Sequence[Line]:
    return [
        Line(_("Proposals to read"), "/-/moderation", reviewing.count_to_review(reader)),
        Line(_("Reported pages"), "/-/moderation", reporting.count_to_answer(reader)),
    ]


def _needs(reader: Reader) -> Sequence[Need]:
    needs = []
    if count := reporting.count_to_answer(reader):
        words = ngettext("{count} page was reported.", "{count} pages were reported.", count)
        needs.append(Need(words.format(count=count), _("Answer"), "/-/moderation", REPORTS))
    if count := reviewing.count_to_review(reader):
        words = ngettext("{count} text waits to be read.", "{count} texts wait to be read.", count)
        needs.append(Need(words.format(count=count), _("Read them"), "/-/moderation", PROPOSALS))
    return [*needs, *_of_plugins(reader)]


def _of_plugins(reader: Reader) -> Sequence[Need]:
    """What plugins say that waits for whoever has this role, and not for one person."""
    told = call_hook(reader.instance.plugins.hook.waiting, reader=reader)
    lines = [line for group in told for line in group if not line.personal]
    return [Need(one.text, _("Have a look"), one.url, WAITING) for one in lines]


register(Section(lazy("Moderation"), _section, order=10, part=CONTENT, needs=_needs))
