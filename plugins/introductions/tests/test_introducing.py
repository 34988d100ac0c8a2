"""Answering, proposing, two yeses and all that may go otherwise, over HTTP and real mails."""

import re
from typing import Any

import pytest

from wiki.api.reading.rows import get_row
from wiki.people.accounts import set_disabled
from wiki.people.accounts.access_tokens import issue
from wiki.people.limits.requests import asked_of
from wiki.people.privacy.erasure import erase
from wiki.testing import token, unkeyed
from wiki.testing.texts import page

from .conftest import ALONE, NEED, OFFER

Village = Any


def test_an_expert_without_an_account_and_an_owner_meet(village: Village) -> None:
    url = f"/-/introductions/answer/{NEED}"
    form = village.see("", url)
    assert "LoRaWAN" in form and 'name="email"' in form
    said = {"words": "J’ai déployé trois réseaux.", "name": "Zoé", "email": "zoe@example.net"}
    village.send("", url, 200, **said)
    assert village.mails_to("awa") == [], "nobody is asked before the address is shown to be theirs"
    (mail,) = village.mails_to("zoe@example.net")
    assert "trois réseaux" not in mail and "Zoé" not in mail, "anybody may have typed this"
    page = village.see("", village.link("zoe@example.net"))
    assert "Est-ce bien de vous" in page and "Vous êtes Zoé" in page
    assert village.mails_to("awa") == [], "opening a link does nothing"
    village.act("zoe@example.net", "confirm")
    (asked,) = village.mails_to("awa")
    assert "Zoé" in asked and "trois réseaux" in asked and "zoe@" not in asked
    assert "Vous êtes Awa" in village.see("", village.link("awa"))
    village.act("awa", "yes")
    assert "zoe@example.net" in village.mails_to("awa")[-1]
    assert village.people["awa"].email in village.mails_to("zoe@example.net")[-1]
    village.act("zoe@example.net", "outcome", outcome="met")
    village.later(days=30)
    assert len(village.mails_to("zoe@example.net")) == 2, "who has said it is not asked"
    assert "un mois" in village.mails_to("awa")[-1]
    assert "zoe@example.net" not in "".join(village.shown)


def test_the_forms_of_who_has_an_account(village: Village) -> None:
    page = village.see("marc", f"/-/introductions/answer/{NEED}")
    assert "LoRaWAN" in page and 'name="words"' in page and 'name="email"' not in page
    form = f"/-/introductions/propose?about={NEED}"
    page = village.see("cara", form)
    assert "LoRaWAN" in page and 'name="person"' in page and 'name="email"' in page
    assert "Sans compte" in village.see("cara", f"{form}&person=personnes/sans")


def test_a_double_click_and_a_link_used_twice_do_it_once(village: Village) -> None:
    village.helps()
    village.helps()
    assert len(village.mails_to("awa")) == 1
    link = village.link("awa")
    village.act("awa", "yes")
    village.act("awa", "yes")
    village.act("awa", "no")
    assert len(village.mails_to("awa")) == 2 and len(village.mails_to("marc")) == 1
    assert "dans le courriel" in village.see("", link)


def test_a_no_is_silent_and_kind(village: Village) -> None:
    village.helps()
    village.act("awa", "no")
    theirs = village.see("marc", "/-/introductions")
    assert "l’autre n’a pas encore répondu" in theirs
    assert village.mails_to("marc") == []
    village.later(days=8)
    assert len(village.mails_to("awa")) == 1, "who said no is not reminded"
    village.later(days=14)
    (rests,) = village.mails_to("marc")
    assert "sans suite" in rests and "non" not in unkeyed(rests).split("LoRaWAN")[0]


def test_nobody_is_asked_once_the_day_of_a_need_is_over(village: Village) -> None:
    """No button, no card of the connectors', and an old address of the form says so."""
    url = f"/-/introductions/answer/{NEED}"
    assert url in village.see("marc", f"/-/needs/{NEED}")
    over = f"::: besoins\n- [ ] Un expert LoRaWAN avant:2001-01-01 {{#{NEED}}}\n\n:::\n"
    team = '["[[personnes/awa]]"]'
    village.write({"lora.md": page(over, type="project", title="LoRa à la ferme", team=team)})
    html = village.see("marc", f"/-/needs/{NEED}")
    assert url not in html and "Ceci n’attend plus de réponse" in html
    assert "LoRaWAN" not in village.see("cara", "/-/queue")
    assert "n’attend plus de réponse" in village.helps(status=422)
    assert village.mails_to("awa") == []


def test_silence_is_reminded_of_once_and_then_rests(village: Village) -> None:
    village.helps()
    for _ in range(3):
        village.later(days=5)
    assert len(village.mails_to("awa")) == 2
    assert "seul rappel" in village.mails_to("awa")[-1]
    link = village.link("awa")
    village.later(days=7)
    village.later(days=1)
    assert "sans suite" in village.mails_to("marc")[-1] and len(village.mails_to("marc")) == 1
    assert "est terminée" in village.see("", link)
    village.act("awa", "yes")
    assert len(village.mails_to("awa")) == 2, "an expired link does nothing"


def test_a_connector_brings_two_together(village: Village) -> None:
    village.proposes()
    for who, other in (("lea", "Awa"), ("awa", "Léa")):
        (mail,) = village.mails_to(who)
        assert "Cara" in mail and other in mail and "tous deux radio" in mail
        assert "example.org" not in mail.replace(village.people[who].email, "")
    village.act("lea", "yes")
    assert "example.org" not in "".join(village.mails_to("awa"))
    assert "attend les deux" in village.see("cara", "/-/introductions")
    village.act("awa", "yes")
    assert village.people["awa"].email in village.mails_to("lea")[-1]
    assert "en contact" in village.see("cara", "/-/introductions")
    assert village.mails_to("cara") == []
    for stranger in ("anne", "dan", "marc"):
        page = village.see(stranger, "/-/introductions")
        assert "Léa" not in page and "LoRaWAN" not in page, "not even an administrator"


def test_who_proposed_sees_that_it_came_to_nothing_and_not_why(village: Village) -> None:
    village.proposes()
    village.act("awa", "yes")
    village.act("lea", "no")
    page = village.see("cara", "/-/introductions")
    assert "n’a pas abouti" in page
    assert "attend" not in village.see("", village.link("awa")).split("<main")[0]


def test_a_newcomer_whom_nobody_has_read_sends_words_to_nobody(village: Village) -> None:
    from sqlalchemy import update

    from wiki.people.models.accounts import PersonRow

    with village.instance.private.session() as session:
        held = update(PersonRow).where(PersonRow.id == village.people["dan"].id)
        session.execute(held.values(held=village.now))
    form = {"about": NEED, "words": "Achetez", "name": "Zoé"}
    url = "/-/introductions/propose"
    village.see("dan", f"{url}?about={NEED}", 403)
    village.send("dan", url, 403, email="zoe@loin.example", **form)
    assert village.mails_to("zoe@loin.example") == village.mails_to("awa") == []


def test_who_fits_is_suggested_where_they_may_read_what_it_is_about(village: Village) -> None:
    from wiki.reading import Reader

    whom, subjects = village.part("recipients"), village.part("subjects")
    village.write(
        {
            "coin.md": "---\ntype: project\nvisibility: team\nteam: [personnes/awa]\n---\n"
            "::: besoins\n- [ ] Relire une architecture radio {#b-cccccccc}\n\n:::\n",
        }
    )
    reader = Reader(village.instance, village.people["awa"])
    page = get_row(reader, "personnes/lea")
    for about, may in ((NEED, True), ("b-cccccccc", False)):
        subject = subjects.subject_of(Reader(village.instance, village.people["anne"]), about)
        assert whom._may_be_asked(reader, page, subject) is may


def test_an_address_given_by_a_third_person_says_nothing_of_whose_it_is(village: Village) -> None:
    known = village.people["marc"].email
    for name, email in (("Quelqu’un", known), ("Une autre", "inconnue@example.net")):
        village.proposes(whom="", name=name, email=email)
    page = village.see("cara", "/-/introductions")
    assert "Quelqu’un" in page and "Marc" not in page and "@example" not in page
    assert len(village.mails_to("marc")) == len(village.mails_to("inconnue@example.net")) == 1
    assert village.proposes(whom="personnes/sans", status=422)


def test_a_hidden_side_is_written_to_through_the_wiki(village: Village) -> None:
    village.helps(hidden="1")
    village.act("awa", "yes")
    marc = village.people["marc"].email
    (_asked, crossed) = village.mails_to("awa")
    assert marc not in crossed and "par le wiki" in crossed
    village.act("awa", "write", words="Bonjour,\r\nquand ?\r\nBcc: tous@example.net")
    mail = village.mails_to("marc")[-1]
    assert "quand ?" in mail and village.people["awa"].email not in mail
    sent = [one for one in village.mails() if one["To"] == marc][-1]
    assert not {"Cc", "Bcc", "Reply-To"} & set(sent.keys())
    village.act("marc", "write", words="Demain.")
    assert "Demain." in village.mails_to("awa")[-1] and marc not in "".join(village.mails_to("awa"))


def test_a_link_that_was_forwarded_tells_nothing(village: Village) -> None:
    village.helps()
    link = village.link("awa")
    page = village.see("dan", link)
    assert "Awa" in page and "Marc" not in page and "LoRaWAN" not in page
    village.send("dan", link, 403, action="yes")
    assert village.mails_to("marc") == []
    village.see("", link[:-3] + "abc", 404)


def test_who_is_erased_in_the_middle_leaves_the_other_kindly(village: Village) -> None:
    village.proposes()
    village.act("awa", "yes")
    erase(village.instance.private, village.people["lea"].id)
    assert "est terminée" in village.see("", village.link("awa"))
    village.later(minutes=10)
    assert "sans suite" in village.mails_to("awa")[-1]
    assert "Léa" not in village.see("cara", "/-/introductions")


def test_so_does_an_account_that_is_closed(village: Village) -> None:
    village.helps()
    link = village.link("awa")
    set_disabled(village.instance.private, village.people["awa"].id, True, by="test")
    village.see("", link, 404)
    village.later(minutes=10)
    assert "sans suite" in village.mails_to("marc")[-1]
    assert "ne lit" in village.helps("dan", status=422)


def test_a_need_deleted_while_in_talks(village: Village) -> None:
    village.helps()
    village.write({"lora.md": "---\ntype: project\ntitle: LoRa\n---\n"})
    assert "plus sur sa page" in village.see("", village.link("awa"))
    village.act("awa", "yes")
    assert village.people["awa"].email in village.mails_to("marc")[-1], "the two may still meet"
    village.see("dan", f"/-/introductions/answer/{NEED}", 404)


def test_an_address_that_does_not_answer_is_told_to_who_proposed(village: Village) -> None:
    from wiki.people.mail.queue import settle, take
    from wiki.people.mail.values import Refused

    village.proposes(whom="", name="Une experte", email="fausse@example.net")
    private = village.instance.private
    while (taken := take(private, "here")) is not None:
        if taken.mail.to == "fausse@example.net":
            settle(private, "here", Refused(taken.mail.key, "no such box"))
    page = village.see("cara", "/-/introductions")
    assert "L’adresse de Une experte ne répond pas" in page and "fausse@" not in page


def test_nobody_answers_for_the_page(village: Village) -> None:
    """Said before the form is filled in; who answers agrees that others read it instead."""
    url = f"/-/introductions/answer/{ALONE}"
    assert "ne lit de courriels" in village.see("", url) and 'name="relay"' in village.see("", url)
    assert 'name="words"' not in village.see("cara", f"/-/introductions/propose?about={ALONE}")
    asked = village.helps(about=ALONE, status=422)
    assert "J’ai déployé trois réseaux." in asked and "personne ne lirait" in asked
    assert village.mails() == []
    village.helps(about=ALONE, relay="1")
    for who in ("cara", "dan"):
        (mail,) = village.mails_to(who)
        assert "Marc peut aider « Seul »" in mail and "à sa place" in mail
    assert village.mails_to("anne") == [] == village.mails_to("awa")
    assert "à sa place" in village.see("", village.link("cara"))
    village.act("cara", "yes")
    assert "cara@example.org" in village.mails_to("marc")[-1]
    assert "marc@example.org" in village.mails_to("cara")[-1]


def test_nor_does_anybody_for_an_offer(village: Village) -> None:
    offer = "o-zzzzzzzz"
    text = f"::: offres\n- Un tour de potier dispo:0 {{#{offer}}}\n\n:::\n"
    village.write({"personnes/sans.md": page(text, type="person", title="Sans compte")})
    url = f"/-/introductions/answer/{offer}"
    assert "ne lit de courriels" in village.see("", url) and 'name="relay"' in village.see("", url)
    # The number at the offer is that of who offers it: others are asked whatever it is.
    village.helps(about=offer, relay="1")
    (mail,) = village.mails_to("cara")
    assert "Marc s’intéresse à ce que propose « Sans compte »" in mail and "à sa place" in mail
    village.act("cara", "yes")
    assert "cara@example.org" in village.mails_to("marc")[-1]


def test_who_wrote_a_line_of_another_s_page_is_not_asked_to_answer_it(village: Village) -> None:
    from wiki.editing.save import change_page

    need = "b-marc0001"
    head = {"type": "project", "team": "[personnes/awa]", "editors": "members"}
    text = page("Un texte.\n", **head)
    village.write({"radio2.md": text})
    block = f"\n::: besoins\n- [ ] Un four {{#{need}}}\n\n:::\n"
    change_page(village.reader("marc"), "radio2", lambda page: page.text + block)
    change_page(village.reader("lea"), "radio2", lambda page: f"{page.text}\nUn mot.\n")
    url = f"/-/introductions/answer/{need}"
    mine = village.see("marc", url)
    assert "C’est vous qui l’avez écrit" in mine and 'name="words"' not in mine
    village.send("marc", url, 422, words="Moi", relay="1")
    assert 'name="words"' in village.see("lea", url) and 'name="words"' in village.see("", url)


def test_a_visitor_says_whom_they_know_before_they_have_an_account(village: Village) -> None:
    """Where someone tries the wiki alone, their address makes the account at once."""
    url, client = "/-/introductions/propose", village.client("")
    form = client.get(f"{url}?about={NEED}")
    assert form.status_code == 200 and 'name="words"' in form.get_data(as_text=True)
    said = {"about": NEED, "person": "personnes/lea", "words": "Vous parlez tous deux radio."}
    assert client.post(url, data={**said, "words": ""}).status_code == 422
    last = client.post(url, data=said).location
    shown = client.get(last).get_data(as_text=True)
    assert "Léa" in shown and "tous deux radio" in shown and village.mails() == []
    begun = client.get(f"{url}?kept={last.rsplit('/', 1)[1]}").get_data(as_text=True)
    assert "tous deux radio" in begun and "Un expert LoRaWAN" in begun
    known = {"csrf_token": token(client, last), "name": "Zoé", "email": "zoe@example.net"}
    assert client.post(last, data=known).location == "/-/introductions"
    for who in ("lea", "awa"):
        (mail,) = village.mails_to(who)
        assert "Zoé" in mail and "tous deux radio" in mail


def test_who_reads_a_form_keeps_nothing_of_ours(village: Village) -> None:
    for url in (f"answer/{NEED}", f"propose?about={NEED}"):
        assert "Set-Cookie" not in village.client("").get(f"/-/introductions/{url}").headers


def test_a_team_that_reads_is_asked_itself(village: Village) -> None:
    assert 'name="relay"' not in village.see("", f"/-/introductions/answer/{NEED}")


def test_where_nobody_at_all_would_read_it_no_form_is_shown(village: Village) -> None:
    from wiki.people.accounts import set_disabled

    for who in ("cara", "dan", "anne"):
        if who != "anne":
            set_disabled(village.instance.private, village.people[who].id, True, by="test")
    # An administrator is left: it is they who read it.
    page = village.see("", f"/-/introductions/answer/{ALONE}")
    assert "s’occupent de ce site" in page
    assert 'name="words"' not in village.see("anne", f"/-/introductions/answer/{ALONE}")


def test_nobody_is_asked_more_than_they_said(village: Village) -> None:
    village.write({"autre.md": '---\ntype: project\nteam: ["[[personnes/awa]]"]\n---\n# Autre\n'})
    village.proposes()
    village.proposes("dan", about="lora")
    assert asked_of(village.instance.private, "personnes/lea") == 2
    page = village.proposes("anne", about="lora", status=303)
    assert village.mails_to("lea") and asked_of(village.instance.private, "personnes/lea") == 2
    page = village.helps("dan", OFFER, 422)
    assert "pas à solliciter" in page
    # By an answer, by a person or by a card of the queue: the same number.
    page = village.send(
        "dan",
        "/-/queue",
        422,
        key="need:b-zzzzzzzz",
        what="propose",
        about="autre",
        person="personnes/lea",
        words="Vous parlez tous deux radio.",
    )
    assert "pas à solliciter" in page
    assert asked_of(village.instance.private, "personnes/lea") == 2
    village.later(days=31)
    village.helps("dan", OFFER)
    assert "pas à solliciter" in village.helps("cara", OFFER, 422), "the offer says one a month"


def test_an_owner_hears_of_answers_to_their_need_whatever_their_time(village: Village) -> None:
    for who in ("marc", "dan", "cara"):
        village.helps(who)
    assert (
        len(village.mails_to("awa")) == 3
        and asked_of(village.instance.private, "personnes/awa") == 0
    )


def test_five_a_day_and_three_to_the_same(village: Village) -> None:
    def some(number: int, about: str, status: int = 303) -> str:
        email = f"x{number}@example.net"
        text: str = village.proposes(whom="", name="X", email=email, about=about, status=status)
        return text

    for number in range(3):
        some(number, "lora")
    assert "à demain" in some(3, "lora", 429), "to the same recipient"
    some(4, "radio")
    some(5, "radio")
    assert "à demain" in some(6, OFFER, 429), "by the same sender"
    assert len(village.mails_to("awa")) == 3 and len(village.mails_to("lea")) == 2
    village.later(days=1)
    some(6, OFFER)


def test_words_hold_no_address_and_no_hidden_characters(village: Village) -> None:
    assert "adresses" in village.helps(words="écrivez à marc@example.org", status=422)
    village.helps(words="a\u202eb", status=422)
    village.helps(words="", status=422)
    village.helps(words="x" * 401, status=422)
    assert village.mails_to("awa") == []


@pytest.mark.parametrize("name", ["Zoé\r\nBcc: x@example.net", "Zoé <zoe@example.net>", "\u202e"])
def test_a_name_cannot_be_a_header(village: Village, name: str) -> None:
    url = f"/-/introductions/answer/{NEED}"
    village.send("", url, 422, words="Oui.", name=name, email="zoe@example.net")
    village.send("", url, 422, words="Oui.", name="Zoé", email="z@example.net\nCc: a@b.fr")
    assert village.mails() == []


def test_a_sender_is_blocked_and_reported(village: Village) -> None:
    for who in ("awa", "lea"):
        about = NEED if who == "awa" else OFFER
        village.helps(about=about)
        village.act(who, "report")
    assert village.mails_to("marc") == []
    assert "est terminée" in village.see("", village.link("awa"))
    village.helps()
    assert len(village.mails_to("awa")) == 1, "nothing more comes from there"
    village.later(days=2)
    third = village.person("Tiers", page="personnes/sans")
    with village.instance.private.session() as session:
        row = village.part("models").BlockRow
        session.add(
            row(who=third.id, sender=village.people["marc"].id, at=village.now, reported=True)
        )
    assert "Plusieurs personnes" in village.helps(about=OFFER, status=403)


def test_no_more_proposals_in_one_click(village: Village) -> None:
    village.proposes()
    mail = next(one for one in village.mails() if one["To"] == village.people["lea"].email)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = mail["List-Unsubscribe"].strip("<>").split("8080")[1]
    assert "Ne plus me proposer" in village.see("", path)
    assert village.client().post(path).status_code == 200
    assert "pas à solliciter" in village.proposes("dan", about="lora", status=422)
    village.client().post(path, data={"undo": "1"})
    village.proposes("dan", about="lora")
    for _twice in range(2):
        assert village.client("marc").post(path).status_code == 403, "it was passed on"
    page = village.see("marc", path)
    assert "Léa" in page and "solliciter" not in page


def test_what_came_of_it_is_told_when_both_want_it(village: Village) -> None:
    village.helps()
    village.act("awa", "yes")
    village.act("marc", "line", 422, line="écrire à marc@example.org")
    village.act("marc", "line", line="Rencontre avec Marc, qui relit le plan radio")
    assert "Rencontre avec Marc" in village.mails_to("awa")[-1]
    village.act("marc", "agree", line="Rencontre avec Marc, qui relit le plan radio")
    assert "Rencontre" not in village.see("", "/lora"), "one is not both"
    village.act("awa", "agree", line="une autre phrase")
    village.act("awa", "agree", line="Rencontre avec Marc, qui relit le plan radio")
    village.act("awa", "agree", line="Rencontre avec Marc, qui relit le plan radio")
    text = village.see("", "/lora.md")
    assert text.count("Rencontre avec Marc") == 1
    story = text[text.index("::: historique") :]
    assert story.index("Rencontre") < story.index("Premier capteur") < story.index("concept")


def test_a_proposal_can_be_taken_back(village: Village) -> None:
    village.proposes()
    village.act("awa", "yes")
    page = village.see("cara", "/-/introductions")
    found = re.search(r'name="id" value="(\w+)"', page)
    assert found
    village.send("dan", "/-/introductions", id=found[1])
    assert village.mails_to("awa")[-1:] == village.mails_to("awa")[:1]
    village.send("cara", "/-/introductions", id=found[1])
    assert "sans suite" in village.mails_to("awa")[-1]


def test_it_waits_on_the_account_page(village: Village) -> None:
    village.helps()
    page = village.see("awa", "/-/account")
    assert "Marc attend une réponse" in page
    village.act("awa", "yes")
    assert "attend une réponse" not in village.see("awa", "/-/account")


def test_milestones_are_the_first_days(village: Village) -> None:
    milestones = village.part("presenters").milestones
    village.helps()
    assert [one[:2] for one in milestones(village.instance)] == [(NEED, "answer")]
    village.act("awa", "yes")
    erase(village.instance.private, village.people["marc"].id)
    village.later(days=400)
    kinds = [one[:2] for one in milestones(village.instance)]
    assert kinds == [(NEED, "answer"), (NEED, "introduction")], "they outlive who met"


def test_no_address_in_anything_that_leaves(village: Village, caplog: Any) -> None:
    """Feeds, the API, git, logs and every page of whole journeys."""
    village.helps()
    village.act("awa", "yes")
    village.act("awa", "line", line="Rencontre")
    village.act("marc", "agree", line="Rencontre")
    village.proposes()
    village.act("lea", "yes")
    for url in (
        f"/-/needs/{NEED}",
        "/-/needs",
        "/-/needs.atom",
        "/-/changes.atom",
        "/-/introductions",
        "/-/api/v1/needs",
        "/lora",
        "/-/search?q=radio",
    ):
        village.see("awa", url)
        village.see("", url, 200 if url != "/-/introductions" else 302)
    secret = issue(
        village.instance.private, village.people["anne"].id, name="x", scopes=["read"], days=1
    )
    village.see("", "/-/api/v1/needs", Authorization=f"Bearer {secret}")
    repository = village.instance.repository
    written = "".join(
        f"{file}{repository.read(file, repository.head())!r}"
        for file, _blob in repository.files(repository.head())
    )
    everything = "".join([*village.shown, written, caplog.text])
    for person in village.people.values():
        assert person.email not in everything, person.name
