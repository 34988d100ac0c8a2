"""One's access tokens: made, told once, seen in a list, revoked."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.errors import BadField
from wiki.people.accounts import access_tokens
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.account.confirmation import ask_first, is_sure
from wiki.web.forms import FormList, FormText, read_fields, redisplay, render_tool, see_other
from wiki.web.support import current_instance, signed_in_person

bp = Blueprint("tokens", __name__)

SCOPE_WORDS = {
    "read": lazy("read through the API what I may read"),
    "propose": lazy("propose changes, which somebody reads over, and follow pages for me"),
    "write": lazy("write through the API what I may write"),
    "git": lazy("clone and push with git"),
    "feeds": lazy("read feeds and calendars as I see them"),
}
#: days, as the form sends them
LIFETIMES = {
    "30": lazy("30 days"),
    "90": lazy("90 days"),
    "365": lazy("a year"),
    "": lazy("until I revoke it"),
}
_MADE_PER_HOUR = 20


@bp.get("/account/tokens")
def tokens(secret: str = "") -> Response:
    """One's tokens, and the form for another one; ``secret``: of the one made just now."""
    sent = {} if secret else request.form
    return render_tool(
        "account/tokens.html",
        private_address=True,
        secret=secret,
        tokens=[
            {
                "id": one.id,
                "name": one.name,
                "scopes": [str(SCOPE_WORDS[scope]) for scope in one.scopes],
                "created": one.created,
                "expires": one.expires,
                "used": one.used,
                "over": one.over,
            }
            for one in access_tokens.listed(current_instance().private, signed_in_person().id)
        ],
        scopes=[(scope, str(words)) for scope, words in SCOPE_WORDS.items()],
        lifetimes=[(days, str(words)) for days, words in LIFETIMES.items()],
        values={
            "name": sent.get("name", ""),
            "days": sent.get("days", "90"),
            "scopes": request.form.getlist("scopes") if sent else ["read"],
        },
    )


@bp.post("/account/tokens")
@redisplay(tokens)
def change(revoke: FormText) -> Response:
    """Makes a token, which is told in this answer and never again; or revokes one."""
    person = signed_in_person()
    private = current_instance().private
    if revoke:
        access_tokens.revoke(private, person.id, revoke)
        return see_other(
            "/-/account/tokens", _("The token is revoked: nothing can be done with it any more.")
        )
    # It opens for as long as it is good what a session that was left open is over with soon.
    return tokens(_make(person)) if is_sure() else ask_first("/-/account/tokens")


@read_fields
def _make(person: Person, name: FormText, scopes: FormList, days: FormText = "90") -> str:
    """The secret of the token that the form asks for. Raises BadField, TooMany."""
    instance = current_instance()
    if days not in LIFETIMES:
        raise BadField("days", _("Choose one of the given times."))
    instance.rates.attempt(f"tokens:{person.id}", _MADE_PER_HOUR, 3600)
    return access_tokens.issue(
        instance.private,
        person.id,
        name=name,
        scopes=scopes,
        days=int(days) if days else None,
    )
