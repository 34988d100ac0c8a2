"""Innovations by mail: a mailbox over a socket, real clients, everything a mail can be wrong in."""

import io
import json
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from webencodings.labels import LABELS

from plugins.correspondents.mailbox import open_mailbox
from plugins.correspondents.tests.imapserver import PASSWORD, Cut, Mailbox
from tests.codec_names import NAMES
from tests.test_dialling import certificate, outside  # noqa: F401 - fixtures
from wiki.api.errors import WikiError
from wiki.api.plugin import Settings
from wiki.api.reading import get_page, is_taken
from wiki.jobs.runner import Runner
from wiki.people.task_runs import failing_tasks
from wiki.sandbox.functions import call_in_child as call_in_child
from wiki.sandbox.runner import Failed as ChildFailed
from wiki.testing import free_port, text_of

from . import encoded
from .conftest import Signalled


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(out, "PNG")
    return out.getvalue()


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    said = {
        "From": "Cora <CORA@example.org>",
        "Subject": "Fwd: Le four solaire",
        "Message-ID": "<un@example.org>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in said.items():
        message[name] = value
    message.set_content("Un four *partagé*.\n\n1. à Dakar\n::: besoins\n\n-- \nCora\n")
    return message


@pytest.fixture
def read(place: Signalled, imap: Mailbox) -> Callable[[], None]:
    """``read()``: the task, on the mailbox of this test."""
    place.settle(
        imap_host="127.0.0.1",
        service_hosts="127.0.0.1",
        imap_port=imap.port,
        imap_user=imap.user,
        imap_password=PASSWORD,
        signal_address="innovation@wiki.example.org",
    )
    run = place.part("mail_intake").run
    return lambda: run(place.instance)


def test_the_mailbox_is_opened_where_it_was_looked_at(
    outside: ssl.SSLContext,  # noqa: F811
    imap: Mailbox,
) -> None:
    """Encrypted, for the name that its certificate bears; the name is looked up once."""
    number = imap.put(bytes(mail()))
    with Cut(imap.port, b"LOGOUT", encrypted=outside) as line:
        chosen = Settings(imap_host="mail.example.org", imap_port=line.port, imap_user=imap.user)
        with open_mailbox(replace(chosen, imap_password=PASSWORD)) as opened:
            assert opened.unread() == [str(number)]


def link_of(place: Signalled) -> str:
    (told,) = place.mails()
    found = re.search(r"/-/signal/confirm/[\w.-]+", text_of(told))
    assert found
    return found[0]


def test_a_mail_becomes_a_draft_once_its_finder_says_so(
    place: Signalled, imap: Mailbox, read: Callable[[], None]
) -> None:
    message = mail()
    message.add_attachment(photo(), maintype="image", subtype="png", filename="photo 1.png")
    message.add_attachment(b"MZ\0", maintype="image", subtype="png", filename="../evil.png")
    number = imap.put(bytes(message))
    read()
    assert imap.seen == {number}
    (row,) = place.rows()
    assert (row.state, row.title, row.person) == (
        "confirm",
        "Le four solaire",
        place.people["cora"].id,
    )
    assert not is_taken(place.reader("anne"), "projets/le-four-solaire"), "From can be forged"
    (told,) = place.mails()
    assert told["To"] == "cora@example.org" and told["Auto-Submitted"] == "auto-generated"
    assert "solaire" not in str(told).lower(), "anybody may have written it"
    url = link_of(place)
    assert "Le four solaire" in place.see("", url)
    # Signed in as somebody else.
    place.see("marc", url, 404)
    place.see("", url[:-2], 404)
    for _ in range(2):  # a second press does nothing
        place.send("", url, action="yes")
    (row,) = place.rows()
    assert (row.state, row.path) == ("draft", "projets/le-four-solaire")
    page = place.see("cora", f"/{row.path}")
    assert "Un four *partagé*." in page and "1. à Dakar" in page and "::: besoins" in page
    assert f"/{row.path}/photo-1.png" in page and "evil" not in page
    assert not is_taken(place.reader("anne"), "projets/le-four-solaire-2")


def test_whose_mail_it_was_not_says_no(
    place: Signalled, imap: Mailbox, read: Callable[[], None]
) -> None:
    imap.put(bytes(mail()))
    read()
    url = link_of(place)
    place.send("", url, action="no")
    assert place.rows() == []
    place.see("", url, 404)


def test_the_same_mail_again_is_one(
    place: Signalled, imap: Mailbox, read: Callable[[], None]
) -> None:
    numbers = {imap.put(bytes(mail())) for _ in range(2)}
    # The row is written; the line breaks before the mail is marked.
    with Cut(imap.port, b"STORE") as cut:
        place.settle(imap_port=cut.port)
        with pytest.raises(WikiError):
            read()
    assert len(place.rows()) == 1 and imap.seen == set()
    place.settle(imap_port=imap.port)
    read()
    read()
    assert len(place.rows()) == 1 and imap.seen == numbers
    assert len(place.mails()) == 1 and imap.flagged == set()


def test_an_address_without_an_account_is_for_the_team(
    place: Signalled, imap: Mailbox, read: Callable[[], None]
) -> None:
    imap.put(bytes(mail(From="Zoé <zoe@example.net>")))
    read()
    (row,) = place.rows()
    assert (row.state, row.name, row.email) == ("held", "Zoé", "zoe@example.net")
    assert place.mails() == [], "nothing is ever answered to an address that anybody may type"
    page = place.see("paul", f"/-/signal/{row.id}")
    assert "adresse sans compte" in page
    place.press("paul", row, "accept")
    assert "Zoé" in place.see("paul", "/projets/le-four-solaire.md")


def test_what_machines_write_is_left_alone(
    place: Signalled, imap: Mailbox, read: Callable[[], None]
) -> None:
    machines = [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; x=y"},
        {"Return_Path": "<>"},
        {"Precedence": "bulk"},
        {"List_Id": "<liste.example.org>"},
        {"From": "MAILER-DAEMON@example.org"},
        {"From": "Carrefour <carrefour@localhost>"},
        {"From": "innovation@wiki.example.org"},
        {"From": "personne"},
    ]
    for number, headers in enumerate(machines):
        imap.put(bytes(mail(Message_ID=f"<{number}@example.org>", **headers)))
    read()
    assert [row.key for row in place.rows()] == [] and place.mails() == []
    assert imap.seen == imap.found("ALL")


def test_the_wikis_own_mail_coming_back_makes_no_loop(
    place: Signalled, imap: Mailbox, read: Callable[[], None]
) -> None:
    imap.put(bytes(mail()))
    read()
    imap.put(bytes(place.mails()[0]))
    read()
    assert len(place.rows()) == 1 and len(place.mails()) == 1


def test_a_day_has_room_for_so_many_of_one(
    place: Signalled, imap: Mailbox, read: Callable[[], None]
) -> None:
    place.settle(signals_per_day=2)
    first, second, *_others = [
        imap.put(bytes(mail(Message_ID=f"<{number}@example.org>"))) for number in range(4)
    ]
    last = imap.put(bytes(mail(From="zoe@example.net", Message_ID="<autre@example.org>")))
    read()
    assert len(place.rows()) == 3 and len(place.mails()) == 2
    assert imap.seen == {first, second, last}, "the others wait for another day"


def test_where_no_more_is_held_mails_of_accounts_are_read(
    place: Signalled, imap: Mailbox, read: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place.part("store"), "MOST_HELD", 1)
    numbers = [
        imap.put(bytes(mail(From=who, Message_ID=f"<{number}@example.org>")))
        for number, who in enumerate(["zoe@example.net"] * 3 + ["cora@example.org"])
    ]
    read()
    assert [row.state for row in place.rows()] == ["held", "confirm"]
    assert imap.seen == {numbers[0], numbers[-1]}


def test_what_cannot_be_read_is_set_aside_for_the_team_and_the_next_is_read(
    place: Signalled, imap: Mailbox, read: Callable[[], None]
) -> None:
    place.settle(max_upload=1000)
    huge = mail(Message_ID="<gros@example.org>")
    huge.add_attachment(b"x" * 1_100_000, maintype="image", subtype="png", filename="a.png")
    aside = {
        imap.put(bytes(huge)),
        imap.put(b"From: zoe@example.net\r\n" + NESTED + b"\r\nx"),
        imap.put(b"From: zoe@example.net\r\nMessage-ID: <vide>\r\n\r\n"),
        imap.put(b"From: zoe@example.net\r\nSubject: " + b"x" * 70_000 + b"\r\n\r\nUn four"),
    }
    last = imap.put(bytes(mail(From="Yann <yann@example.net>")))
    read()
    assert [row.name for row in place.rows()] == ["Yann"]
    assert imap.flagged == aside and imap.seen == {*aside, last}
    read()
    assert "4 courriels qui n’ont pas pu être lus" in place.see("paul", "/-/account")
    page = place.see("paul", "/-/signal/list")
    assert page.count("zoe@example.net") == 3 and "Cora" in page and "trop gros" in page
    assert "zoe@example.net" not in place.see("coco", "/-/signal/list")
    action = re.search(r'action="(/-/signal/unreadable/\w+)"', page)
    assert action
    place.send("coco", action[1], 403)
    place.send("paul", action[1])
    assert "3 courriels" in place.see("paul", "/-/account")
    read()
    assert imap.flagged == aside, "they stay where people find them"


def test_a_server_that_cannot_be_reached_or_refuses_costs_nothing(
    place: Signalled, imap: Mailbox, read: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    """The administrators are told; nothing else is lost."""
    told = []
    for wrong in (
        {"imap_password": "faux"},
        {"imap_password": PASSWORD, "imap_folder": "Ailleurs"},
        {"imap_port": free_port()},
    ):
        place.settle(**wrong)
        assert not Runner(place.instance).run(place.part("mail_intake").NAME)
        told += [run.error for run in failing_tasks(place.instance.private)]
    assert len(told) == 3 and all("mailbox of innovations" in words for words in told)
    assert place.rows() == []
    said = caplog.text + " ".join(told)
    assert "faux" not in said and PASSWORD not in said


def test_only_html(place: Signalled, imap: Mailbox, read: Callable[[], None]) -> None:
    message = mail()
    message.set_content(
        "<style>p{}</style><p>Un four&nbsp;<b>partagé</b>.</p><script>x</script><p>À Dakar",
        subtype="html",
    )
    imap.put(bytes(message))
    read()
    assert place.rows()[0].text == "Un four partagé.\n\nÀ Dakar"


def test_addresses_in_a_mail_that_is_passed_on_reach_the_team_and_no_page(
    place: Signalled, imap: Mailbox, read: Callable[[], None]
) -> None:
    message = mail(Subject="Tr: Le four de marie@ailleurs.example")
    message.replace_header("From", '"zoe@loin.example" <zoe@loin.example>')
    message.set_content(
        "De : Marie <marie@ailleurs.example>\nÀ : mailto:zoe@loin.example\n\nUn four. "
        "Écrire à Marie.Durand+four@ailleurs.example.\n"
    )
    imap.put(bytes(message))
    read()
    (row,) = place.rows()
    assert (row.title, row.name) == ("Le four de […]", "[…]")
    assert row.text == "De : Marie […]\nÀ : […]\n\nUn four. Écrire à […]"
    assert row.contact.split() == [
        "marie@ailleurs.example",
        "zoe@loin.example",
        "Marie.Durand+four@ailleurs.example",
    ]
    place.press("paul", row, "accept")
    (made,) = place.rows()
    assert made.state == "draft"
    assert "@" not in get_page(place.reader("anne"), made.path).text


NESTED = b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number)
    for number in range(300)
)


def test_no_mailbox_inside_of_the_network_is_called_for_a_browser(
    place: Signalled, imap: Mailbox
) -> None:
    opened = place.part("mailbox").open_mailbox
    chosen = Settings(imap_host="127.0.0.1", imap_port=imap.port, imap_user=imap.user)
    with pytest.raises(OSError, match="service_hosts"), opened(chosen):
        pass
    of_file = replace(chosen, imap_password=PASSWORD, given={"imap_host": "file"})
    with opened(of_file) as box:
        assert box.unread() == []


@pytest.mark.parametrize(
    "whole",
    [
        b"Subject: x\nFrom: " + b'"' * 60_000 + b" <x@example.org>\n\nUn four",
        b"From: x@example.org\nSubject: x\n" + NESTED + b"Content-Type: text/plain\n\n"
        b"" + b"--x\n" * 300_000,
        b"From: x@example.org\nSubject: x\nContent-Type: text/html\n\n" + b"<a " * 60_000,
        b"From: x@example.org\nSubject: x\nContent-Type: text/html\n\n" + b"<!--" * 60_000,
        b"From: x@example.org\nSubject: x\nContent-Type: text/html\n\n" + b"<a a='" * 60_000,
        b"From: x@example.org\nSubject: x\nContent-Type: image/png\nContent-Disposition: "
        b"attachment; filename=" + b'"' * 60_000 + b"\n\nx",
    ],
    ids=["header", "nested", "tags", "comments", "quotes", "name"],
)
def test_no_mail_keeps_the_tasks_from_their_work(
    plugin_module: Callable[[str], Any], whole: bytes
) -> None:
    reading = plugin_module("reading_mail")
    reading.identity_of(whole)
    reading.sender_of(whole)
    # Each of these took twenty seconds or more: a child that works longer than one is ended.
    with suppress(ChildFailed):
        call_in_child(reading.parse, {"ours": []}, whole, seconds=1)


def test_a_mail_that_memory_is_wanting_for_waits_and_the_next_one_is_read(
    place: Signalled, imap: Mailbox, read: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = place.part("mail_intake").reading_mail
    monkeypatch.setattr(reading, "parse", encoded.die_of_the_heavy)
    imap.put(bytes(mail(From="zoe@example.net", Subject="Lourd", Message_ID="<deux@example.net>")))
    light = imap.put(bytes(mail()))
    read()
    assert (imap.seen, imap.flagged) == ({light}, set()), "what was killed is asked for again"


def test_mails_in_every_encoding_of_python_are_read(plugin_module: Callable[[str], Any]) -> None:
    asked = [(where, name) for where in encoded.PLACES for name in NAMES]
    mails = json.dumps([encoded.mail(*one) for one in asked]).encode()
    module = {"module": plugin_module("reading_mail").__file__}
    said, _parts = call_in_child(encoded.read_all, module, mails, seconds=200)
    told = dict(zip(asked, said["told"], strict=True))
    # Headers that no one could have written, in an encoding of two bytes, and a name with an end.
    aside = {name for (_where, name), one in told.items() if not one}
    assert aside <= {"utf-8\0", *(one for one in LABELS if LABELS[one].startswith("utf-16"))}
    for where in encoded.PLACES:
        assert "partagé" in told[where, "utf-8"] and "partagé" in told[where, "windows-1252"]
    # What browsers do not know is read as what most is written in.
    assert r"\x41" in told["body", "unicode_escape"] and "four" in told["body", "punycode"]


@pytest.fixture(scope="module")
def shown() -> Callable[[str], str]:
    """What a page is that has no wiki around it."""
    from datetime import date
    from zoneinfo import ZoneInfo

    from wiki.jinja import environment
    from wiki.pages.document import read_document
    from wiki.rendering.context import RenderContext
    from wiki.rendering.pipeline import render

    templates = environment([], lambda: ZoneInfo("Europe/Paris"))
    context = RenderContext(path="p", today=date(2027, 3, 1), templates=templates)
    return lambda markdown: render(read_document(markdown), context).html


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_typed_words_show_as_they_are(
    plugin_module: Callable[[str], Any], shown: Callable[[str], str], text: str
) -> None:
    from lxml import html

    said = shown(f"# T\n\n{plugin_module('plaintext').markdown_of(text)}\n")
    body = html.fromstring(f"<div>{said}</div>")
    assert {one.tag for one in body.iter()} <= {"div", "p", "br", "h1", "a"}
