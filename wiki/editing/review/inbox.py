"""What the core asks of people: texts to read, reports to answer, projects to be taken over."""

from datetime import datetime, timedelta

from wiki.editing.review import queue, reports
from wiki.hookspecs.notifications import Waiting
from wiki.pages.urls import action_url, page_url
from wiki.people.access import handovers
from wiki.people.review.proposals import Proposal
from wiki.reading import Reader
from wiki.reading.inbox import tells_what_waits
from wiki.reading.pages import get_title, page_exists
from wiki.translation import gettext as _
from wiki.translation import lazy


@tells_what_waits
def review_lines(reader: Reader) -> list[Waiting]:
    """What waits for the person's decision, as their account page and digests tell it."""
    lines: list[Waiting] = []
    for proposal in queue.to_review(reader, limit=20):
        words, when = _since(reader, proposal)
        told = words.format(
            who=queue.author_name(reader, proposal), title=get_title(reader, proposal.path)
        )
        url = f"/-/moderation/proposal/{proposal.id}"
        mine = _looks_after(reader, proposal.path)
        lines.append(Waiting(told, url, when, personal=mine))
    for found in reports.to_answer(reader, limit=20):
        told = _("“{title}” was reported").format(title=get_title(reader, found.path))
        lines.append(Waiting(told, "/-/moderation", found.created))
    return lines


@tells_what_waits
def handover_lines(reader: Reader) -> list[Waiting]:
    """For admins, offers that wait; for who offered, what was decided."""
    private, person = reader.instance.private, reader.person
    if person is None:
        return []
    lines: list[Waiting] = []
    if person.role == "admin":
        lines += [
            Waiting(
                _("{name} offers to take over “{title}”").format(
                    name=one.person.name, title=get_title(reader, one.path)
                ),
                "/-/admin/handovers",
                one.asked,
            )
            for one in handovers.waiting(private)
        ]
    for one in handovers.offers_of(private, person.id):
        if not page_exists(reader, one.path):
            continue
        title, url = get_title(reader, one.path), page_url(one.path)
        if one.decided is None:
            text, url = _("Your offer for “{title}” waits"), action_url("access", one.path)
        elif one.accepted:
            text = _("You are in the team of “{title}”")
        else:
            text = _("Your offer for “{title}” was not accepted: {answer}")
        said = text.format(title=title, answer=one.answer)
        lines.append(Waiting(said, url, one.decided or one.asked))
    return lines


def _since(reader: Reader, proposal: Proposal) -> tuple[str, datetime | None]:
    """What is said of a text that waits, and since when that is so: twice it is said anew.

    So it stands in one more digest after a week, and in a last one after three.
    """
    if proposal.created is not None:
        now = reader.instance.private.now()
        for days, words in reversed(_REMINDED):
            if now - proposal.created >= timedelta(days=days):
                return str(words), proposal.created + timedelta(days=days)
    return _("{who} proposes a change to “{title}”"), proposal.created


#: days after which those who decide are told again, kindly
_REMINDED = (
    (7, lazy("For a week {who} has been waiting for a word about their change to “{title}”")),
    (21, lazy("For three weeks {who} has been waiting for a word about their change to “{title}”")),
)


def _looks_after(reader: Reader, path: str) -> bool:
    """Whether the page is the person's own to answer for: many more may decide than are asked."""
    team = reader.access(path).team_page
    if team is not None:
        return team in reader.teams
    return reader.person is not None and reader.person.role == "admin"
