"""No mail states what is not so: each of its sentences stands here, with what holds it.

``UNSAID``: values of a template with which the sentence would be false, and is not said. ``LASTS``:
a time that it names, and the one that the code keeps. ``SENT``: the mail is not sent where it would
be false; the test that shows it. ``NO_FACT``: it asks, offers, or tells what a button does.
"""

import re
from datetime import date, timedelta
from functools import cache
from html import unescape
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from wiki.instance import Instance
from wiki.mail_templates import compose
from wiki.people.accounts.mail_tokens import LIFETIME, MailLink
from wiki.people.accounts.notifications import letter_values
from wiki.people.follow import by_mail

ROOT = Path(__file__).parents[2]
_DAY = date(2027, 3, 18)
_URL = "https://wiki.example.org/x"
_MOVED = letter_values(MailLink("moved", "a@example.org", "Awa", "en", ""), _URL)
_TOPIC = {"kind": "need", "said": "A well", "page_title": "Wells"}
_WHEN = {"day": _DAY, "at": None, "last": None, "until": None}
_EVENT = {
    "title": "Evening",
    "when": _WHEN,
    "was": _WHEN,
    "place": "Rennes",
    "old_place": "",
    **dict.fromkeys(("leaves", "calendar"), _URL),
}
_CHANGE = {**_EVENT, "state": "coming", "elsewhere": False}
_STILL = dict.fromkeys(("cancelled", "back", "moved"), False)
_NEWS: dict[str, Any] = {
    "title": "LoRa",
    "url": _URL,
    "last": "",
    "day": None,
    "months": 3,
    "shown": _DAY,
}
_NEWS |= {"event": "", "choices": [], **dict.fromkeys(("tell", "nothing", "end"), _URL)}
_ASK = {
    **dict.fromkeys(("again", "relay", "missed"), False),
    "other": "Marc",
    "proposer": "",
    "place": "b",
    "said": "",
    "topic": _TOPIC,
}
_FATE = {"title": "A page", "words": "Used", "reply": "", "url": _URL, "change": ""}
_DECISION = {"project": "LoRa", "event": "Evening", "selected": False, "words": "Thank you."}
_DECISION |= {"reasons": [], "doors": [], "agree": "", "signer": ""}
_PAGE = {"title": "Wells", "link": _URL, "words": ""}
_AFTER = {"title": "Evening", "last_day": _DAY}
_TEAM = SimpleNamespace(kind="team", words="")
_GUEST = SimpleNamespace(kind="guest", words="")
_DIGEST = {"title": "News", "asked": [], "asked_more": 0, "groups": [], "more": 0}
_ROUND = {"title": "Evening", "projects": ["LoRa", "Wells"], "last_day": _DAY, "least": 5}

UNSAID: tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...] = (
    ("account", _MOVED, ("nothing has changed", "The link works once")),
    (
        "applications/mail/decision",
        _DECISION,
        ("Why:", "Next doors:", "May we name you in the programme"),
    ),
    ("comments/mail/mention", {"by": "", "title": "Wells", "words": "W"}, ("names you in a",)),
    (
        "encounters/mail/after",
        {**_AFTER, "others": 0, "projects": True},
        ("tell somebody", "agreed to be found again"),
    ),
    ("encounters/mail/after", {**_AFTER, "others": 2, "projects": False}, ("of the programme",)),
    ("encounters/mail/after", {**_AFTER, "others": 2, "projects": True}, ("One other person",)),
    (
        "feedback/mail/fates",
        {"lines": [_FATE], "more": 0},
        (
            "And one more",
            "And {count} more",
            "A page that you no longer see",
            "What changed",
            "See what changed",
        ),
    ),
    ("feedback/mail/confirm", {"title": ""}, ("Confirm what you said of “",)),
    (
        "introductions/mail/ask",
        _ASK,
        (
            "has been waiting for you",
            "would like you to meet",
            "wanted to talk to you",
            "Nobody who looks after",
            "is interested in",
            "can help “",
        ),
    ),
    (
        "introductions/mail/cross",
        {"other": "Marc", "address": "m@example.org", "topic": None, "said": ""},
        ("is written to through the wiki",),
    ),
    ("needs/mail/still", {"needs": [], "stop": _URL}, ("this need",)),
    ("news/mail/ask", {"projects": [_NEWS], "stop": _URL}, ("Presented", "Last news", "met you")),
    (
        "news/mail/ask",
        {"projects": [{**_NEWS, "day": _DAY, "last": "Here"}], "stop": _URL},
        ("No dated news",),
    ),
    (
        "questionnaires/mail/ask",
        {**_ROUND, "chosen": ""},
        ("You were there", "Only ,", "then the team", "minutes"),
    ),
    ("questionnaires/mail/ask", {**_ROUND, "chosen": "Awa"}, ("Only the team of",)),
    (
        "registrations/mail/change",
        {**_CHANGE, **_STILL, "moved": True, "state": "waiting"},
        ("Your ticket", "my ticket", "another place", "Another date", "cancelled", "after all"),
    ),
    (
        "registrations/mail/change",
        {**_CHANGE, **_STILL, "elsewhere": True, "old_place": "Brest"},
        ("Another date", "Another hour", "cancelled", "after all"),
    ),
    (
        "registrations/mail/change",
        {**_CHANGE, **_STILL, "moved": True, "was": {**_WHEN, "day": date(2027, 3, 1)}},
        ("Another hour", "Another place"),
    ),
    ("registrations/mail/change", {**_CHANGE, **_STILL, "back": True}, ("is cancelled",)),
    ("registrations/mail/change", {**_CHANGE, **_STILL, "cancelled": True}, ("after all",)),
    (
        "registrations/mail/gone",
        {"title": "Evening", "count": 0},
        ("was told", "were told", "they are then told"),
    ),
    ("registrations/mail/gone", {"title": "Evening", "count": 1}, ("no registration to write to",)),
    (
        "registrations/mail/presenter",
        {**_EVENT, **_STILL, "project": "LoRa", "back": True},
        ("is cancelled",),
    ),
    *(
        (
            "registrations/mail/state",
            {**_EVENT, "kind": kind, "state": state, "until": "noon", "code": []},
            tuple(words for own, words in _STATES if own != kind),
        )
        for _STATES in [
            (
                ("coming", "You are registered. Show"),
                ("waiting", "All places are taken"),
                ("offered", "A place has become free"),
                ("cancelled", "The organisers have cancelled"),
                ("reminder", "tomorrow"),
                ("again", "You are registered already"),
            )
        ]
        for kind, state in (
            ("coming", "coming"),
            ("waiting", "waiting"),
            ("offered", "offered"),
            ("cancelled", "cancelled"),
            ("reminder", "coming"),
            ("again", "coming"),
        )
    ),
    (
        "digest",
        {**_DIGEST, "settings_url": _URL},
        ("What waits for you", "has news", "have news", "without an account"),
    ),
    ("handover", {"title": "Wells", "accepted": False, "answer": "No."}, ("You are now in",)),
    ("handover", {"title": "Wells", "accepted": True, "answer": ""}, ("was not accepted",)),
    (
        "invitation",
        {"invitation": _GUEST, "who": "Awa", "title": "Wells", "days": 7},
        ("join the team", "for one day", "kept nowhere else"),
    ),
    (
        "invitation",
        {"invitation": _TEAM, "who": "Awa", "title": "Wells", "days": 7},
        ("read and correct", "where projects meet"),
    ),
    (
        "mirror",
        {"mirror": "m", "address": "a", "over": True, "explained": None},
        ("needs someone",),
    ),
    (
        "proposal_accepted",
        {**_PAGE, "adapted": False, "trusted": False},
        ("with some changes", "From now on you write"),
    ),
    (
        "proposal_accepted",
        {**_PAGE, "adapted": True, "trusted": False},
        ("stands in the page. Thank you",),
    ),
    ("proposal_partly", {**_PAGE, "trusted": False}, ("From now on you write",)),
    (
        "proposal_waits",
        {**_PAGE, "there": True},
        ("has been taken away", "whose names are on the page"),
    ),
    ("proposal_waits", {**_PAGE, "there": False}, ("You can wait",)),
    ("report_answered", {**_PAGE, "state": "kept"}, ("is closed", "taken down", "Its text stays")),
    ("report_answered", {**_PAGE, "state": "restricted"}, ("taken down", "stays as it is")),
    ("report_answered", {**_PAGE, "state": "deleted"}, ("is closed", "stays as it is")),
)  # fmt: skip

#: what a sentence says that lasts, where it is kept, and how long it is
LASTS = (
    ("for one hour", LIFETIME, timedelta(hours=1)),
    ("your address is forgotten in two days", by_mail.LIFETIME, timedelta(days=2)),
    ("and nobody was asked", "introductions.store.CONFIRMING", timedelta(days=2)),
    ("By the same link you see later", "feedback.jobs.CONFIRMING", timedelta(days=2)),
    ("The link is good for two days", "registrations.jobs.CONFIRMING", timedelta(days=2)),
    ("forgotten after two weeks", "correspondents.store.CONFIRM_LASTS", timedelta(days=14)),
    ("waiting for you for a week", "introductions.store.REMINDED", timedelta(days=7)),
    ("A month ago you and", "introductions.jobs.OUTCOME_AFTER", timedelta(days=30)),
    ("In a month we ask once", "introductions.jobs.OUTCOME_AFTER", timedelta(days=30)),
    ("Each link leads to a page with one button", "news.requests.GOOD_FOR", timedelta(days=60)),
    ("Each link works once", "needs.reminders.GOOD_FOR", timedelta(days=60)),
    ("A month ago you proposed", "wiki.editing.review.jobs.LONG", timedelta(days=30)),
)

_INTRODUCED = "plugins/introductions/tests/test_states.py"
_ASKED = "plugins/questionnaires/tests/test_questionnaires.py"
_TOLD = "plugins/registrations/tests/test_changes.py"
_PROPOSED = "tests/editing/test_holding.py"
SENT = (
    ("The evening was held", "plugins/applications/tests/test_presentations.py",
     "test_an_evening_that_was_not_held_presents_nobody"),
    ("This was said of", "plugins/comments/tests/test_people.py",
     "test_who_is_named_is_told_as_they_wish"),
    ("We have got a mail", "plugins/correspondents/tests/test_mail.py",
     "test_whose_mail_it_was_not_says_no"),
    ("Addresses cross once", _INTRODUCED, "test_an_address_leaves_only_after_two_yeses"),
    ("Your address is given to nobody", _INTRODUCED, "test_an_address_leaves_only_after_two_yeses"),
    ("You have both said yes", _INTRODUCED, "test_an_address_leaves_only_after_two_yeses"),
    ("It did not come about", _INTRODUCED, "test_what_rests_is_over_and_tells_nobody_twice"),
    ("it is the only reminder", _INTRODUCED, "test_one_reminder_and_none_to_who_has_answered"),
    ("This is asked once.", "plugins/introductions/tests/test_queue.py",
     "test_what_came_of_it_is_on_ones_own_page"),
    ("It is anonymous", "plugins/questionnaires/tests/test_attack.py",
     "test_no_attack_on_the_bytes_beats_chance"),
    ("People who were asked after", _ASKED, "test_below_k_nobody_reads_and_all_is_erased"),
    ("The questionnaire about", _ASKED, "test_a_chosen_reader_may_shield_the_team"),
    ("Without a word from you", _ASKED, "test_without_a_word_of_the_reader_it_opens"),
    ("What would you say to the", _ASKED, "test_a_project_that_is_withdrawn_meanwhile_is_skipped"),
    ("The event that you are registered for", _TOLD, "test_who_cancelled_is_told_nothing_more"),
    ("Something changes about", _TOLD, "test_other_edits_and_slips_that_are_mended_tell_nobody"),
    ("We look forward to seeing you", _TOLD, "test_a_mail_that_was_late_says_what_is_so_by_then"),
    ("The event was cancelled", _TOLD, "test_each_change_is_told_once"),
    ("Nothing has been heard of th", "plugins/needs/tests/test_asking.py",
     "test_what_was_imported_is_asked_about_later_and_little_by_little"),
    ("You are not asked again", "plugins/needs/tests/test_asking.py",
     "test_one_mail_for_all_of_someone_s_and_never_twice"),
    ("Nobody has answered yet", _PROPOSED,
     "test_those_who_decide_are_reminded_twice_and_who_waits_is_told_once"),
    ("It was read, and not taken up", "tests/web/test_moderation.py",
     "test_a_no_says_why_and_spam_is_told_nothing"),
    ("Part of what you proposed", "tests/web/test_moderation.py",
     "test_a_visitor_proposes_the_owner_accepts_and_the_visitor_is_told"),
    ("in step again", "tests/test_mirroring.py",
     "test_a_remote_that_is_gone_is_told_once_a_day_and_comes_back"),
    ("The address “{what}”", "plugins/webhooks/tests/test_sending.py",
     "test_who_does_not_answer_is_tried_again_then_turned_off"),
)  # fmt: skip

#: parts of sentences that state nothing which could be otherwise
NO_FACT = (
    "You were not there, or would rather",
    "Its text stays in the history that git keeps",
    "One link and one sentence are enough",
    "What you said of",
    "Thank you for having said it.",
    "Whoever opens the link answers in your place",
    "This mail comes from the wiki",
    "Once it is mended",
    "It was you: there is nothing to do",
    "You have sent yourself this mail",
    "It does, since you read it",
    "No password is needed.",
    "If you do not want this",
    "you want to be told",
)


@pytest.mark.parametrize(("template", "values", "unsaid"), UNSAID)
def test_what_is_not_so_is_not_said(
    instance: Instance, template: str, values: dict[str, Any], unsaid: tuple[str, ...]
) -> None:
    letter = compose(instance, template, "en", **{"name": "Awa", "url": _URL, **values})
    html = " ".join(unescape(re.sub(r"<[^>]+>", " ", letter.html.split("<body")[-1])).split())
    for text in (f"{letter.subject}\n{letter.text}", html):
        said = " ".join(text.split())
        assert [words for words in unsaid if words in said] == []


@pytest.mark.parametrize(("words", "kept", "lasts"), LASTS)
def test_the_times_that_mails_name_are_those_that_are_kept(
    instance: Instance, words: str, kept: timedelta | str, lasts: timedelta
) -> None:
    if isinstance(kept, str):
        module, _, name = kept.rpartition(".")
        prefix = "" if module.startswith("wiki.") else "wiki_plugins."
        kept = getattr(import_module(prefix + module), name)
    assert kept == lasts
    assert any(words in message for _folder, message in _messages())


def test_every_sentence_of_every_mail_is_held() -> None:
    held = {(_folder(template), words) for template, _values, unsaid in UNSAID for words in unsaid}
    anywhere = {words for words, *_how in (*LASTS, *SENT)} | set(NO_FACT)
    free = [
        message
        for folder, message in _messages()
        # Headings, labels and buttons have no full stop.
        if "." in message
        and not any(words in message for words in anywhere)
        and not any(folder == where and words in message for where, words in held)
    ]
    assert free == []
    for words, file, test in SENT:
        assert any(words in message for _folder, message in _messages()), words
        assert f"def {test}(" in (ROOT / file).read_text("utf-8"), (file, test)


def _folder(template: str) -> str:
    return template.rpartition("/")[0] or "mail"


@cache
def _messages() -> tuple[tuple[str, str], ...]:
    """All that mails say, in English, each with the folder of its template."""
    reading = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    files = [*ROOT.glob("templates/mail/*"), *ROOT.glob("plugins/*/templates/*/mail/*")]
    found = (
        (file.parent.relative_to(file.parents[1].parent).as_posix().removeprefix("templates/"), one)
        for file in sorted(files)
        for _line, _function, said in extract_from_ast(reading.parse(file.read_text("utf-8")))
        for one in (said if isinstance(said, tuple) else (said,))
        if one
    )
    return tuple(dict.fromkeys(found))
