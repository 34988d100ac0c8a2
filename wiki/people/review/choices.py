"""What was said of the paragraphs of a proposal, one by one, while the rest of it still waits."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.people.models.texts import ProposalChoiceRow, ProposalRow
from wiki.people.review.proposals import WAITING
from wiki.people.store.database import Database

LONGEST_EXCERPT = 200


@dataclass(frozen=True)
class Choice:
    """``state`` is ``accepted``, ``adapted`` or ``declined``; ``key`` names the change."""

    key: str
    state: str
    excerpt: str = ""
    words: str = ""


def choices_of(database: Database, proposal_id: str) -> dict[str, Choice]:
    """What was said so far, or in the end, by the keys of the changes, first said first."""
    asked = select(ProposalChoiceRow).where(ProposalChoiceRow.proposal == proposal_id)
    rows = database.list_rows(asked.order_by(ProposalChoiceRow.decided, ProposalChoiceRow.key))
    return {row.key: Choice(row.key, row.state, row.excerpt, row.words) for row in rows}


def choose(
    database: Database, session: Session, proposal_id: str, choices: Iterable[Choice]
) -> bool:
    """Writes down what was said; False where the proposal waits no more.

    Said twice of one change, the first time counts.
    """
    row = session.get(ProposalRow, proposal_id[:32], with_for_update=True)
    if row is None or row.state != WAITING:
        return False
    for one in choices:
        if session.get(ProposalChoiceRow, (row.id, one.key)) is None:
            session.add(
                ProposalChoiceRow(
                    proposal=row.id,
                    key=one.key,
                    state=one.state,
                    excerpt=one.excerpt[:LONGEST_EXCERPT],
                    words=one.words,
                    decided=database.now(),
                )
            )
    session.flush()
    return True
