"""What git asks for, and whether it may: the addresses, the service, who it is."""

from flask import request

from wiki.errors import BadRequest, Forbidden, LogInFirst
from wiki.pages.access import ALL
from wiki.repository.remote.protocol import SERVICES
from wiki.translation import gettext as _
from wiki.web.credentials import act_as, basic
from wiki.web.support import current_instance, current_reader

PUBLIC = "/wiki.git"
#: the same pages for other software: GitHub, GitLab, Obsidian
STANDARD = "/standard.git"
WHOLE = "/-/git/all.git"
UPLOAD, RECEIVE = SERVICES


def is_git(path: str) -> bool:
    """Whether the body of a request for ``path`` is git's."""
    return path.startswith((f"{PUBLIC}/", f"{STANDARD}/", f"{WHOLE}/"))


def asked_service() -> str:
    """What git is asked to do: one of SERVICES. Raises BadRequest."""
    service = request.args.get("service", "")
    if service not in SERVICES:
        raise BadRequest(_("Only git can read here, one that is newer than 2010."))
    return service


def check_kind(service: str) -> None:
    """Raises BadRequest for a body that git has not sent to ``service``."""
    if request.mimetype != f"application/x-{service}-request":
        raise BadRequest(_("Only git can read here, one that is newer than 2010."))


def asked_protocol() -> str:
    """The version of its protocol that git would like, in its words."""
    return request.headers.get("Git-Protocol", "")


def allow() -> None:
    """Raises LogInFirst, or Forbidden, for who may not read all of the wiki by git."""
    granted = basic()
    if granted is None:
        raise LogInFirst(
            _(
                "Log in with the e-mail address of your account, and a token of the scope git or"
                " your password. What everyone may read needs neither: git clone {url}"
            ).format(url=address_of(PUBLIC))
        )
    act_as(granted)
    if not granted.allows("git"):
        raise Forbidden(_("This token is not good for git: make one with the scope git."))
    if ALL not in current_reader().audience:
        raise Forbidden(
            _(
                "The whole history is for those who may read all of the wiki. What everyone may"
                " read is at {url}"
            ).format(url=address_of(PUBLIC))
        )


def read_only() -> Forbidden:
    """What a push to the public history is told."""
    return Forbidden(
        _("Nothing can be pushed here. Those who may, push to {url}").format(url=address_of(WHOLE))
    )


def address_of(path: str) -> str:
    """The whole address of ``path``, as git is given it."""
    return f"{current_instance().settings.public_url}{path}"
