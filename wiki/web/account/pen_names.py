"""Pages that were imported under a name of one's own: “they are mine”, or “it is not me”."""

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.hookspecs.notifications import Waiting
from wiki.pages.urls import page_url
from wiki.people import pen_names
from wiki.people.pen_names import PenName
from wiki.reading import Reader
from wiki.reading.history import list_changes_by
from wiki.reading.inbox import tells_what_waits
from wiki.reading.pages import get_title
from wiki.translation import gettext as _
from wiki.translation import ngettext
from wiki.web.forms import FormText, pressed_button, render_tool, see_other
from wiki.web.page.presenters import link
from wiki.web.support import current_instance, current_reader, signed_in_person

bp = Blueprint("pen_names", __name__)

_PLACE = "/-/account/names"
#: changes that are looked at, and pages that are named
_MOST, _NAMED = 1_000, 5


@tells_what_waits
def pen_name_lines(reader: Reader) -> list[Waiting]:
    """Names that were told with the mail of the account."""
    if reader.person is None:
        return []
    return [
        Waiting(
            _("Pages were imported under the name “{name}”: are they yours?").format(name=one.name),
            _PLACE,
        )
        for one in pen_names.list_offered(reader.instance.private, reader.person)
    ]


@bp.get("/account/names")
def show() -> Response:
    """The names that may be one's own, and those that are."""
    person, reader = signed_in_person(), current_reader()
    private = reader.instance.private
    return render_tool(
        "account/names.html",
        offered=[_shown(reader, one) for one in pen_names.list_offered(private, person)],
        claimed=[_shown(reader, one) for one in pen_names.list_claimed(private, person.id)],
    )


@bp.post("/account/names")
def settle(name: FormText) -> Response:
    """A yes, a no, or a yes taken back."""
    person, private = signed_in_person(), current_instance().private
    act = pressed_button(
        {"claim": pen_names.claim, "decline": pen_names.decline, "give-up": pen_names.give_up}
    )
    done = act(private, person, name)
    return see_other(_PLACE, _("Thank you, it is noted.") if done else "")


def _shown(reader: Reader, one: PenName) -> dict[str, object]:
    changes = list_changes_by(reader, one.alias, limit=_MOST)
    paths = list(dict.fromkeys(change.path for change in changes))
    words = ngettext(
        "{count} page that you may read", "{count} pages that you may read", len(paths)
    )
    if len(changes) == _MOST:
        words = _("{count} pages that you may read, and more")
    return {
        "id": one.id,
        "name": one.name,
        "count": words.format(count=len(paths)),
        "pages": [link(get_title(reader, path), page_url(path)) for path in paths[:_NAMED]],
    }
