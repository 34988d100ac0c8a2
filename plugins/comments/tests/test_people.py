"""Who may read, write, be named, be told; and what is left when somebody goes."""

import pytest

from .conftest import BODY, PATH, URL, Commented, page

QUOTE = "coûte cent euros"


def test_what_is_restricted_later_takes_its_comments_along(place: Commented) -> None:
    thread = place.comments("ben", "Trop cher", quote=QUOTE)
    place.write({"projets/lora.md": page(more="visibility: team\n")})
    for who in ("", "ben", "rita"):
        place.see(who, URL, 404)
        place.see(who, f"/-/comments-people/{PATH}?q=awa", 404)
        place.send(who, URL, words="Encore", status=404)
        place.send(who, f"/-/comment/{thread.id}", 404, action="reply", words="Encore")
    assert "Trop cher" in place.see("awa", URL)


def test_visitors_read_and_are_asked_to_log_in(place: Commented) -> None:
    assert "Avec un compte" in place.see("", URL)
    assert 'name="words"' not in place.see("", URL)
    assert "data-comments" not in place.see("", f"/{PATH}")
    place.send("", URL, words="Bonjour", status=403)
    assert place.threads() == []


@pytest.mark.parametrize(
    ("more", "body"),
    [("editors: anyone\n", BODY), ("", BODY + "\n::: retours\nClair ?\n\n:::\n")],
)
def test_visitors_words_are_held_where_a_page_wants_them(
    place: Commented, more: str, body: str
) -> None:
    place.write({"projets/lora.md": page(body, more)})
    place.send("", URL, words="Bonjour", quote=QUOTE)
    (thread,) = place.threads()
    assert "Bonjour" not in place.see("", URL)
    assert "Bonjour" not in place.see("chloe", URL)
    assert place.part("store").count_open(place.reader(), PATH) == 0
    assert "Bonjour" in place.see("awa", URL)
    assert place.waits("awa") == ["Un commentaire sur LoRa attend d’être relu"]
    comment = place.said(thread)[0]
    place.send("chloe", f"/-/comment/{comment.id}", 404, action="accept")
    seen = place.part("threads").digest_of(comment.words)
    place.send("awa", f"/-/comment/{comment.id}", action="accept", seen=seen)
    assert "Un visiteur" in place.see("", URL)
    assert place.part("store").count_open(place.reader(), PATH) == 1


def test_names_are_offered_to_who_may_read_the_page(place: Commented) -> None:
    place.write({"projets/lora.md": page(more="visibility: team\n")})
    asked = place.client("awa").get(f"/-/comments-people/{PATH}?q=b")
    assert asked.json == []
    place.write({"projets/lora.md": page()})
    assert place.client("awa").get(f"/-/comments-people/{PATH}?q=ma").json == ["Ben Martin"]
    assert place.client("awa").get(f"/-/comments-people/{PATH}?q=aw").json == []
    place.see("", f"/-/comments-people/{PATH}?q=aw", 302)


def test_who_is_named_is_told_as_they_wish(place: Commented) -> None:
    from wiki.people.follow.subscriptions import Following, set_following

    set_following(place.instance.private, place.people["ben"].id, Following("now"))
    words = "@Ben Martin, et @Chloé Petit : qu'en dites-vous ? @Personne"
    place.send("awa", URL, words=words, quote=QUOTE)
    (mail,) = place.mails_to("ben")
    assert len(place.mails()) == 1 and "qu'en dites-vous" in mail
    assert place.waits("chloe") == ["Un commentaire sur LoRa vous cite"]
    assert place.waits("rita") == []
    thread = place.threads()[0]
    place.send("chloe", f"/-/comment/{thread.id}", action="reply", words="C'est bien")
    assert place.waits("chloe") == []
    assert place.waits("awa") == ["On vous a répondu dans une conversation sur LoRa"]
    place.write({"projets/lora.md": page(more="visibility: team\n")})
    assert place.waits("ben") == []


def test_the_team_is_told_of_new_ones_until_they_are_resolved(place: Commented) -> None:
    thread = place.comments("rita", "Est-ce par capteur ?", quote=QUOTE)
    assert place.waits("awa") == ["Un commentaire sur LoRa est à traiter"]
    assert place.waits("ben") == []
    place.send("awa", f"/-/comment/{thread.id}", action="resolve")
    assert place.waits("awa") == []


def test_an_erased_account_takes_its_words_along(place: Commented) -> None:
    from wiki.people.privacy.erasure import erase

    leaver = place.person("Zoé Quatre", key="zoe")
    thread = place.comments("zoe", "Trop cher pour @Chloé Petit", quote=QUOTE)
    place.send("awa", f"/-/comment/{thread.id}", action="reply", words="Merci")
    alone = place.comments("zoe", "Et puis encore", quote="le matin")
    erase(place.instance.private, leaver.id)
    place.later(minutes=1)
    text = place.see("awa", f"{URL}?which=all")
    assert "Trop cher" not in text
    assert "Merci" in text
    assert place.part("store").find_thread(place.instance, alone.id) is None


def test_one_account_is_bounded_a_day(place: Commented) -> None:
    limits = place.part("threads")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "_MINE", 2)
        place.send("ben", URL, words="Un", quote=QUOTE)
        place.send("ben", URL, words="Deux", quote=QUOTE)
        assert "Trois" in place.send("ben", URL, words="Trois", quote=QUOTE, status=429)
