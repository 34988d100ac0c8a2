"""What is asked, for who has some minutes: fairly ordered, and nothing that one may not read."""

from itertools import pairwise

from .conftest import PATH, Asked

BOARD = "/-/advice"


def asking(question: str, more: str = "", terms: str = "", name: str = "Un projet") -> str:
    head = f"---\ntype: project\ntitle: {name}\n{more}---\n# {name}\n"
    return f"{head}\n::: retours {terms}\n{question}\n\n:::\n"


def places(words: str, *questions: str) -> list[int]:
    found = [words.find(one) for one in questions]
    assert -1 not in found, questions
    return found


def test_all_that_is_asked_and_may_be_read_stands_on_the_board(asked: Asked) -> None:
    asked.write(
        {
            "projets/a.md": asking("Paieriez-vous dix euros ?", terms="minutes:3"),
            "projets/b.md": asking("Que manque-t-il au contrat ?", terms="minutes:30"),
            "projets/c.md": asking("Et ceci ?", terms="fin:2001-01-01"),
            "projets/d.md": asking("Personne ne lit cela", "visibility: team\n"),
            "projets/e.md": "# Cité\n\n> ::: retours\n> Une citation\n>\n> :::\n",
        }
    )
    for who in ("", "lea"):
        board = asked.see(who, BOARD)
        places(board, "Paieriez-vous dix euros ?", "Que manque-t-il au contrat ?", "Est-ce clair ?")
        for absent in ("Et ceci ?", "Personne ne lit cela", "Une citation", "cache"):
            assert absent not in board
    short = asked.see("", f"{BOARD}?minutes=30")
    assert "Que manque-t-il" in short and "Paieriez-vous" not in short
    feed = asked.see("", f"{BOARD}.atom")
    assert "Paieriez-vous dix euros ?" in feed and "Personne ne lit cela" not in feed
    # Who closes the page takes its question from the board.
    asked.write({"projets/a.md": asking("Paieriez-vous dix euros ?", "visibility: team\n")})
    assert "Paieriez-vous" not in asked.see("", BOARD) + asked.see("", f"{BOARD}.atom")


def test_the_least_answered_come_first_then_those_that_fit(asked: Asked) -> None:
    asked.write(
        {
            f"projets/p{number}.md": asking(
                f"Question {number} ?", "themes: [Eau]\n" if number == 5 else "", name=f"P{number}"
            )
            for number in range(8)
        }
        | {"personnes/ines.md": "---\ntype: person\ntitle: Inès\nthemes: [Eau]\n---\n"}
    )
    asked.person("Inès", page="personnes/ines")
    board = asked.see("ines", BOARD)
    found = places(board, "Question 5 ?", *(f"Question {number} ?" for number in range(8)))
    assert found[0] == min(found), "what fits stands first among those without an answer"
    asked.send("marc", "/-/feedback/projets/p5", helps="Oui")
    board = asked.see("ines", BOARD)
    found = places(board, "Question 5 ?", *(f"Question {number} ?" for number in range(8)))
    assert found[0] == max(found), "what was answered stands below the others"
    assert "1 réponse" in board
    mine = asked.see("marc", BOARD)
    assert "Vous avez répondu" in mine
    # Those without an answer change places from day to day: none is always below.
    orders = set()
    for _day in range(4):
        board = asked.see("", BOARD)
        named = {board.find(f"Question {number} ?"): number for number in range(8) if number != 5}
        orders.add(tuple(number for _place, number in sorted(named.items())))
        asked.later(days=1)
    assert len(orders) > 1


def test_an_empty_board_says_how_to_begin_and_a_page_lists_what_is_asked(asked: Asked) -> None:
    asked.write(
        {
            f"{PATH}.md": "---\ntype: project\ntitle: LoRa\n---\n",
            "eau.md": "# Eau\n\n::: avis theme:eau\n\n:::\n",
            "tout.md": "# Tout\n\n::: advice\n\n:::\n",
        }
    )
    assert 'href="/-/advice/ask"' in asked.see("", BOARD)
    assert "Que vaut ce puits ?" not in asked.see("", "/eau")
    asked.write(
        {
            "projets/puits.md": asking("Que vaut ce puits ?", "themes: [Eau]\n"),
            "projets/four.md": asking("Que vaut ce four ?"),
            "projets/clos.md": asking("Que vaut ce clos ?", "themes: [Eau]\nvisibility: team\n"),
        }
    )
    water, everything = asked.see("", "/eau"), asked.see("", "/tout")
    assert "Que vaut ce puits ?" in water and "Que vaut ce four ?" not in water
    places(everything, "Que vaut ce puits ?", "Que vaut ce four ?")
    assert "Que vaut ce clos ?" not in water + everything


def test_pages_of_the_board_follow_each_other(asked: Asked) -> None:
    numbers = range(15)
    asked.write({f"projets/q{one}.md": asking(f"Numéro {one} ?") for one in numbers})
    seen = [asked.see("", BOARD), asked.see("", f"{BOARD}?from=12")]
    for one in numbers:
        assert sum(f"Numéro {one} ?" in page for page in seen) == 1
    assert all(first != second for first, second in pairwise(seen))


def test_who_brings_people_together_is_told_of_silence(asked: Asked) -> None:
    asked.person("Cléo", "connector")
    pages = {f"{PATH}.md": asking("Est-ce clair ?"), "projets/a.md": asking("Dix euros ?")}
    asked.write(pages, when=asked.now)
    said = "Personne n’a répondu à"
    asked.later(days=6)
    assert said not in asked.see("cleo", "/-/account")
    asked.later(days=2)
    assert f"{said} 2 demandes d’avis depuis 7 jours" in asked.see("cleo", "/-/account")
    assert said not in asked.see("paul", "/-/account") + asked.see("lea", "/-/account")
    asked.send("marc", "/-/feedback/projets/a", helps="Oui")
    assert f"{said} une demande d’avis depuis 7 jours" in asked.see("cleo", "/-/account")
    asked.later(days=7)
    assert f"{said} une demande d’avis depuis 14 jours" in asked.see("paul", "/-/account")
    # What one may not read is asked of others.
    asked.write({f"{PATH}.md": asking("Est-ce clair ?", "visibility: team\n")}, when=asked.now)
    asked.later(days=20)
    assert said not in asked.see("cleo", "/-/account")
