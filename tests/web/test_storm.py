"""Everybody reads while somebody saves: what is closed is closed for all, from that moment on."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Condition, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.testing.servers import Server

#: the page itself, one that names it, and two lists where it stands while it is open
ADDRESSES = ("/page", "/autre", "/-/changes", "/-/search?q=oiseau")
OPEN = "# Le canari\n\nUn oiseau.\n"
CLOSED = f"---\nvisibility: members\n---\n\n{OPEN}"
READERS = 4


@dataclass
class Crowd:
    """Visitors who ask without a pause, each for one of the addresses, one phase after another."""

    server: "Server"
    phase: int = 0
    ended: bool = False
    #: by visitor, what each answer of this phase said: whether the page was named
    answers: list[list[bool]] = field(default_factory=lambda: [[] for _ in range(READERS)])
    news: Condition = field(default_factory=Condition)
    failures: list[str] = field(default_factory=list)

    def visit(self, number: int) -> None:
        """Asks until the end; an answer counts if the phase that it was asked in lasts."""
        address = ADDRESSES[number % len(ADDRESSES)]
        while not self.ended:
            # Another connection is another worker, perhaps.
            with closing(HTTPConnection("127.0.0.1", self.server.port, timeout=60)) as connection:
                for _request in range(5):
                    phase = self.phase
                    connection.request("GET", address)
                    answer = connection.getresponse()
                    self._note(number, phase, answer.status, answer.read().decode())

    def _note(self, number: int, phase: int, status: int, text: str) -> None:
        with self.news:
            if status not in (200, 404):
                self.failures.append(f"{ADDRESSES[number]}: {status}")
            if phase == self.phase:
                self.answers[number].append("Le canari" in text)
            self.news.notify_all()

    def begin(self) -> None:
        """What is asked from now on counts as of a new phase."""
        with self.news:
            self.phase += 1
            self.answers = [[] for _ in range(READERS)]

    def wait(self, done: Callable[[list[bool]], bool]) -> list[list[bool]]:
        """The answers of this phase, once ``done`` says of each visitor's that they are enough."""
        with self.news:
            assert self.news.wait_for(lambda: all(map(done, self.answers)), 60), self.answers
            return self.answers


@contextmanager
def crowd(server: "Server") -> Iterator[Crowd]:
    """Visitors at work until the end."""
    made = Crowd(server)
    threads = [Thread(target=made.visit, args=(number,)) for number in range(READERS)]
    with ExitStack() as stack:
        for thread in threads:
            thread.start()
            stack.callback(thread.join)
        stack.callback(setattr, made, "ended", True)
        yield made
    assert made.failures == []


def test_what_is_closed_in_a_storm_is_shown_to_nobody_who_asks_later(
    instance: "Instance", write: Callable[..., str], serve: "Callable[..., Server]"
) -> None:
    write({"page.md": OPEN, "autre.md": "# Autre\n\nVers [[page]].\n"})
    with crowd(serve(instance.settings.instance, workers=2)) as visitors:
        for turn in range(3):
            visitors.begin()
            write({"page.md": OPEN + f"\nTour {turn}.\n"})
            visitors.wait(lambda answers: answers[-3:] == [True] * 3)
            write({"ailleurs.md": f"# Ailleurs {turn}\n"})
            write({"page.md": CLOSED + f"\nTour {turn}.\n"})
            visitors.begin()
            write({"ailleurs.md": f"# Ailleurs encore {turn}\n"})
            for answers in visitors.wait(lambda answers: len(answers) >= 8):
                assert not any(answers), visitors.answers
