"""The page that shows recovery codes, once."""

from werkzeug.wrappers import Response

from wiki.people.accounts.factors.recovery import make_recovery_codes
from wiki.people.person import Person
from wiki.web.forms import render_tool
from wiki.web.support import current_instance


def show_codes(person: Person, target: str) -> Response:
    """Ten new codes, which stand in this answer alone; then one goes on to ``target``."""
    codes = make_recovery_codes(current_instance().private, person.id)
    return render_tool("account/recovery.html", codes=codes, next=target)
