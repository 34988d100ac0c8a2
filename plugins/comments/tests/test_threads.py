"""Threads as they are lived: begun, answered, resolved, followed through changes of the page."""

import pytest

from .conftest import BODY, PART, PATH, URL, Commented, page

QUOTE = "coûte cent euros"


def test_who_only_reads_comments_a_passage_and_the_owner_answers(place: Commented) -> None:
    thread = place.comments("rita", "Est-ce par capteur ?", quote=QUOTE, after="et tient")
    assert thread.quote == QUOTE
    shown = place.see("", URL)
    assert "Est-ce par capteur ?" in shown
    assert f'<blockquote class="comment-quote">{QUOTE}</blockquote>' in shown
    place.send("awa", f"/-/comment/{thread.id}", action="reply", words="Oui, par capteur.")
    assert [row.words for row in place.said(thread)] == [
        "Est-ce par capteur ?",
        "Oui, par capteur.",
    ]
    assert "1 commentaire sur cette page" in place.see("ben", f"/{PATH}")


def test_the_script_gets_its_part_and_sends_by_it(place: Commented) -> None:
    text = place.send("ben", URL, words="Trop cher", quote=QUOTE, headers=PART, status=200)
    thread = place.threads()[0]
    assert f'data-chosen="{thread.id}"' in text
    assert f'data-quote="{QUOTE}" data-before="LoRa Le capteur" data-after="et tient trois' in text
    assert "<html" not in text
    refused = place.send("ben", URL, words=" ", quote=QUOTE, headers=PART, status=422)
    assert refused.startswith('<p class="error" data-refused>Écrivez d’abord')


def test_a_second_click_is_one_comment(place: Commented) -> None:
    for _click in range(2):
        place.send("ben", URL, words="Trop cher", quote=QUOTE)
    (thread,) = place.threads()
    for _click in range(2):
        place.send("ben", f"/-/comment/{thread.id}", action="reply", words="Vraiment")
    assert [row.words for row in place.said(thread)] == ["Trop cher", "Vraiment"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"words": ""}, "Écrivez d’abord votre commentaire"),
        ({"words": "x" * 2001}, "Dites-le en 2000 caractères"),
        ({"words": "a\u202eb"}, "caractères invisibles"),
        ({"words": "Oui", "quote": "ce que personne ne dit ici"}, "ne dit pas cela"),
        ({"words": "Oui", "quote": "mot " * 400}, "passage plus court"),
        ({"words": "Oui", "section": "plus-la"}, "Ce chapitre n’existe plus"),
    ],
)
def test_bad_input_is_answered_in_words_and_kept(
    place: Commented, form: dict[str, str], words: str
) -> None:
    text = place.send("ben", URL, 422, **form)
    assert words in text
    assert form["words"].strip() in text
    assert place.threads() == []


def test_words_are_text_whatever_they_say(place: Commented) -> None:
    words = "<img src=x onerror=alert(1)> https://exemple.org/a?b=1&c=(2). javascript:alert(1)"
    place.comments("ben", words)
    text = place.see("", URL)
    assert "<img src=x" not in text
    assert 'href="https://exemple.org/a?b=1&amp;c=(2)"' in text
    assert 'href="javascript' not in text


def test_resolving_is_for_the_team_and_who_began(place: Commented) -> None:
    thread = place.comments("rita", "Est-ce par capteur ?", quote=QUOTE)
    url = f"/-/comment/{thread.id}"
    place.send("chloe", url, 404, action="resolve")
    place.send("rita", url, action="resolve")
    assert place.threads()[0].resolved is not None
    assert "Est-ce par capteur ?" not in place.see("", URL)
    assert "Résolu par Rita Lebrun" in place.see("", f"{URL}?which=resolved")
    place.send("awa", url, action="open")
    assert place.threads()[0].resolved is None
    place.send("awa", url, action="resolve")
    place.send("ben", url, action="reply", words="Encore une question")
    assert place.threads()[0].resolved is None


def test_own_words_are_changed_and_taken_back(place: Commented) -> None:
    thread = place.comments("ben", "Trop cher", quote=QUOTE)
    first = place.said(thread)[0]
    url = f"/-/comment/{first.id}"
    place.send("chloe", url, 404, action="change", words="Donné")
    place.send("chloe", url, 404, action="remove")
    place.send("ben", url, action="change", words="Un peu cher")
    assert "Un peu cher" in place.see("", URL)
    place.send("awa", f"/-/comment/{thread.id}", action="reply", words="Pour nous aussi")
    place.send("ben", url, action="remove")
    text = place.see("", URL)
    assert "Un peu cher" not in text
    assert "Ce commentaire a été retiré" in text
    place.send("awa", f"/-/comment/{place.said(thread)[1].id}", action="remove")
    assert place.threads() == []


def test_a_thread_follows_its_passage(place: Commented) -> None:
    thread = place.comments("ben", "Trop cher", quote=QUOTE)
    place.write(
        {"projets/lora.md": page("Avant tout, ceci.\n\n" + BODY.replace("cent", "deux cents"))}
    )
    assert 'data-quote="coûte deux cents euros"' in place.see("", URL)
    place.later(minutes=1)
    moved = place.threads()[0]
    assert (moved.revision, moved.lost) != (thread.revision, True)
    assert moved.quote == QUOTE


def test_a_passage_that_is_gone_is_shown_so_and_comes_back(place: Commented) -> None:
    place.comments("ben", "Trop cher", quote="le capteur", after="compris")
    shorter = BODY.replace(", le capteur compris", "")
    place.write({"projets/lora.md": page(shorter)})
    place.later(minutes=1)
    assert place.threads()[0].lost
    text = place.see("", f"{URL}?which=lost")
    assert "Le texte commenté n’est plus dans la page" in text
    assert "<del>le capteur</del>" in text
    assert "data-quote" not in text
    place.write({"projets/lora.md": page()})
    place.later(minutes=1)
    assert not place.threads()[0].lost
    assert 'data-before="Qui' not in place.see("", URL)
    assert 'data-after="compris' in place.see("", URL)


def test_a_chapter_is_commented_as_a_whole(place: Commented) -> None:
    place.write({"projets/lora.md": page(BODY + "\n## Budget\n\nUn autre.\n")})
    assert f"{URL}?section=budget#write" in place.see("ben", f"/{PATH}")
    place.comments("ben", "Et les frais ?", section="budget-1")
    assert 'data-anchor="budget-1"' in place.see("", URL)
    place.write({"projets/lora.md": page(BODY.replace("## Budget", "## Le budget [à relire]"))})
    assert "data-anchor" not in place.see("", URL)
    thread = place.comments("ben", "Est-ce tout ?", section="le-budget")
    assert thread.quote == "Le budget"
    assert 'data-anchor="le-budget"' in place.see("", URL)


def test_a_page_that_moves_keeps_its_threads(place: Commented) -> None:
    from wiki.editing.move import move

    thread = place.comments("ben", "Trop cher", quote=QUOTE)
    move(place.reader("anne"), PATH, "projets/capteurs")
    place.write(
        {
            "projets/capteurs.md": page(
                BODY.replace("cent euros", "cent cinq euros"), "aliases: [projets/lora]\n"
            )
        }
    )
    place.later(minutes=1)
    text = place.see("ben", "/-/comments/projets/capteurs")
    assert 'data-quote="coûte cent cinq euros"' in text
    assert place.client("ben").get(URL).headers["Location"] == "/-/comments/projets/capteurs"
    moved = place.part("store").find_thread(place.instance, thread.id)
    assert (moved.path, moved.place) == ("projets/capteurs", "projets/capteurs")


def test_of_a_deleted_page_nothing_is_shown(place: Commented) -> None:
    thread = place.comments("ben", "Trop cher", quote=QUOTE)
    place.write({"projets/lora.md": None})
    place.see("ben", URL, 404)
    place.send("ben", f"/-/comment/{thread.id}", 404, action="reply", words="Encore")
    place.later(minutes=1)
    place.write({"projets/lora.md": page("# LoRa\n\nTout autre chose.\n", "lang: fr\n")})
    assert place.threads() == []
    assert "Trop cher" not in place.see("awa", URL)
    place.later(minutes=1)
    place.later(minutes=1)
    assert place.part("store").find_thread(place.instance, thread.id) is None
