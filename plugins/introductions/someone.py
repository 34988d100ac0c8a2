"""Who is meant: an account, or a name with an address; and how they stand in the rows."""

from dataclasses import dataclass
from secrets import token_hex

from wiki.api.errors import BadField
from wiki.api.people import Person, check_name, find_person, fold_email, people_by_page
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext

from .models import IntroductionRow, SideRow
from .states import WAITING


@dataclass(frozen=True)
class Someone:
    """Who answers, or is proposed: an account, or a name with an address.

    ``by_address``: a third person gave the address, and learns nothing of whose it is.
    """

    name: str
    lang: str
    person: Person | None = None
    email: str = ""
    by_address: bool = False


def visitor(instance: Instance, name: str, email: str, lang: str) -> Someone:
    """Someone without an account, as they typed it. Raises BadField."""
    return Someone(check_name(name), lang, None, fold_email(email))


def account(person: Person) -> Someone:
    """Someone with an account."""
    return Someone(person.name, person.lang, person)


def named(reader: Reader, page: str, email: str, name: str, lang: str) -> Someone:
    """Whom a third person means: by their page, or by an address. Raises BadField.

    Whether an address has an account makes no difference to what the third person is told.
    """
    if email.strip():
        folded = fold_email(email)
        known = find_person(reader.instance.private, folded)
        shown, spoken = check_name(name), known.lang if known else lang
        return Someone(shown, spoken, known, "" if known else folded, by_address=True)
    row = get_row(reader, page) if page else None
    if row is None or row.type != "person":
        raise BadField(
            "person", gettext("Choose a person who has a page here, or give an address.")
        )
    joined = people_by_page(reader.instance.private, [page]).get(page)
    if joined is None or joined.disabled:
        raise BadField(
            "person",
            gettext("Nobody reads mails for this page yet. If you have an address, give it below."),
        )
    return account(joined)


def new_side(row: IntroductionRow, someone: Someone, place: str) -> SideRow:
    """Someone as one side of it, asked at ``place``."""
    return SideRow(
        id=token_hex(8),
        introduction=row.id,
        place=place,
        person=someone.person.id if someone.person else None,
        email="" if someone.person else someone.email,
        name=someone.name,
        lang=someone.lang,
        answer=WAITING,
        hidden=False,
        chosen=False,
        outcome="",
        elsewhere=None,
    )
