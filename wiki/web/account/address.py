"""The link that was mailed to a new address: a button, since mail scanners follow links too."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from wiki.people.accounts import mail_tokens, use_new_address
from wiki.people.accounts.mail_tokens import MailLink
from wiki.translation import gettext as _
from wiki.web.account.views import no_longer_good, send_link
from wiki.web.forms import render_tool
from wiki.web.support import current_instance, current_person, flash_message

bp = Blueprint("address", __name__)


@bp.get("/account/address/<token>")
def show(token: str) -> Response:
    """Asks whether this shall be the address."""
    link = mail_tokens.peek(current_instance().private, token)
    if link is None or link.purpose != "address":
        return no_longer_good("account/settings")
    return render_tool("account/address.html", private_address=True, token=token, email=link.email)


@bp.post("/account/address/<token>")
def use(token: str) -> Response:
    """Makes it the address, and tells the old one."""
    changed = use_new_address(current_instance().private, token)
    if changed is None:
        return no_longer_good("account/settings")
    person, old = changed
    send_link(MailLink("moved", old, person.name, person.lang))
    flash_message(_("This is your address from now on: mails come to it, and you log in with it."))
    known = current_person()
    return redirect("/-/account/settings" if known else "/-/login", 303)
