"""The queue of those who look after pages: texts that wait for them, and what was reported."""

from collections.abc import Sequence
from functools import partial

from flask import Blueprint
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
from wiki.web.forms import FormList, FormText, redisplay, render_tool, see_other, show_refusal
from wiki.web.review.cards import spam_words
from wiki.web.review.notifications import tell_reporter
from wiki.web.review.reports import report_values
from wiki.web.support import current_reader

bp = Blueprint("moderation", __name__)


@bp.get("/moderation")
def queue() -> Response:
    """What waits for the one who asks."""
    reader = current_reader().renewed()
    person = someone(reader)
    return render_tool(
        "moderation/queue.html",
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
    )


@bp.post("/moderation")
def set_aside(spam: FormList) -> Response:
    """Sets the ticked proposals aside as spam."""
    reader = current_reader()
    someone(reader)
    done = 0
    for chosen in spam[:100]:
        try:
            done += decisions.mark_spam(reader, chosen)
        except AlreadyExists:
            continue  # set aside with another one of the same sender
    return see_other("/-/moderation", spam_words(done))


@bp.post("/moderation/report/<id>")
@redisplay(lambda id: queue(), only=AlreadyExists)
def answer(id: str, action: FormText, words: FormText) -> Response:
    """Restricts the page, deletes it, or keeps it; the reporter is told."""
    reader = current_reader()
    words = reporting.tidy_words(words)
    try:
        title = get_title(reader, reporting.for_answer(reader, id).path)
        told = Answer(partial(tell_reporter, title=title), words)
        found = reporting.answer_report(reader, id, action, told)
    except (BadField, Forbidden) as error:
        return show_refusal(queue, error, id)
    restricted = action == reports.RESTRICTED
    if restricted and reader.renewed().access(found.path).group != "admins":
        said = _(
            "Restricted: administrators and the team of a page above read it now, with "
            "whomever that team lets read it."
        )
        return see_other("/-/moderation", said)
    return see_other("/-/moderation", str(_REPORT_DONE[action]))


_REPORT_DONE = {
    reports.RESTRICTED: lazy("Restricted: administrators alone can read it now."),
    reports.DELETED: lazy(
        "Taken down. It is still in the history, which its address does not show."
    ),
    reports.KEPT: lazy("Kept as it is."),
}


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
