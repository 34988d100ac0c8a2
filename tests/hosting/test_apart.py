"""Two wikis of one host with the same pages and people: neither sees anything of the other.

What is said of both is asked of both, as somebody would who found the other's secrets.
"""

import json
from pathlib import Path

from tests.hosting.conftest import Host
from wiki.config import Settings
from wiki.instance import Instance
from wiki.people.accounts import add_person
from wiki.people.accounts.access_tokens import issue
from wiki.people.person import Person
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.testing import PASSWORD
from wiki.testing.wikis import opened

_NOTE = {"index.md": "# Accueil\n", "note.md": "# Note\n\nLe mot est {word}.\n"}
_MAIL = "zoe@people.invalid"


def _fill(instance: Instance, word: str) -> Person:
    files = {name: text.format(word=word).encode() for name, text in _NOTE.items()}
    files["close.md"] = f"---\nvisibility: members\n---\n\n# Fermé\n\nSecret {word}.\n".encode()
    files["note/plan.txt"] = word.encode()
    author = Author("Une main", "main@people.invalid")
    commit(instance.repository, instance.repository.head(), files, author, "by hand")
    return add_person(
        instance.private, email=_MAIL, name=f"Zoé {word}", role="member", password=PASSWORD
    )


def _mails(settings: Settings) -> list[str]:
    return [one.read_text("utf-8") for one in sorted((settings.instance / "outbox").glob("*.eml"))]


def test_two_wikis_share_nothing(host: Host) -> None:
    a = host.add("a", 'mail_from = "bonjour@a.example"', "login_failures_per_15_min = 2")
    b = host.add("b", 'mail_from = "salut@b.example"')
    with opened(a) as at_a, opened(b) as at_b:
        one, two = _fill(at_a, "abricot"), _fill(at_b, "bergamote")
        mine, yours = host.signed_in("a", at_a, one), host.signed_in("b", at_b, two)
        secret = issue(at_a.private, one.id, name="x", scopes=["read"], days=None)
    anyone, other = host.browser("a"), host.browser("b")
    host.wait(lambda: anyone.ask("/note").status == 200 and other.ask("/note").status == 200)

    # Pages, files, what is found, kept answers: twice, so that both keep theirs.
    for _each in range(2):
        for browser, word, not_here in (
            (anyone, "abricot", "bergamote"),
            (other, "bergamote", "abricot"),
        ):
            assert word in browser.ask("/note").text and word in browser.ask("/note/plan.txt").text
            assert not_here not in browser.ask("/note").text
            assert "/note" in browser.ask(f"/-/search?q={word}").text
            assert 'href="/note"' not in browser.ask(f"/-/search?q={not_here}").text
            assert browser.ask("/close").status == 404
    # An answer of one is not what the other had.
    tag = anyone.ask("/note").headers["etag"]
    assert anyone.ask("/note", If_None_Match=tag).status == 304
    assert other.ask("/note", If_None_Match=tag).status == 200

    # A session is one wiki's: also where its cookie is sent to the other, by whatever name.
    assert "Secret abricot" in mine.ask("/close").text
    assert "Secret bergamote" in yours.ask("/close").text
    strayed = host.browser("b", mine.cookies)
    assert strayed.ask("/close").status == 404
    assert "Zoé" not in strayed.ask("/").text
    # So is a form's token, and what is mailed to people.
    form = {"csrf_token": mine.token("/-/edit/note"), "text": "# Note\n\nVolé.\n", "base": ""}
    assert yours.ask("/-/edit/note", form).status == 400
    assert "Volé" not in other.ask("/note").text
    # And a token of programs.
    bearer = f"Bearer {secret}"
    me = host.browser("a").ask("/-/api/v1/me", Authorization=bearer).text
    assert json.loads(me)["name"] == "Zoé abricot"
    assert host.browser("b").ask("/-/api/v1/me", Authorization=bearer).status == 401

    # Mails: from whom, and where they lead.
    for browser in (host.browser("a"), host.browser("b")):
        form = {"csrf_token": browser.token("/-/reset"), "email": _MAIL}
        assert browser.ask("/-/reset", form).status == 200
    host.wait(lambda: _mails(a) and _mails(b))
    for settings, host_name, sender in ((a, "a.example", "bonjour"), (b, "b.example", "salut")):
        (mail,) = _mails(settings)
        assert f"https://{host_name}/-/reset/" in mail and f"{sender}@{host_name}" in mail
        assert ("https://a.example" in mail) == (settings is a)

    # Limits: who is held up at one is not at the other.
    answers = []
    for name in ("a", "a", "a", "b"):
        browser = host.browser(name)
        form = {"csrf_token": browser.token("/-/login"), "email": _MAIL, "password": "faux faux"}
        answers.append(browser.ask("/-/login", form).status)
    assert answers == [422, 422, 429, 422]
    # Nor by an address that somebody makes up.
    browser = host.browser("a")
    form["csrf_token"] = browser.token("/-/login")
    assert browser.ask("/-/login", form, X_Forwarded_For="203.0.113.9").status == 429

    # Metrics are each wiki's, and so are its lines in the log.
    counted = host.browser("b").ask("/-/metrics", Authorization="Bearer on a machine").text
    assert "wiki_" in counted and host.browser("b").ask("/-/metrics").text != counted
    lines = Path(host.log).read_text("utf-8").splitlines()
    assert any("/-/login" in one and "[a]" in one for one in lines)
    assert any("/-/login" in one and "[b]" in one for one in lines)
    assert not any("[a]" in one and "[b]" in one for one in lines)
