"""What becomes of an answer: four fates, the reasons to set one aside, and their words."""

from wiki.api.translation import gettext, lazy

from .models import HELD, UNCONFIRMED, AnswerRow

USED, KEPT, ANSWERED, ASIDE = FATES = ("used", "kept", "answered", "aside")

#: why one is set aside, in words that its author reads
REASONS = {
    "known": lazy("We had thought of it too, and it is under way."),
    "tried": lazy("We have tried it, and it did not work for us."),
    "means": lazy("We do not have the means for it now."),
    "other": lazy("We have made another choice."),
    "elsewhere": lazy("It is about something else than this page."),
}


def words_of(row: AnswerRow) -> str:
    """How an answer stands, for its author."""
    if row.fate == USED:
        return gettext("It was used: the page has changed.")
    if row.fate == KEPT:
        return gettext("It is kept for later.")
    if row.fate == ANSWERED:
        return gettext("The team has answered you.")
    if row.fate == ASIDE:
        reason = REASONS.get(row.reason)
        return str(reason) if reason is not None else gettext("It is set aside.")
    if row.state == UNCONFIRMED:
        return gettext("It waits for you to confirm it.")
    if row.state == HELD:
        return gettext("It has arrived. A first message is read over before it goes on.")
    return gettext("It has arrived. The team has not said yet what becomes of it.")


def choices() -> list[tuple[str, str]]:
    """The four, for the team."""
    labels = {
        USED: gettext("Used: the page has changed"),
        KEPT: gettext("Kept for later"),
        ANSWERED: gettext("Answered, in a few words"),
        ASIDE: gettext("Set aside, and why"),
    }
    return [(name, labels[name]) for name in FATES]
