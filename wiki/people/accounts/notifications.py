"""The words of the mails about an account."""

from dataclasses import dataclass
from typing import Any

from wiki.people.accounts.mail_tokens import MailLink
from wiki.translation import lazy


@dataclass(frozen=True)
class _Words:
    """Subject, what the mail is for, what its button says; each is translated when it is shown."""

    title: Any
    said: Any
    action: Any = ""


def letter_values(link: MailLink, url: str, *, waits: bool = False) -> dict[str, Any]:
    """What the mail template ``account`` is rendered with; ``url`` is what is to be followed.

    For ``unknown``, ``url`` is the sign-up page; for some there is nothing to follow. ``waits``:
    something that they typed is sent by it.
    """
    words = _WAITING if waits and link.token else _WORDS[link.purpose]
    return {
        "title": words.title,
        "said": words.said,
        "action": words.action,
        # A sign-up's name was typed by whoever it was: it would carry their words to a stranger.
        "name": "" if link.purpose in ("confirm", "taken") else link.name,
        "url": "" if link.purpose in ("closed", "taken", "moved") else url,
        "once": bool(link.token),
        "unchanged": link.purpose != "moved",
    }


_WAITING = _Words(
    lazy("What you wrote on {site} waits for you"),
    lazy(
        "Someone, surely you, wrote something on {site} and gave this address. "
        "To read it over and send it:"
    ),
    lazy("Read it over and send it"),
)
#: by purpose
_WORDS = {
    "confirm": _Words(
        lazy("Your account on {site}"),
        lazy("Someone, surely you, wants to open an account with this address. To open it:"),
        lazy("Open my account"),
    ),
    "login": _Words(
        lazy("Your link to log in to {site}"),
        lazy("Here is the link that you asked for. To log in:"),
        lazy("Log in"),
    ),
    "reset": _Words(
        lazy("A new password for {site}"),
        lazy("To choose a new password:"),
        lazy("Choose a new password"),
    ),
    "known": _Words(
        lazy("Your account on {site}"),
        lazy("Someone, surely you, wanted to open an account; you have one already. To log in:"),
        lazy("Log in"),
    ),
    "unknown": _Words(
        lazy("No account on {site} with this address"),
        lazy(
            "Someone, perhaps you, asked to log in with this address, which has no account. "
            "It may have another address; otherwise you can open one:"
        ),
        lazy("Open an account"),
    ),
    "closed": _Words(
        lazy("Your account on {site}"),
        lazy("Your account is closed at present. The team of the wiki can open it again."),
    ),
    "address": _Words(
        lazy("Your new address on {site}"),
        lazy("You asked that your account has this address from now on. To say yes:"),
        lazy("Use this address"),
    ),
    "taken": _Words(
        lazy("Your account on {site}"),
        lazy(
            "Someone, perhaps you, wanted to use this address for another account. It has an "
            "account already, so nothing was changed."
        ),
    ),
    "moved": _Words(
        lazy("Your address on {site} has changed"),
        lazy(
            "Your account has another mail address from now on; nothing is sent to this one any "
            "more. If it was not you, write to the team of the wiki at once."
        ),
    ),
}
