"""The words of the mails about an account."""

from wiki.people.tokens import MailLink
from wiki.translation import gettext as _
from wiki.translation import use_language


def letter(link: MailLink, url: str, site_name: str) -> tuple[str, str]:
    """Subject and text for ``link``, in its language; ``url`` is what it is to be followed at.

    For ``unknown``, ``url`` is the sign-up page; for ``closed`` it is not used.
    """
    with use_language(link.lang):
        subject, said, ignore = _WORDS[link.purpose]
        parts = [_("Hello {name},") if link.name else _("Hello,"), _(said)]
        if link.purpose != "closed":
            parts.append("{url}")
        if link.token:
            parts.append(_("The link works once, for one hour."))
        parts += [_(ignore), "{site}"]
        words = {"name": link.name, "url": url, "site": site_name}
        return _(subject).format(**words), "\n\n".join(parts).format(**words) + "\n"


def _mark(message: str) -> str:
    """Marks a string for translation where it stands; ``letter`` translates it."""
    return message


_NOT_YOU = _mark("If it was not you, there is nothing to do: nothing has changed.")
#: purpose → subject, what it is for, what to do otherwise
_WORDS = {
    "confirm": (
        _mark("Your account on {site}"),
        _mark("Someone, surely you, wants to open an account with this address. To open it:"),
        _NOT_YOU,
    ),
    "login": (
        _mark("Your link to log in to {site}"),
        _mark("Here is the link that you asked for. To log in:"),
        _NOT_YOU,
    ),
    "reset": (
        _mark("A new password for {site}"),
        _mark("To choose a new password:"),
        _NOT_YOU,
    ),
    "known": (
        _mark("Your account on {site}"),
        _mark("Someone, surely you, wanted to open an account; you have one already. To log in:"),
        _NOT_YOU,
    ),
    "unknown": (
        _mark("No account on {site} with this address"),
        _mark(
            "Someone, perhaps you, asked to log in with this address, which has no account. "
            "It may have another address; otherwise you can open one:"
        ),
        _NOT_YOU,
    ),
    "closed": (
        _mark("Your account on {site}"),
        _mark("Your account is closed at present. The team of the wiki can open it again."),
        _NOT_YOU,
    ),
}
