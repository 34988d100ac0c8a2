"""What someone is told by mail when what lets them in has changed, whoever it was."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any

from wiki.instance import Instance
from wiki.mail_dispatch import send_mail
from wiki.mail_templates import compose_mail
from wiki.people.person import Person
from wiki.translation import lazy

#: what has happened → what the mail says of it
_SAID: Mapping[str, Any] = {
    "passkey-added": lazy("The passkey “{detail}” has been added to your account."),
    "passkey-removed": lazy("The passkey “{detail}” has been removed from your account."),
    "application-added": lazy("The digits of an application are asked for after your password."),
    "application-removed": lazy("The digits of an application are asked for no more."),
    "recovery-made": lazy("New recovery codes have been made; those from before are good no more."),
    "recovery-used": lazy("A recovery code let you in. You have {detail} of them left."),
    "reset": lazy(
        "The team of the wiki has taken away your passkeys and your second factor, as someone who "
        "lost them asks for. You are logged out everywhere."
    ),
}


def tell_of_access(instance: Instance, person: Person, what: str, detail: str = "") -> None:
    """Mails ``person`` that ``what`` has just happened to what lets them in."""
    key = f"access:{person.id}:{token_hex(8)}"
    said = _SAID[what]
    url = "/-/account/security"
    send_mail(
        instance, compose_mail(instance, key, person, "access", path=url, said=said, detail=detail)
    )
