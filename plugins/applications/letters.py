"""The letters of decisions: what they begin with, as each of a team reads them, and as mails.

Each is signed by whoever decided, with the name of their account: nobody is answered by a machine.
"""

from dataclasses import dataclass

from wiki.api.mail import Letter, Mail, address_letter, compose
from wiki.api.paths import action_url
from wiki.api.people import Person, get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, get_title
from wiki.api.reading.rows import PageRow
from wiki.api.translation import gettext, use_language

from .links import AGREE, Link
from .models import ApplicationRow, DecisionRow
from .reasons import find_doors, words_of
from .states import SELECTED


@dataclass(frozen=True)
class Decision:
    """A decision with its reasons, as they were kept, and the pages that its doors lead to."""

    row: DecisionRow
    reasons: tuple[str, ...]
    doors: tuple[str, ...]

    @property
    def choice(self) -> str:
        """``selected`` or ``later``."""
        return self.row.choice

    @property
    def told(self) -> bool:
        """Whether the team knows."""
        return self.row.told is not None


def ready_letter(choice: str, event: str, lang: str, line: str = "") -> str:
    """The text that a letter begins with, for who decides to edit; ``line``: their own words."""
    with use_language(lang):
        if choice == SELECTED:
            words = gettext(
                "We would be glad to have your project at “{event}”. Your space stays yours: what "
                "is shown of it, and when, is for you to say.\n\nWe will write to you soon to "
                "prepare it with you."
            )
        else:
            words = gettext(
                "Thank you for proposing your project to “{event}”. It will not be on the stage "
                "this time. Its space stays in this wiki, and stays yours."
            )
        said = words.format(event=event)
    return f"{said}\n\n{own}" if (own := line.replace("\0", "").strip()) else said


def signer(instance: Instance, decision: Decision) -> str:
    """The name of whoever decided; "" where they have left."""
    who = decision.row.person
    person = get_person(instance.private, who) if who else None
    return person.name if person is not None else ""


def link_for(decision: Decision, person: Person) -> Link:
    """What the link in a letter to ``person`` says."""
    return Link(decision.row.application, person.id, int(decision.row.at.timestamp()))


def letter_to(
    instance: Instance,
    row: ApplicationRow,
    decision: Decision,
    page: PageRow,
    person: Person,
    agree: str = "…",
) -> Letter:
    """The letter as ``person`` reads it; ``agree`` is the address of their button, which nobody
    else is to see.
    """
    reader = Reader(instance, person)
    site = instance.settings.public_url
    with use_language(person.lang):
        doors = find_doors(reader, decision.doors, row.project)
        reasons = [words_of(one) for one in decision.reasons]
    return compose(
        instance,
        "applications/mail/decision",
        person.lang,
        name=person.name,
        project=page.title,
        event=get_title(reader, row.event),
        selected=decision.choice == SELECTED,
        words=decision.row.words,
        reasons=reasons,
        doors=[
            {"label": " · ".join(filter(None, (one.kind, one.title))), "url": site + one.url}
            for one in doors
        ],
        agree=agree if decision.choice == SELECTED else "",
        signer=signer(instance, decision),
        url=site + action_url(f"application/{row.id}"),
    )


def mail_to(
    instance: Instance, row: ApplicationRow, decision: Decision, page: PageRow, person: Person
) -> Mail:
    """The same as a mail."""
    agree = AGREE.url(instance, *link_for(decision, person))
    letter = letter_to(instance, row, decision, page, person, agree)
    key = f"applications:{row.id}:{decision.choice}:{decision.row.at:%y%m%d%H%M%S}:{person.id}"
    return address_letter(letter, key, person, secret=decision.choice == SELECTED)
