"""The mail to who named an address that is told nothing more."""

from wiki.api.mail import compose_mail, send_mail
from wiki.api.paths import action_url
from wiki.api.people import get_person
from wiki.api.plugin import Instance
from wiki.api.translation import lazy

from .models import HookRow

OFF_WORDS = {
    "hand": lazy("It was turned off by hand."),
    "gone": lazy("It answered that it is gone for good (410)."),
    "failing": lazy("It has not taken a message for a day and a half."),
    "page": lazy("The page that it was told of is not there any more."),
    "rights": lazy("You may not have this told any more."),
}


def tell_owner(instance: Instance, hook: HookRow, why: str) -> None:
    """Says by mail that the address is off, once each time."""
    person = get_person(instance.private, hook.person)
    if person is None or person.disabled:
        return
    day = instance.private.now().date().isoformat()
    mail = compose_mail(
        instance,
        f"webhooks:off:{hook.id}:{day}:{why}",
        person,
        "webhooks/mail/off",
        path=action_url("webhooks", hook.id),
        what=hook.name or hook.host,
        why=OFF_WORDS[why],
    )
    send_mail(instance, mail)
