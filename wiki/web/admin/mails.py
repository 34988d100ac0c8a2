"""Mails that were given up, for administrators: why, and sending one again."""

from werkzeug.wrappers import Response

from wiki.errors import NotFound
from wiki.mail_dispatch import wake_sender
from wiki.people.mail.failures import count_unseen, list_unseen, mark_seen, try_again
from wiki.people.mail.queue import count_mails
from wiki.translation import gettext as _
from wiki.web.admin.index import bp
from wiki.web.forms import FormText, pressed_button, render_tool, see_other
from wiki.web.support import current_instance

#: mails on the page
LISTED = 50
_HERE = "/-/admin/mails"


@bp.get("/admin/mails")
def mails() -> Response:
    """Those that no administrator has seen, newest first."""
    private = current_instance().private
    counts = count_mails(private)
    return render_tool(
        "admin/mails.html",
        mails=[
            {
                "key": one.key,
                "to": one.to,
                "subject": one.subject,
                "failed": one.failed,
                "error": one.error,
                "again": again,
            }
            for one, again in list_unseen(private, LISTED)
        ],
        total=count_unseen(private),
        waiting=counts.waiting,
        oldest=counts.oldest,
    )


@bp.post("/admin/mails")
def decide_mail() -> Response:
    """Sends one again, or has nobody told of it any more."""
    return pressed_button({"again": _again, "seen": _seen})()


def _again(key: FormText) -> Response:
    instance = current_instance()
    if not try_again(instance.private, key):
        raise NotFound(_("This mail cannot be sent again: whoever waits for it asks anew."))
    wake_sender(instance)
    return see_other(_HERE, _("It is sent again within a moment."))


def _seen(key: FormText) -> Response:
    mark_seen(current_instance().private, key)
    return see_other(_HERE, _("It is no longer listed here."))
