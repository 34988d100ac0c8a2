"""The words of the mails about an account."""

from wiki.people.tokens import MailLink
from wiki.translation import gettext as _
from wiki.translation import lazy, use_language


def letter(link: MailLink, url: str, site_name: str) -> tuple[str, str]:
    """Subject and text for ``link``, in its language; ``url`` is what it is to be followed at.

    For ``unknown``, ``url`` is the sign-up page; for ``closed`` it is not used.
    """
    with use_language(link.lang):
        subject, said = _WORDS[link.purpose]
        # A sign-up's name was typed by whoever it was: it would carry their words to a stranger.
        known = link.name and link.purpose != "confirm"
        parts = [_("Hello {name},") if known else _("Hello,"), str(said)]
        if link.purpose != "closed":
            parts.append("{url}")
        if link.token:
            parts.append(_("The link works once, for one hour."))
        parts += [_("If it was not you, there is nothing to do: nothing has changed."), "{site}"]
        words = {"name": link.name, "url": url, "site": site_name}
        return str(subject).format(**words), "\n\n".join(parts).format(**words) + "\n"


#: purpose → subject, what the mail is for
_WORDS = {
    "confirm": (
        lazy("Your account on {site}"),
        lazy("Someone, surely you, wants to open an account with this address. To open it:"),
    ),
    "login": (
        lazy("Your link to log in to {site}"),
        lazy("Here is the link that you asked for. To log in:"),
    ),
    "reset": (
        lazy("A new password for {site}"),
        lazy("To choose a new password:"),
    ),
    "known": (
        lazy("Your account on {site}"),
        lazy("Someone, surely you, wanted to open an account; you have one already. To log in:"),
    ),
    "unknown": (
        lazy("No account on {site} with this address"),
        lazy(
            "Someone, perhaps you, asked to log in with this address, which has no account. "
            "It may have another address; otherwise you can open one:"
        ),
    ),
    "closed": (
        lazy("Your account on {site}"),
        lazy("Your account is closed at present. The team of the wiki can open it again."),
    ),
}
