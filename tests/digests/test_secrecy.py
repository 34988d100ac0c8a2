"""A mail names nothing that its reader may not know of at the moment when it is written."""

from collections.abc import Callable
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

from tests.digests.conftest import Days, said
from wiki.people.accounts import set_disabled, set_page
from wiki.people.follow import by_mail as following
from wiki.people.targets import Target, read_target
from wiki.reading import Reader

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.person import Person

Save = Callable[..., str]
Mails = Callable[[], list[EmailMessage]]
Follow = Callable[["Person", Target], None]

CANARY = "canarizzz"
HEAD = (
    "---\ntype: project\ntitle: Projet {word}\nthemes: [agriculture]\n"
    "territory: Corse\n{more}---\n\n"
)
NEED = "::: besoins\n- [ ] Un besoin {word} #sol {{#b-{identity}}}\n\n:::\n"
TEAM = 'visibility: team\nteam: ["[[gens/lea]]"]\n'
EVERYTHING = (
    Target("page", "index"),
    Target("page", "ouvert"),
    Target("page", "secret"),
    Target("theme", "agriculture"),
    Target("territory", "corse"),
    Target("keyword", "sol"),
    read_target("search", "q=projet"),
    read_target("search", f"q={CANARY}"),
    read_target("search", "theme=agriculture"),
)


def page(word: str, more: str = "", identity: str = "aaaaaaaa", text: str = "") -> str:
    need = NEED.format(word=word, identity=identity)
    return HEAD.format(word=word, more=more) + need + "\n" + text


def by_mail(instance: "Instance", email: str, target: Target) -> None:
    """Follows without an account."""
    head = Reader(instance).head
    wanted = following.ask_to_follow(
        instance.private, instance.settings, email=email, lang="fr", target=target, address="x"
    )
    assert following.confirm_following(instance.private, wanted.token, rhythm="day", head=head)


@pytest.fixture
def everyone(
    instance: "Instance", save: Save, person: Any, follow: Follow, days: Days
) -> "dict[str, Person]":
    """A visitor by mail, a member, the secret's own Léa, an admin: each follows everything."""
    save({"ouvert.md": page("ouvert"), "gens/lea.md": "---\ntype: person\ntitle: Léa\n---\n"})
    found = {
        "marc": person("Marc"),
        "lea": person("Léa"),
        "racine": person("Racine", role="admin"),
    }
    set_page(instance.private, found["lea"].id, "gens/lea", by="test")
    for one in found.values():
        for target in EVERYTHING:
            follow(one, target)
    for target in EVERYTHING:
        days.pass_by(minutes=15)
        by_mail(instance, "visiteuse@example.org", target)
    return found


def told(mails: Mails) -> dict[str, str]:
    """Everything in each mail, by who gets it."""
    found = {}
    for mail in mails():
        found[str(mail["To"]).partition("@")[0]] = (
            f"{dict(mail.items())}\n{said(mail)}\n{said(mail, 'html')}"
        )
    return found


def test_a_secret_is_told_to_those_alone_who_are_in_it(
    save: Save, everyone: Any, days: Days, mails: Mails
) -> None:
    save(
        {
            "secret.md": page(CANARY, TEAM, "bbbbbbbb"),
            f"secret/{CANARY}.md": f"# {CANARY}\n",
            "ouvert.md": page("ouvert", text="Du nouveau\n"),
        },
        message=f"Le message dit {CANARY}",
    )
    days.pass_by(days=1)
    found = told(mails)
    assert set(found) == {"marc", "lea", "racine", "visiteuse"}
    assert {name for name, text in found.items() if CANARY in text} == {"lea", "racine"}
    assert all("Projet ouvert" in text for text in found.values())


def test_what_was_open_when_it_changed_is_closed_when_the_mail_is_written(
    save: Save, everyone: Any, days: Days, mails: Mails
) -> None:
    save({"secret.md": page(CANARY, identity="bbbbbbbb")}, message=f"Voici {CANARY}")
    save({"secret.md": page(CANARY, identity="bbbbbbbb", text="Plus\n")}, message=f"Et {CANARY}")
    save({"secret.md": page(CANARY, TEAM, "bbbbbbbb")}, message="Fermé")
    save({"ouvert.md": page("ouvert", text="Du nouveau\n")})
    days.pass_by(days=1)
    found = told(mails)
    # A search for the word is called by it, by whoever asked for it.
    hidden = {name for name, text in found.items() if f"Projet {CANARY}" not in text}
    assert hidden == {"marc", "visiteuse"}
    assert all(f"besoin {CANARY}" not in found[name] for name in hidden)
    assert all(f"Voici {CANARY}" not in found[name] for name in hidden)


def test_who_is_no_longer_in_the_team_is_told_nothing(
    instance: "Instance", save: Save, everyone: Any, days: Days, mails: Mails
) -> None:
    save({"secret.md": page(CANARY, TEAM, "bbbbbbbb")})
    set_page(instance.private, everyone["lea"].id, None, by="test")
    days.pass_by(days=1)
    assert CANARY not in str(told(mails).get("lea"))


def test_a_page_for_members_is_no_news_for_visitors(
    save: Save, everyone: Any, days: Days, mails: Mails
) -> None:
    save({"secret.md": page(CANARY, "visibility: members\n", "bbbbbbbb")})
    days.pass_by(days=1)
    assert set(told(mails)) == {"marc", "lea", "racine"}


def test_a_deleted_secret_stays_one(save: Save, everyone: Any, days: Days, mails: Mails) -> None:
    save({"secret.md": page(CANARY, TEAM, "bbbbbbbb"), f"secret/{CANARY}.md": "# x\n"})
    days.pass_by(days=1)
    mails()
    save({"secret.md": None, f"secret/{CANARY}.md": None}, message=f"Fin de {CANARY}")
    days.pass_by(days=1)
    found = told(mails)
    assert not {"marc", "visiteuse"} & found.keys()


def test_a_closed_account_gets_no_mail(
    instance: "Instance", save: Save, everyone: Any, days: Days, mails: Mails
) -> None:
    save({"ouvert.md": page("ouvert", text="Du nouveau\n")})
    set_disabled(instance.private, everyone["marc"].id, True, by="test")
    days.pass_by(days=1)
    assert set(told(mails)) == {"lea", "racine", "visiteuse"}


def test_a_guest_of_one_page_is_told_of_that_page(
    instance: "Instance", save: Save, everyone: Any, days: Days, mails: Mails, follow: Follow
) -> None:
    from wiki.people.access.grants import grant_guest

    secret = {"secret.md": page(CANARY, TEAM, "bbbbbbbb"), "secret/plan.md": "# Le chapitre\n"}
    save(secret)
    days.pass_by(days=1)
    mails()
    grant_guest(instance.private, everyone["marc"].id, "secret/plan", by="test")
    follow(everyone["marc"], Target("page", "secret/plan"))
    save(
        {
            "secret.md": page(CANARY, TEAM, "bbbbbbbb", "x\n"),
            "secret/plan.md": "# Le chapitre\n\nx\n",
        }
    )
    days.pass_by(days=1)
    text = told(mails)["marc"]
    assert "Le chapitre" in text and CANARY not in text
