"""Every order of events over HTTP and mails: an address leaves in one mail, to who was promised it.

What may be known is worked out beside the code under test, from who pressed what: two yeses about
the same introduction, both still there, neither hidden. All else that leaves holds no address.
"""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import select

from wiki.people.accounts import add_person, set_disabled, set_page
from wiki.people.erasure import erase
from wiki.people.models.running import MailRow
from wiki.sending import deliver

if TYPE_CHECKING:
    from wiki.instance import Instance

ACCOUNTS = ("owner", "mate", "expert", "connector", "stranger")
VISITORS = ("passer", "proposed")
EVERYONE = (*ACCOUNTS, *VISITORS)
ASKED = ("owner", "mate", "expert", *VISITORS)
ACTIONS = ("confirm", "yes", "no", "write", "outcome", "line", "agree", "block", "report")
#: an example begins with new people on the same wiki: opening one takes longer than a whole run
_number = iter(range(10_000))


class Meetings(RuleBasedStateMachine):
    """A team of two, an expert, a connector, a stranger, and two without an account."""

    village: Any
    write: Callable[..., str]

    @initialize()
    def begin(self) -> None:
        self.mark = f"r{next(_number)}"
        run, private = self.mark, self.village.instance.private
        self.need, self.page = f"b-{run:0>8}", f"projet-{run}"
        self.address = {who: f"{who}.{run}@example.net" for who in EVERYONE}
        self.text = (
            f'---\ntype: project\nteam: ["[[personnes/owner-{run}]]", "[[personnes/mate-{run}]]"]\n'
            f"---\n# P\n\n::: besoins\n- [ ] Un avis {{#{self.need}}}\n\n:::\n"
        )
        people = ("owner", "mate", "expert")
        files = {f"personnes/{who}-{run}.md": "---\ntype: person\n---\n# X\n" for who in people}
        self.write({f"{self.page}.md": self.text, **files})
        self.village.people = {}
        for who in ACCOUNTS:
            made = add_person(
                private,
                email=self.address[who],
                name=f"{who} {run}",
                role="connector" if who == "connector" else "member",
            )
            if who in people:
                made = set_page(private, made.id, f"personnes/{who}-{run}", by="test")
            self.village.people[who] = made
        self.village.clients.clear()
        self.gone: set[str] = set()
        #: introduction → who wants it by now; who is hidden in it
        self.yes: dict[str, set[str]] = {}
        self.hidden: dict[str, set[str]] = {}
        self.places: dict[tuple[str, str], str] = {}
        #: (reader, whose address)
        self.may_know: set[tuple[str, str]] = set()
        self.village.shown.clear()
        deliver(self.village.instance)
        self.read: set[Path] = set(self.outbox())

    def rows(self) -> dict[str, dict[str, str]]:
        """Introduction → the names of those who are asked about it → their side's id."""
        models = self.village.part("models")
        found: dict[str, dict[str, str]] = {}
        names = {one.id: who for who, one in self.village.people.items()}
        names |= {email: who for who, email in self.address.items()}
        with self.village.instance.private.reading() as session:
            asked = select(models.IntroductionRow).where(
                models.IntroductionRow.about.in_([self.need, self.page])
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

    def client(self, who: str) -> Any:
        return self.village.as_(who) if who in ACCOUNTS else self.village.visitor()

    @rule(who=st.sampled_from(("expert", "stranger", "passer")), hidden=st.booleans())
    def answers(self, who: str, hidden: bool) -> None:
        if who in self.gone:
            return
        before = self.rows()
        url = f"/-/introductions/answer/{self.need}"
        form = {"words": "Je peux.", "name": who, "email": self.address[who]}
        self.post(who, url, url, **form, **({"hidden": "1"} if hidden else {}))
        for new in self.rows().keys() - before.keys():
            if who in ACCOUNTS:
                self.said_yes(new, who, hidden=hidden)
            elif hidden:
                self.hidden.setdefault(new, set()).add(who)

    @rule(whom=st.sampled_from(("expert", "proposed", "stranger")), of_page=st.booleans())
    def proposes(self, whom: str, of_page: bool) -> None:
        if "connector" in self.gone:
            return
        about = self.page if of_page else self.need
        url = f"/-/introductions/propose?about={about}"
        whom_said = {"name": whom, "email": self.address[whom]}
        self.post(
            "connector", "/-/introductions/propose", url, about=about, words="Parlez-vous.",
            **whom_said,
        )  # fmt: skip

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
        url = self.village.part("links").side_path(self.village.instance, side)
        extra = {"hidden": "1"} if hidden and action == "yes" else {}
        status = self.post(
            "" if by == "nobody" else who, url, "/-/login", action=action, **said, **extra
        )
        if status != 303 or of in self.gone:
            return
        if action in ("yes", "confirm"):
            self.said_yes(introduction, of, hidden=bool(extra))
        elif action == "no":
            self.yes.get(introduction, set()).discard(of)

    @rule(days=st.sampled_from((1, 8, 22, 31)))
    def time_passes(self, days: int) -> None:
        self.village.ahead += timedelta(days=days)
        self.village.clients.clear()
        self.village.part("tending").run(self.village.instance)

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
        self.village.clients.pop(who, None)
        self.may_know -= {(one, who) for one in EVERYONE}

    @rule(there=st.booleans())
    def the_line_goes_or_comes_back(self, there: bool) -> None:
        text = self.text if there else "---\ntype: project\n---\n# P\n"
        self.write({f"{self.page}.md": text})

    @rule(who=st.sampled_from(("", "stranger", "connector", "owner", "expert")))
    def looks(self, who: str) -> None:
        if who in self.gone:
            return
        client = self.client(who) if who else self.village.visitor()
        urls = [f"/-/needs/{self.need}", f"/{self.page}", "/-/needs.atom", "/-/api/v1/needs"]
        urls += ["/-/introductions", "/-/queue"] if who else []
        for url in urls:
            self.village.shown.append(client.get(url).get_data(as_text=True))
        for sides in self.rows().values():
            for side in sides.values():
                url = self.village.part("links").side_path(self.village.instance, side)
                self.village.shown.append(client.get(url).get_data(as_text=True))

    @rule()
    def mails_leave(self) -> None:
        self.check_mails()

    def post(self, who: str, url: str, form: str, **data: str) -> int:
        client = self.client(who) if who else self.village.visitor()
        page = client.get(form).get_data(as_text=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        token = found[1] if found else self.token(client)
        answer = client.post(url, data={"csrf_token": token, **data})
        assert answer.status_code < 500, answer.get_data(as_text=True)
        shown = answer.get_data(as_text=True)
        if answer.status_code >= 400 and "email" in data:
            # What one has typed oneself is shown to them again, and to nobody else.
            shown = shown.replace(data["email"], "")
        self.village.shown.append(shown)
        return int(answer.status_code)

    def token(self, client: Any) -> str:
        page = client.get("/-/account/settings").get_data(as_text=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        return found[1] if found else ""

    def outbox(self) -> Iterable[Path]:
        folder: Path = self.village.instance.settings.instance
        return (folder / "outbox").glob("*.eml")

    def new_mails(self) -> list[EmailMessage]:
        """Sends what waits; those that this run has not read yet."""
        deliver(self.village.instance)
        files = sorted(set(self.outbox()) - self.read)
        self.read.update(files)
        found = [message_from_bytes(one.read_bytes(), policy=default) for one in files]
        return [one for one in found if isinstance(one, EmailMessage)]

    def check_mails(self) -> None:
        for mail in self.new_mails():
            # Reminders of the example before may leave in this one: to nobody who is here.
            reader = next((who for who, email in self.address.items() if email == mail["To"]), "")
            whole = mail.as_string() + "".join(
                str(part.get_content()) for part in mail.walk() if not part.is_multipart()
            )
            for who, email in self.address.items():
                if who != reader and email in whole:
                    assert (reader, who) in self.may_know, (reader, who, mail["Subject"])

    def teardown(self) -> None:
        if not hasattr(self, "read"):
            return
        self.check_mails()
        shown = "".join(self.village.shown)
        with self.village.instance.private.reading() as session:
            rows = session.scalars(select(MailRow))
            waiting = "".join(f"{one.subject}{one.text}{one.html}" for one in rows)
        for email in self.address.values():
            assert email not in shown
            assert email not in waiting, "not even a mail that waits holds one"


def test_an_address_is_where_two_yeses_have_sent_it_and_nowhere_else(
    village: Any, write: Callable[..., str], caplog: pytest.LogCaptureFixture, instance: "Instance"
) -> None:
    class Here(Meetings):
        pass

    Here.village, Here.write = village, staticmethod(write)
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=5,
            stateful_step_count=14,
            # What fails is told as it happened: to make it smaller takes longer than to read it.
            phases=[Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert "@example.net" not in caplog.text
    repository = instance.repository
    for file, _blob in repository.files(repository.head()):
        assert "@example.net" not in f"{file}{repository.read(file, repository.head())!r}"
