"""Mails to the administrators: when a mirror meets trouble, once a day while it lasts, and after.

A mail is a row under a key that names mirror, state and day, so that it goes once, whatever is
killed between posting it and noting that it was.
"""

from dataclasses import replace

from wiki.instance import Instance
from wiki.mail_dispatch import send_mail
from wiki.mail_templates import compose_mail
from wiki.mirroring.words import explain
from wiki.people.accounts import list_people
from wiki.people.mail.values import Mail
from wiki.people.mirrors import Mirror, note_told
from wiki.people.person import Person
from wiki.translation import use_language

#: administrators who are told; a wiki has a few
_TOLD = 20


def tell(instance: Instance, mirror: Mirror) -> None:
    """Posts what there is to tell of ``mirror`` after a run, if anything."""
    now = instance.private.now()
    if not mirror.in_trouble:
        if mirror.told is not None:
            _post(instance, mirror)
            note_told(instance.private, mirror.name, None)
        return
    fresh = mirror.told is None or mirror.told < mirror.since
    zone = instance.settings.zone
    today = now.astimezone(zone).date()
    if fresh or (mirror.told is not None and mirror.told.astimezone(zone).date() < today):
        _post(instance, mirror)
        note_told(instance.private, mirror.name, now)


def _post(instance: Instance, mirror: Mirror) -> None:
    admins = list_people(instance.private, role="admin", limit=_TOLD)
    day = instance.private.now().astimezone(instance.settings.zone).date()
    for person in admins:
        if not person.disabled:
            send_mail(instance, _mail(instance, mirror, person, f"{mirror.state}:{day}"))


def _mail(instance: Instance, mirror: Mirror, person: Person, moment: str) -> Mail:
    with use_language(person.lang):
        explained = explain(instance, mirror)
    mail = compose_mail(
        instance,
        f"mirror:{mirror.name}:{moment}:{person.id}",
        person,
        "mirror",
        path="/-/admin/mirrors",
        mirror=mirror.name,
        address=mirror.url,
        over=not mirror.in_trouble,
        explained=explained,
    )
    return replace(mail, headers={"thread": f"mirror:{mirror.name}"})
