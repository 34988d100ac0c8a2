"""One mail a person, at their rhythm: what is asked first, the newest state, nobody twice."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

from tests.digests.conftest import Days, said
from wiki.api.panels import Waiting
from wiki.digests import run
from wiki.people.accounts import set_page, set_profile
from wiki.people.follow import subscriptions
from wiki.people.follow.subscriptions import Following, set_following
from wiki.people.targets import Target, read_target
from wiki.reading import Reader
from wiki.testing import unkeyed

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.person import Person

Save = Callable[..., str]
Mails = Callable[[], list[EmailMessage]]
Follow = Callable[["Person", Target], None]

LORA = (
    "---\ntype: project\ntitle: LoRa à la ferme\nthemes: [agriculture]\n"
    "territory: Bretagne\n---\n\n"
)
NEED = "::: besoins\n- [ ] {words} #{word} {{#{identity}}}\n\n:::\n"


def titles(mails: list[EmailMessage]) -> list[str]:
    return [str(one["Subject"]) for one in mails]


def test_a_day_later_one_is_told_once_of_what_one_follows(
    save: Save, person: Any, follow: Follow, days: Days, mails: Mails
) -> None:
    save({"lora.md": LORA})
    marc = person("Marc")
    follow(marc, Target("page", "lora"))
    save({"lora.md": LORA + "Un\n"}, message="Le budget, une première fois")
    save({"lora.md": LORA + "Deux\n"}, message="Le budget est plus clair")
    save({"lora/plan.md": "# Le plan de culture\n"})
    save({"autre.md": "# Une autre page\n"})
    assert mails() == [], "not before the morning"
    days.pass_by(days=1)
    (mail,) = mails()
    text = said(mail)
    assert str(mail["To"]) == "marc@example.org"
    assert text.count("https://wiki.example.org/lora\n") == 1
    assert "Awa" in text and "Le budget est plus clair" in text and "première" not in text
    assert "Le plan de culture" in text and "Une autre page" not in text
    assert mails() == [] and mails() == []
    days.pass_by(days=1)
    assert mails() == [], "nothing new, nothing sent"


def test_what_was_before_one_followed_is_no_news(
    save: Save, person: Any, follow: Follow, days: Days, mails: Mails
) -> None:
    save({"lora.md": LORA, "autre.md": "# Autre\n"})
    marc = person("Marc")
    follow(marc, Target("page", "autre"))
    days.pass_by(hours=1)
    save({"lora.md": LORA + "Avant\n"}, message="Ce qui était avant")
    follow(marc, Target("page", "lora"))
    days.pass_by(days=1)
    assert mails() == []
    save({"lora.md": LORA + "Après\n"}, message="Ce qui vient après")
    days.pass_by(days=1)
    (mail,) = mails()
    assert "Ce qui vient après" in said(mail) and "Ce qui était avant" not in said(mail)


def test_ones_own_changes_are_no_news(
    save: Save, person: Any, follow: Follow, days: Days, mails: Mails
) -> None:
    save({"lora.md": LORA, "plan.md": "# Plan\n"})
    marc = person("Marc")
    follow(marc, Target("page", "index"))
    save({"lora.md": LORA + "De moi\n"}, by=marc)
    days.pass_by(days=1)
    assert mails() == []
    save({"lora.md": LORA + "D’elle\n"})
    save({"lora.md": LORA + "Encore de moi\n", "plan.md": "# Plan\n\nmoi\n"}, by=marc)
    days.pass_by(days=1)
    (mail,) = mails()
    assert "LoRa à la ferme" in said(mail) and "Awa" in said(mail)
    assert "Plan" not in said(mail) and "Marc :" not in said(mail)


def test_what_is_asked_of_one_comes_first_and_is_told_once(
    instance: "Instance",
    save: Save,
    person: Any,
    follow: Follow,
    days: Days,
    mails: Mails,
) -> None:
    from wiki.hookspecs.marks import hookimpl

    class Asking:
        def __init__(self) -> None:
            self.lines: list[Waiting] = []

        @hookimpl
        def waiting(self, reader: Reader) -> list[Waiting]:
            return self.lines if reader.person and reader.person.name == "Marc" else []

    asking = Asking()
    instance.plugins.manager.register(asking, name="asking")
    try:
        save({"lora.md": LORA})
        marc, lea = person("Marc"), person("Léa")
        for one in (marc, lea):
            follow(one, Target("page", "lora"))
        asking.lines = [Waiting("Binta répond à votre besoin", "/-/x", days())]
        save({"lora.md": LORA + "Du nouveau\n"})
        days.pass_by(hours=1)
        asking.lines.append(Waiting("Un texte vous est proposé", "//evil", days()))
        days.pass_by(days=1)
        found = {str(one["To"]): one for one in mails()}
        text = said(found["marc@example.org"])
        assert text.index("Binta répond") < text.index("LORA À LA FERME")
        assert "https://wiki.example.org/-/x" in text and "evil" not in text
        assert "attendent" in str(found["marc@example.org"]["Subject"])
        assert "Binta" not in said(found["lea@example.org"])
        days.pass_by(days=1)
        assert mails() == [], "what waits still is no reason to write again"
    finally:
        instance.plugins.manager.unregister(asking)


def test_a_proposal_that_waits_is_asked_of_the_team(
    instance: "Instance", save: Save, person: Any, days: Days, mails: Mails
) -> None:
    # The process of tasks knows what the core asks of people, without the site's pages.
    import wiki.jobs.tasks  # noqa: F401
    from wiki.editing.review.proposals import ProposalForm, propose

    head = LORA.replace("---\n\n", 'editors: anyone\nteam: ["[[gens/lea]]"]\n---\n\n')
    save({"lora.md": head, "gens/lea.md": "---\ntype: person\ntitle: Léa\n---\n"})
    lea = person("Léa")
    person("Marc")
    set_page(instance.private, lea.id, "gens/lea", by="test")
    mails()
    days.pass_by(minutes=5)
    propose(Reader(instance), "lora", ProposalForm(head + "Mieux\n", address="192.0.2.1"))
    days.pass_by(days=1)
    (mail,) = mails()
    assert mail["To"] == "lea@example.org"
    assert "Une chose vous attend" in str(mail["Subject"])
    assert "https://wiki.example.org/-/moderation/proposal/" in said(mail)
    days.pass_by(days=1)
    assert mails() == []


def test_new_needs_and_projects_are_told_by_keyword_theme_and_territory(
    save: Save, person: Any, follow: Follow, days: Days, mails: Mails
) -> None:
    old = NEED.format(words="Un vieux besoin", word="sol", identity="b-aaaaaaaa")
    save({"lora.md": LORA + old})
    followed = {
        "Mot": Target("keyword", "sol"),
        "Thème": Target("theme", "agriculture"),
        "Lieu": Target("territory", "bretagne"),
        "Ailleurs": Target("territory", "corse"),
    }
    for name, target in followed.items():
        follow(person(name), target)
    new = NEED.format(words="Un expert du capteur", word="sol", identity="b-bbbbbbbb")
    save({"lora.md": LORA + old + "\n" + new})
    save({"serre.md": LORA.replace("LoRa à la ferme", "Une serre")})
    days.pass_by(days=1)
    found = {str(one["To"]): said(one) for one in mails()}
    assert set(found) == {"mot@example.org", "theme@example.org", "lieu@example.org"}
    for text in found.values():
        assert "Un expert du capteur" in text and "/lora#b-bbbbbbbb" in text
        assert "vieux" not in text
    assert "Une serre" in found["theme@example.org"] and "Une serre" in found["lieu@example.org"]
    assert "Une serre" not in found["mot@example.org"]


def test_a_search_tells_of_what_it_did_not_find_before(
    save: Save, person: Any, follow: Follow, days: Days, mails: Mails
) -> None:
    save({"un.md": "# Le premier capteur\n", "deux.md": "# Un drone\n"})
    follow(person("Marc"), read_target("search", "q=capteur"))
    save({"trois.md": "# Un capteur de plus\n"})
    days.pass_by(days=1)
    (mail,) = mails()
    assert "Un capteur de plus" in said(mail) and "premier" not in said(mail)
    save({"un.md": "# Le premier capteur\n\nUne ligne.\n", "deux.md": "# Un drone, un capteur\n"})
    days.pass_by(days=1)
    (mail,) = mails()
    assert "Un drone, un capteur" in said(mail) and "premier" not in said(mail)


def test_a_kept_search_is_told_by_its_name_and_may_be_quiet(
    save: Save, person: Any, follow: Follow, days: Days, mails: Mails, instance: "Instance"
) -> None:
    save({"un.md": "# Le premier capteur\n"})
    marc, search = person("Marc"), read_target("search", "q=capteur")
    follow(marc, search)
    assert subscriptions.name_watch(instance.private, marc.id, search, "Mes capteurs", quiet=False)
    days.pass_by(days=1)
    assert mails() == [], "nothing new, nothing sent"
    save({"deux.md": "# Un autre capteur\n"})
    days.pass_by(days=1)
    (mail,) = mails()
    assert "MES CAPTEURS" in said(mail) and "Un autre capteur" in said(mail)
    assert subscriptions.name_watch(instance.private, marc.id, search, "Mes capteurs", quiet=True)
    save({"trois.md": "# Encore un capteur\n"})
    days.pass_by(days=1)
    assert mails() == []


def test_the_list_is_bounded_and_says_so(
    save: Save, person: Any, follow: Follow, days: Days, mails: Mails
) -> None:
    save({"index.md": "# Accueil\n"})
    follow(person("Marc"), Target("page", "index"))
    save({f"p{number}.md": f"# Page {number}\n" for number in range(18)})
    days.pass_by(days=1)
    (mail,) = mails()
    assert "et 12 autres" in said(mail) and "et 12 autres" in said(mail, "html")
    assert len(re.findall(r"^- ", said(mail), re.M)) == 6


def test_rhythms_are_kept_on_the_sites_clock(
    instance: "Instance", save: Save, person: Any, follow: Follow, days: Days, mails: Mails
) -> None:
    save({"lora.md": LORA})
    daily, weekly, paused = person("Jour"), person("Semaine"), person("Pause")
    for one in (daily, weekly, paused):
        follow(one, Target("page", "lora"))
    set_following(instance.private, weekly.id, Following("week"))
    set_following(instance.private, paused.id, Following("day", paused=True))
    save({"lora.md": LORA + "Un\n"})
    days.pass_by(hours=20)  # Thursday, 6 in the morning in Paris
    assert mails() == []
    days.pass_by(hours=1, minutes=1)
    assert [one["To"] for one in mails()] == ["jour@example.org"]
    days.pass_by(days=3)  # Sunday
    assert mails() == []
    days.pass_by(days=1)
    assert [one["To"] for one in mails()] == ["semaine@example.org"]


@pytest.mark.parametrize("rhythm", ["now", "day", "week"])
def test_a_clock_that_was_ahead_silences_nobody(
    instance: "Instance",
    save: Save,
    person: Any,
    follow: Follow,
    days: Days,
    mails: Mails,
    rhythm: str,
) -> None:
    save({"lora.md": LORA})
    marc = person("Marc")
    follow(marc, Target("page", "lora"))
    set_following(instance.private, marc.id, Following(rhythm))
    days.pass_by(days=400)
    save({"lora.md": LORA + "Alors\n"}, message="Quand la montre avançait")
    told = mails()
    days.pass_by(minutes=10)
    told += mails()
    assert ["Quand la montre avançait" in said(one) for one in told] == [True]
    days.pass_by(days=-399)
    save({"lora.md": LORA + "Après\n"}, message="À la bonne heure")
    told = mails()
    days.pass_by(days=8)
    told += mails()
    assert ["À la bonne heure" in said(one) for one in told] == [True]


def test_at_once_is_some_minutes_later_and_a_thread_for_each_page(
    instance: "Instance", save: Save, person: Any, follow: Follow, days: Days, mails: Mails
) -> None:
    save({"lora.md": LORA, "serre.md": "# Serre\n"})
    marc = person("Marc")
    for path in ("lora", "serre"):
        follow(marc, Target("page", path))
    set_following(instance.private, marc.id, Following("now"))
    mails()
    days.pass_by(minutes=6)
    assert mails() == []
    save({"lora.md": LORA + "Un\n"})
    assert mails() == []
    days.pass_by(minutes=2)
    save({"lora.md": LORA + "Deux\n"})
    assert mails() == []
    days.pass_by(minutes=4)
    (first,) = mails()
    assert "LoRa à la ferme" in str(first["Subject"])
    days.pass_by(minutes=1)
    save({"lora.md": LORA + "Trois\n", "serre.md": "# Serre\n\nquatre\n"})
    assert mails() == []
    days.pass_by(minutes=6)
    threads = {str(one["Subject"]): str(one["References"]) for one in mails()}
    assert len(threads) == 2 and len(set(threads.values())) == 2
    assert threads[str(first["Subject"])] == str(first["References"])


def test_a_mail_is_in_the_language_of_its_reader_and_says_how_to_stop(
    instance: "Instance", save: Save, person: Any, follow: Follow, days: Days, mails: Mails
) -> None:
    save({"lora.md": LORA})
    marc = person("Marc")
    set_profile(instance.private, marc.id, name="Marc", lang="en")
    follow(marc, Target("page", "lora"))
    save({"lora.md": LORA + "Un\n"})
    days.pass_by(days=1)
    (mail,) = mails()
    text, html = said(mail), said(mail, "html")
    assert "Awa changed this page." in text and "Hello Marc" in text
    stop = str(mail["List-Unsubscribe"])
    assert re.fullmatch(r"<https://wiki\.example\.org/-/mail/stop/[\w.-]+>", stop)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop.strip("<>") in text and stop.strip("<>") in html
    assert "https://wiki.example.org/-/account/watching" in text
    assert len(set(re.findall(r"/-/mail/stop/[\w.-]+", text))) == 2, "this one, and all"
    links = re.findall(r'(?:href|src)="([^"]*)"', html)
    assert all(link.startswith("https://wiki.example.org") for link in links)
    assert "@" not in text.replace(str(mail["To"]), "")


@pytest.mark.parametrize(
    "title",
    [
        "Un titre\\r\\nBcc: victime@example.org",
        "Un titre\\u2028X-Hostile: 1",
        "<script>alert(1)</script>",
        "{{ 7 * 7 }} {name} {count}",
    ],
)
def test_a_hostile_title_is_a_title(
    title: str, save: Save, person: Any, follow: Follow, days: Days, mails: Mails
) -> None:
    page = f'---\ntitle: "{title}"\n---\n\nUn\n'
    save({"piege.md": page})
    follow(person("Marc"), Target("page", "piege"))
    save({"piege.md": page + "Deux\n"}, message="a\r\nBcc: victime@example.org")
    days.pass_by(days=1)
    (mail,) = mails()
    assert mail["Bcc"] is None and mail["X-Hostile"] is None
    assert mail["To"] == "marc@example.org"
    assert "\n" not in str(mail["Subject"])
    assert "victime@example.org" not in said(mail), "addresses are masked"
    assert "<script" not in said(mail, "html") and "49" not in unkeyed(said(mail))


def test_history_that_is_rewritten_tells_nothing_twice_and_goes_on(
    instance: "Instance", save: Save, person: Any, follow: Follow, days: Days, mails: Mails
) -> None:
    from wiki.repository.process import run as git

    save({"lora.md": LORA})
    follow(person("Marc"), Target("page", "lora"))
    save({"lora.md": LORA + "Un\n"})
    days.pass_by(days=1)
    assert len(mails()) == 1
    folder = instance.repository.folder
    tree = git(folder, "rev-parse", "HEAD^{tree}")[1].decode().strip()
    named = ("-c", "user.name=Une main", "-c", "user.email=main@people.invalid")
    made = git(folder, *named, "commit-tree", tree, "-m", "tout d’un coup")
    other = made[1].decode().strip()
    git(folder, "update-ref", "refs/heads/main", other)
    assert Reader(instance).head == other
    days.pass_by(days=1)
    assert mails() == []
    # Commits bear the real time; the clock of the test is ahead of it.
    save({"lora.md": LORA + "Deux\n"})
    days.pass_by(days=1)
    assert len(mails()) == 1


def test_a_follower_is_told_of_what_their_team_alone_sees(
    instance: "Instance", save: Save, person: Any, follow: Follow, days: Days, mails: Mails
) -> None:
    secret = '---\ntype: project\ntitle: Secret\nvisibility: team\nteam: ["[[gens/lea]]"]\n---\n\n'
    save({"secret.md": secret, "gens/lea.md": "---\ntype: person\ntitle: Léa\n---\n"})
    lea, marc, root = person("Léa"), person("Marc"), person("Racine", role="admin")
    set_page(instance.private, lea.id, "gens/lea", by="test")
    for one in (lea, marc, root):
        follow(one, Target("page", "secret"))
        follow(one, Target("page", "index"))
    save({"secret.md": secret + "Du nouveau\n"})
    days.pass_by(days=1)
    assert {str(one["To"]) for one in mails()} == {"lea@example.org", "racine@example.org"}


def test_everyone_is_told_though_the_run_is_killed(
    instance: "Instance",
    save: Save,
    person: Any,
    follow: Follow,
    days: Days,
    mails: Mails,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from wiki.digests import runner
    from wiki.people.follow import recipients

    save({"lora.md": LORA})
    for number in range(7):
        follow(person(f"P{number}"), Target("page", "lora"))
    save({"lora.md": LORA + "Un\n"})
    days.pass_by(days=1)
    monkeypatch.setattr(runner, "BATCH", 2)
    calls = 0
    put = vars(recipients)["queue_mail"]

    def dies(*args: Any) -> bool:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt
        return bool(put(*args))

    monkeypatch.setattr(recipients, "queue_mail", dies)
    with pytest.raises(KeyboardInterrupt):
        run(instance)
    monkeypatch.setattr(recipients, "queue_mail", put)
    found = [str(one["To"]) for one in mails()]
    assert sorted(found) == [f"p{number}@example.org" for number in range(7)]
    assert mails() == []


def test_nothing_is_told_while_rights_cannot_be_read(
    instance: "Instance",
    save: Save,
    person: Any,
    follow: Follow,
    days: Days,
    mails: Mails,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save({"lora.md": LORA})
    follow(person("Marc"), Target("page", "lora"))
    save({"lora.md": LORA + "Un\n"})
    days.pass_by(days=1)
    with monkeypatch.context() as patched:
        patched.setattr(type(instance.projections), "catch_up", lambda *_args: False)
        assert mails() == []
    assert len(mails()) == 1


def test_who_follows_much_is_told_of_some_of_it(
    save: Save, person: Any, follow: Follow, days: Days, mails: Mails
) -> None:
    count = 20
    save({f"p{number}.md": f"# Page {number}\n" for number in range(count)})
    marc = person("Marc")
    for number in range(count):
        follow(marc, Target("page", f"p{number}"))
    save({f"p{number}.md": f"# Page {number}\n\nUn\n" for number in range(count)})
    days.pass_by(days=1)
    (mail,) = mails()
    assert "5 autres choses" in said(mail)
    assert "et 19 autres choses" in titles([mail])[0]


def test_a_place_without_a_page_hides_nothing_of_what_is_above(
    save: Save, person: Any, follow: Follow, days: Days, mails: Mails
) -> None:
    save({"index.md": "# Accueil\n"})
    marc = person("Marc")
    for path in ("projets", "index"):
        follow(marc, Target("page", path))
    save({"projets/lora.md": LORA})
    days.pass_by(days=1)
    (mail,) = mails()
    assert "LoRa à la ferme" in said(mail)


def test_the_words_of_rhythms_are_all_there() -> None:
    from wiki.web.account.watch import RHYTHM_WORDS

    assert tuple(RHYTHM_WORDS) == subscriptions.RHYTHMS
