"""Who reads an answer where nobody who looks after a line reads mails here, if its writer agrees.

Those who bring people together: connectors, else the programme team, else administrators. They
stand in the place of those who look after the need or offer, and look for a way to them.
"""

from dataclasses import replace

from wiki.api.people import Person, list_people
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from .subjects import PAGE, Subject, subject_of

#: whose task it is, in the order in which they are looked for
_ROLES = ("connector", "programme", "admin")
#: so that one of them has the time
_MOST, _LOOKED_AT = 3, 50


def relayed(reader: Reader, subject: Subject) -> Subject:
    """``subject`` with who reads an answer instead of a team that does not; itself elsewhere."""
    if subject.team or subject.kind == PAGE:
        return subject
    return replace(subject, team=_relays(reader, subject), relayed=True)


def is_relay(subject: Subject, person: str | None) -> bool:
    """Whether the account ``person`` is asked about ``subject`` in its team's place."""
    return subject.kind != PAGE and person not in {one.id for one in subject.team}


def consent_words(subject: Subject) -> str:
    """What one agrees to who answers: who of ``subject.team`` reads it; "" where it is nobody."""
    if not subject.team:
        return ""
    words = {
        "connector": gettext("The connectors of this site may read my lines and my name instead"),
        "programme": gettext("The programme team may read my lines and my name instead"),
    }
    others = gettext("Those who look after this site may read my lines and my name instead")
    return words.get(subject.team[0].role, others)


def _relays(reader: Reader, subject: Subject) -> tuple[Person, ...]:
    instance = reader.instance
    asking = reader.person.id if reader.person else ""
    for role in _ROLES:
        found = [
            one
            for one in list_people(instance.private, role=role, limit=_LOOKED_AT)
            if not (one.disabled or one.held or one.id == asking)
            # It quotes the need: nobody is written to who may not read it.
            and subject_of(Reader(instance, one), subject.about) is not None
        ]
        if found:
            return tuple(found[:_MOST])
    return ()
