"""Whether mail and single sign-on work: tried on the spot, and said in words.

A server that takes a mail need not deliver it: only who follows the link in the try mail shows that
it has arrived.
"""

import json
import smtplib
import ssl
from dataclasses import asdict, dataclass
from datetime import datetime

from wiki.config import Settings
from wiki.errors import BadRequest, BadSetting
from wiki.hookspecs.notifications import Letter
from wiki.instance import Instance
from wiki.mail_templates import compose
from wiki.mailer import Mailer, MailFailed, reason
from wiki.people.person import Person
from wiki.people.settings import find_note, write_note
from wiki.translation import gettext as _
from wiki.web.account.oidc.provider import Provider
from wiki.web.account.oidc.tokens import ProviderFailed

#: seconds for a server to answer each step: who waits looks at a page meanwhile
_PATIENCE = 10
_NOTE = "mail_try"


@dataclass(frozen=True)
class Trial:
    """How it went in a sentence, what the other side said in its own words, what else is known."""

    good: bool
    words: str
    said: str = ""
    detail: str = ""


@dataclass(frozen=True)
class MailTry:
    """The last try mail that a server took: which one, when, and whether its link was followed."""

    server: str
    to: str
    sent: str
    arrived: bool = False

    @property
    def when(self) -> datetime:
        """When it was taken."""
        return datetime.fromisoformat(self.sent)


def try_mail(instance: Instance, person: Person) -> Trial:
    """Sends ``person`` a mail at once, by the server that is chosen."""
    settings = instance.settings
    now = instance.private.now()
    url = f"{settings.public_url}/-/admin/settings/mail?arrived={now.timestamp():.0f}"
    letter = compose(instance, "mail_try", person.lang, name=person.name, url=url)
    if (refused := send_now(settings, person.email, letter)) is not None:
        return refused
    server = settings.smtp_host
    if not server:
        return Trial(True, _("There is no mail server yet: the mail is a file in outbox/."))
    note_taken(instance, person, now)
    words = _(
        "{server} has taken the mail for {address}. Whether it arrives you see in your mailbox "
        "alone: follow the link in it. Look among unwanted mails too."
    )
    return Trial(True, words.format(server=server, address=person.email))


def send_now(settings: Settings, to: str, letter: Letter) -> Trial | None:
    """Sends ``letter`` at once, as ``settings`` say; why it did not leave, or None."""
    try:
        Mailer(settings, patience=_PATIENCE).send(to, letter.subject, letter.text, letter.html)
    except (MailFailed, BadSetting) as error:
        words, cause = _refusal(error.__cause__, settings, to), error.__cause__
        if isinstance(cause, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
            return Trial(False, words, said=reason(error))
        return Trial(False, words, detail=reason(error))
    return None


def note_taken(instance: Instance, person: Person, at: datetime) -> None:
    """Keeps that the server of today has taken a try mail for ``person``."""
    kept = asdict(MailTry(instance.settings.smtp_host, person.email, at.isoformat()))
    write_note(instance.private, _NOTE, json.dumps(kept), by=person.id)


def last_try(instance: Instance) -> MailTry | None:
    """The last try mail that the server of today has taken."""
    found = find_note(instance.private, _NOTE)
    kept = MailTry(**json.loads(found)) if found else None
    return kept if kept is not None and kept.server == instance.settings.smtp_host else None


def note_arrival(instance: Instance, person: Person, moment: str) -> bool:
    """Whether the try mail of that moment was the last one; that it arrived is noted."""
    kept = last_try(instance)
    if kept is None or f"{kept.when.timestamp():.0f}" != moment:
        return False
    if not kept.arrived:
        told = json.dumps({**asdict(kept), "arrived": True})
        write_note(instance.private, _NOTE, told, by=person.id)
    return True


def _refusal(error: BaseException | None, settings: Settings, to: str) -> str:
    """Why a mail server has not taken a mail, in words for who does not know its codes."""
    server = f"{settings.smtp_host}:{settings.smtp_port}"
    if isinstance(error, BadRequest):
        return error.words  # it is called nothing, or is inside of the own network
    if isinstance(error, smtplib.SMTPAuthenticationError):
        words = _("{server} does not take this user name with this password.")
    elif isinstance(error, smtplib.SMTPSenderRefused):
        words = _("{server} does not let us send as {sender}, or wants a user name first.")
    elif isinstance(error, smtplib.SMTPRecipientsRefused):
        words = _("{server} takes no mail for {address}.")
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        words = _("{server} does not encrypt, or asks for no password: nothing was sent.")
    elif isinstance(error, ssl.SSLError):
        words = _(
            "The connection to {server} cannot be encrypted: its certificate is not good for this "
            "name, or the port is another one."
        )
    elif isinstance(error, smtplib.SMTPServerDisconnected | TimeoutError):
        words = _("{server} was reached and did not answer as mail servers do: is it this port?")
    elif isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        words = _("Nobody can be reached at {server}: is the name right, and the port open?")
    else:
        words = _("{server} has not taken the mail.")
    return words.format(server=server, sender=settings.mail_from, address=to)


def try_provider(settings: Settings) -> Trial:
    """Asks the provider of single sign-on what it says of itself, and checks it."""
    if not settings.oidc_issuer:
        return Trial(False, _("There is no provider yet: save its address first."))
    try:
        Provider(settings, "").check()
    except ProviderFailed as error:
        if error.issuer:
            words = _("It calls itself {name}: give its address exactly so.")
            return Trial(False, words.format(name=error.issuer[:500]), detail=str(error))
        if isinstance(error.__cause__, BadRequest):
            return Trial(False, error.__cause__.words)
        words = _("{issuer} does not answer as a provider of sign-on does.")
        return Trial(False, words.format(issuer=settings.oidc_issuer), detail=str(error))
    words = _("{issuer} answers as it should: people can log in by it.")
    return Trial(True, words.format(issuer=settings.oidc_issuer))
