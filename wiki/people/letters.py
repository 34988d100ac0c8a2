"""The words of the mails about an account."""

from wiki.people.tokens import MailLink


def letter(link: MailLink, url: str, site_name: str) -> tuple[str, str]:
    """Subject and text for ``link``, in its language; ``url`` is where its token is followed."""
    raise NotImplementedError
