"""Mails in words: text that says all, HTML that says the same, in the reader's language."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from wiki.hookspecs.notifications import Letter
from wiki.instance import Instance
from wiki.mail_templates import compose
from wiki.people.accounts.mail_tokens import MailLink
from wiki.people.accounts.notifications import letter_values

PURPOSES = ["confirm", "login", "reset", "known", "unknown", "closed"]


def account(instance: Instance, purpose: str, lang: str = "fr", name: str = "Une") -> Letter:
    token = "" if purpose in ("unknown", "closed") else "t0k3n"
    link = MailLink(purpose, "a@example.org", name, lang, token)
    url = f"https://wiki.example.org/-/link/{token}"
    return compose(instance, "account", lang, **letter_values(link, url))


def words(html: str) -> str:
    body = re.sub(r"<head>.*</head>", "", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_letter_says_what_it_is_for_in_its_language(
    instance: Instance, purpose: str, lang: str
) -> None:
    subject, text, html = account(instance, purpose, lang, "Marie {x} Durand")
    assert "Carrefour" in subject
    assert "\n" not in subject
    # A name that was not confirmed is not passed on: it could be an advertisement.
    name = "" if purpose == "confirm" else " Marie {x} Durand"
    assert text.startswith(f"Bonjour{name}," if lang == "fr" else f"Hello{name},")
    url = "https://wiki.example.org/-/link/" + ("" if purpose == "unknown" else "t0k3n")
    assert (url in text.split("\n")) is (purpose != "closed")
    assert (f'href="{url}"' in html) is (purpose != "closed")
    once = purpose not in ("unknown", "closed")
    assert ("one hour" in text or "une heure" in text) is once
    assert ("not you" in text) is (lang == "en")
    assert f'<html lang="{lang}"' in html


@pytest.mark.parametrize("purpose", PURPOSES)
def test_the_text_says_all_that_the_html_says(instance: Instance, purpose: str) -> None:
    _subject, text, html = account(instance, purpose)
    plain = " ".join(text.split())
    said = words(html)
    for sentence in text.split("\n\n")[:2]:
        assert " ".join(sentence.split()) in said
    assert ("\n\n\n" in text) is False
    assert "{" not in plain + said
    assert "\n-- \nCarrefour\n" in text


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_mail_fetches_nothing_and_tells_nobody(instance: Instance, purpose: str) -> None:
    html = account(instance, purpose).html
    found = re.findall(r"<(?:img|script|link|iframe|object|video|audio|base|form)\b", html)
    assert found == []
    assert "url(" not in html
    assert "@import" not in html
    hosts = set(re.findall(r'(?:href|src)="https?://([^/"]+)', html))
    assert hosts <= {"wiki.example.org", "127.0.0.1:8080"}


def test_what_someone_typed_is_no_markup(instance: Instance) -> None:
    letter = account(instance, "login", name="<b>A</b> & co")
    assert "<b>A</b> & co" in letter.text
    assert "<b>A" not in letter.html
    assert "&lt;b&gt;A&lt;/b&gt; &amp; co" in letter.html


def test_the_subject_is_one_line_whatever_it_is_made_of(instance: Instance) -> None:
    values: dict[str, Any] = letter_values(MailLink("login", "a@b.fr", "N", "fr"), "https://x/")
    made = compose(instance, "account", "fr", **{**values, "title": "A\r\nBcc: x@y\u2028z {site}"})
    assert made.subject == "A Bcc: x@y z Carrefour"


def test_who_may_stop_the_mails_is_told_how(instance: Instance) -> None:
    values = letter_values(MailLink("login", "a@b.fr", "N", "fr"), "https://x/")
    stop = "https://wiki.example.org/-/stop/t?a=1&b=2"
    _subject, text, html = compose(instance, "account", "fr", unsubscribe=stop, **values)
    assert f"Pour ne plus recevoir ces courriels\u00a0:\n{stop}\n" in text
    assert 'href="https://wiki.example.org/-/stop/t?a=1&amp;b=2"' in html


def test_every_mail_has_both_forms() -> None:
    folder = Path(__file__).parents[1]
    forms = [*folder.glob("templates/mail/*.*"), *folder.glob("plugins/*/templates/*/mail/*.*")]
    names = {form.with_suffix("") for form in forms if not form.name.startswith("_")}
    assert names
    assert {form for form in forms if not form.name.startswith("_")} == {
        name.with_suffix(end) for name in names for end in (".txt", ".html")
    }
