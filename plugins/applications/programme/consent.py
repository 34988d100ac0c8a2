"""What a team agrees to have said of its project in a programme: a name and a sentence.

They are the team's own words, and the only ones: nothing is read from its space.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select

from wiki.api.errors import BadField
from wiki.api.plugin import Instance
from wiki.api.reading.rows import PageRow
from wiki.api.translation import gettext

from ..models import ApplicationRow, ConsentRow

TITLE, SUMMARY = 150, 300


@dataclass(frozen=True)
class Words:
    """How a project is called in a programme, and the sentence that stands there."""

    title: str
    summary: str = ""


def read_words(form: Mapping[str, str], page: PageRow) -> Words:
    """What was typed; what the form does not ask is what the page says now. Raises BadField."""
    words = Words(
        " ".join(form.get("title", page.title).split()),
        " ".join(form.get("summary", page.summary).split()),
    )
    if not words.title:
        raise BadField("title", gettext("Give it a name, or a few words that say what it is."))
    for field, said, most in (("title", words.title, TITLE), ("summary", words.summary, SUMMARY)):
        if len(said) > most:
            message = gettext("At most {count} characters, please.").format(count=most)
            raise BadField(field, message)
        if not said.isprintable():
            raise BadField(field, gettext("Some of these signs cannot be shown: type them anew."))
    return words


def words_for(instance: Instance, row: ApplicationRow, page: PageRow) -> Words:
    """What was agreed to; before that, what the page says."""
    kept = words_of(instance, row.id)
    return kept or Words(page.title[:TITLE], page.summary[:SUMMARY])


def words_of(instance: Instance, application: str) -> Words | None:
    """What was agreed to, and may stand in a programme."""
    row = instance.private.find_row(ConsentRow, application)
    return Words(row.title, row.summary) if row is not None else None


def keep_words(instance: Instance, application: str, words: Words) -> None:
    """Keeps what the team agreed to, in place of what it had agreed to before."""
    with instance.private.session() as session:
        row = ConsentRow(application=application, title=words.title, summary=words.summary)
        session.merge(row)


def drop_words(instance: Instance, application: str) -> None:
    """Forgets them: they stand nowhere any more."""
    instance.private.execute(delete(ConsentRow).where(ConsentRow.application == application))


def applications_with_words(instance: Instance) -> list[ApplicationRow]:
    """The applications whose words may stand in a programme."""
    asked = select(ApplicationRow).join(ConsentRow, ConsentRow.application == ApplicationRow.id)
    return instance.private.list_rows(asked.order_by(ApplicationRow.id))
