"""Every order of events over HTTP and mails: an address leaves in one mail, to who was promised it.

What may be known is worked out beside the code under test, from who pressed what: two yeses about
the same introduction, both still there, neither hidden. All else that leaves holds no address.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import select

from wiki.people.accounts import add_person, set_disabled, set_page
from wiki.people.models.background import MailRow
from wiki.people.privacy.erasure import erase
from wiki.testing import Place, token

ACCOUNTS = ("owner", "mate", "expert", "connector", "stranger")
VISITORS = ("passer", "proposed")
EVERYONE = (*ACCOUNTS, *VISITORS)
ASKED = ("owner", "mate", "expert", *VISITORS)
ACTIONS = ("confirm", "yes", "no", "write", "outcome", "line", "agree", "block", "report")
ADDRESS = {who: f"{who}@example.net" for who in EVERYONE}
NEED, PAGE = "b-meetings", "projet"
HEAD = '---\ntype: project\nteam: ["[[personnes/owner]]", "[[personnes/mate]]"]\n---\n# P\n\n'
TEXT = f"{HEAD}::: besoins\n- [ ] Un avis {{#{NEED}}}\n\n:::\n"
FILES = {
    f"{PAGE}.md": TEXT,
    **{f"personnes/{who}.md": "---\ntype: person\n---\n# X\n" for who in ACCOUNTS[:3]},
}


class Meetings(RuleBasedStateMachine):
    """A team of two, an expert, a connector, a stranger, and two without an account."""

    village: Any

    @initialize()
    def begin(self) -> None:
        self.village.rewind()
        self.village.write(FILES)
        private = self.village.instance.private
        for who in ACCOUNTS:
            role = "connector" if who == "connector" else "member"
            made = add_person(private, email=ADDRESS[who], name=f"{who} X", role=role)
            if f"personnes/{who}.md" in FILES:
                made = set_page(private, made.id, f"personnes/{who}", by="test")
            self.village.people[who] = made
        self.gone: set[str] = set()
        #: introduction → who wants it by now; who is hidden in it
        self.yes: dict[str, set[str]] = {}
        self.hidden: dict[str, set[str]] = {}
        self.places: dict[tuple[str, str], str] = {}
        #: (reader, whose address)
        self.may_know: set[tuple[str, str]] = set()
        #: how many mails were looked at
        self.read = 0

    def rows(self) -> dict[str, dict[str, str]]:
        """Introduction → the names of those who are asked about it → their side's id."""
        models = self.village.part("models")
        found: dict[str, dict[str, str]] = {}
        names = {one.id: who for who, one in self.village.people.items()}
        names |= {email: who for who, email in ADDRESS.items()}
        with self.village.instance.private.reading() as session:
            asked = select(models.IntroductionRow).where(
                models.IntroductionRow.about.in_([NEED, PAGE])
            )
            for row in session.scalars(asked):
                sides = select(models.SideRow).where(models.SideRow.introduction == row.id)
                found[row.id] = {}
                for side in session.scalars(sides):
                    who = names[side.person or side.email]
                    found[row.id][who] = side.id
                    self.places[row.id, who] = side.place
        return found

    def said_yes(self, introduction: str, who: str, *, hidden: bool) -> None:
        wants = self.yes.setdefault(introduction, set())
        wants.add(who)
        if hidden:
            self.hidden.setdefault(introduction, set()).add(who)
        for one in wants:
            for other in wants:
                if self.places[introduction, one] == self.places[introduction, other]:
                    continue
                if other not in self.hidden.get(introduction, ()):
                    self.may_know.add((one, other))

    @rule(who=st.sampled_from(("expert", "stranger", "passer")), hidden=st.booleans())
    def answers(self, who: str, hidden: bool) -> None:
        if who in self.gone:
            return
        before = self.rows()
        url = f"/-/introductions/answer/{NEED}"
        form = {"words": "Je peux.", "name": who, "email": ADDRESS[who]}
        self.post(who, url, **form, **({"hidden": "1"} if hidden else {}))
        for new in self.rows().keys() - before.keys():
            if who in ACCOUNTS:
                self.said_yes(new, who, hidden=hidden)
            elif hidden:
                self.hidden.setdefault(new, set()).add(who)

    @rule(whom=st.sampled_from(("expert", "proposed", "stranger")), of_page=st.booleans())
    def proposes(self, whom: str, of_page: bool) -> None:
        if "connector" in self.gone:
            return
        about = PAGE if of_page else NEED
        said = {"about": about, "words": "Parlez-vous.", "name": whom, "email": ADDRESS[whom]}
        self.post("connector", "/-/introductions/propose", **said)

    @rule(
        of=st.sampled_from(ASKED),
        action=st.sampled_from(("yes", "yes", "yes", *ACTIONS)),
        by=st.sampled_from(("nobody", "nobody", "themselves", "stranger")),
        hidden=st.booleans(),
    )
    def presses(self, of: str, action: str, by: str, hidden: bool) -> None:
        """A button on the page of one of someone's links: by themselves, or whoever it reached."""
        links = [(i, sides[of]) for i, sides in self.rows().items() if of in sides]
        if not links or (by == "themselves" and of not in ACCOUNTS):
            return
        introduction, side = links[-1]
        who = of if by == "themselves" else by
        if who in self.gone:
            return
        said = {"words": "Bonjour.", "outcome": "met", "line": "Une rencontre"}
        url = self.village.part("links").SIDE.path(self.village.instance, side)
        extra = {"hidden": "1"} if hidden and action == "yes" else {}
        status = self.post("" if by == "nobody" else who, url, action=action, **said, **extra)
        if status != 303 or of in self.gone:
            return
        if action in ("yes", "confirm"):
            self.said_yes(introduction, of, hidden=bool(extra))
        elif action == "no":
            self.yes.get(introduction, set()).discard(of)

    @rule(days=st.sampled_from((1, 8, 22, 31)))
    def time_passes(self, days: int) -> None:
        Place.later(self.village, days=days)
        self.village.part("jobs").run(self.village.instance)

    @rule(who=st.sampled_from(ACCOUNTS), closed=st.booleans())
    def goes(self, who: str, closed: bool) -> None:
        """Erased or closed, at any moment, with mails about them still to be sent."""
        if who in self.gone:
            return
        person, private = self.village.people[who], self.village.instance.private
        if closed:
            set_disabled(private, person.id, True, by="test")
        else:
            erase(private, person.id)
        self.gone.add(who)
        self.village._clients.pop(who, None)
        self.may_know -= {(one, who) for one in EVERYONE}

    @rule(there=st.booleans())
    def the_line_goes_or_comes_back(self, there: bool) -> None:
        text = TEXT if there else "---\ntype: project\n---\n# P\n"
        self.village.write({f"{PAGE}.md": text})

    @rule(who=st.sampled_from(("", "stranger", "connector", "owner", "expert")))
    def looks(self, who: str) -> None:
        if who in self.gone:
            return
        client = self.client(who)
        urls = [f"/-/needs/{NEED}", f"/{PAGE}", "/-/needs.atom", "/-/api/v1/needs"]
        urls += ["/-/introductions", "/-/queue"] if who else []
        for url in urls:
            self.village.shown.append(client.get(url).get_data(as_text=True))
        for sides in self.rows().values():
            for side in sides.values():
                url = self.village.part("links").SIDE.path(self.village.instance, side)
                self.village.shown.append(client.get(url).get_data(as_text=True))

    @rule()
    def mails_leave(self) -> None:
        self.check_mails()

    def client(self, who: str) -> Any:
        return self.village.client(who if who in ACCOUNTS else "")

    def post(self, who: str, url: str, **data: str) -> int:
        client = self.client(who)
        answer = client.post(url, data={"csrf_token": token(client), **data})
        assert answer.status_code < 500, answer.get_data(as_text=True)
        shown = answer.get_data(as_text=True)
        if answer.status_code >= 400 and "email" in data:
            # What one has typed oneself is shown to them again, and to nobody else.
            shown = shown.replace(data["email"], "")
        self.village.shown.append(shown)
        return int(answer.status_code)

    def check_mails(self) -> None:
        mails = self.village.mails()
        for mail in mails[self.read :]:
            reader = next((who for who, email in ADDRESS.items() if email == mail["To"]), "")
            whole = mail.as_string() + "".join(
                str(part.get_content()) for part in mail.walk() if not part.is_multipart()
            )
            for who, email in ADDRESS.items():
                if who != reader and email in whole:
                    assert (reader, who) in self.may_know, (reader, who, mail["Subject"])
        self.read = len(mails)

    def teardown(self) -> None:
        if not hasattr(self, "read"):
            return
        self.check_mails()
        with self.village.instance.private.reading() as session:
            rows = session.scalars(select(MailRow))
            waiting = "".join(f"{one.subject}{one.text}{one.html}" for one in rows)
        repository = self.village.instance.repository
        head = repository.head()
        written = [(file, repository.read_blob(blob)) for file, blob in repository.files(head)]
        for left in ("".join(self.village.shown), str(written), waiting):
            assert [email for email in ADDRESS.values() if email in left] == []


def test_an_address_is_where_two_yeses_have_sent_it_and_nowhere_else(
    village: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Here(Meetings):
        pass

    Here.village = village
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=5,
            stateful_step_count=14,
            # What fails is told as it happened: to make it smaller takes longer than to read it.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert "@example.net" not in caplog.text
