"""What is new in public reaches who was named, signed; nothing closed does, whoever answers."""

import json
import re
import ssl
import subprocess
import threading
from datetime import timedelta
from email.utils import format_datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from wiki.editing.move import move
from wiki.people.audit import noted

from .conftest import NEED, PROJECT, Handler, Receiver, Told, needs, project

SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")


def said(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in receiver.got]


def test_what_happens_in_public_is_told_once(place: Told, receiver: Receiver) -> None:
    place.add("anne", receiver)
    place.run()
    assert receiver.got == []  # what was there already is news to nobody
    event = (
        "---\ntype: event\ntitle: Le soir\nstarts: 2027-03-18T18:00\nplace: Plouha\n{}---\n\nVenez."
    )
    place.write(
        {
            f"{PROJECT}.md": project(
                needs(NEED.replace("[ ]", "[x]"), "- [ ] Une pompe {#b-bbbbbbbb}")
            ),
            "projets/secret.md": project("Caché", "visibility: members\n"),
            "evenements/soir.md": event.format(""),
            "dossiers/eaux.md": "---\ntype: dossier\ntitle: Les eaux\n---\n",
        }
    )
    place.run()
    place.run()
    told = {one["type"]: one["data"] for one in said(receiver)}
    assert sorted(one["type"] for one in said(receiver)) == [
        *("dossier.published", "event.announced", "need.closed", "need.opened", "page.changed"),
    ]
    assert told["need.opened"]["title"] == "Une pompe"
    assert told["need.opened"]["url"].endswith("/-/needs/b-bbbbbbbb")
    assert told["need.closed"]["state"] == "closed"
    assert told["event.announced"]["starts"] == "2027-03-18T18:00:00+01:00"
    receiver.got.clear()
    story = "::: historique\n- 2026-01-01 prototype — Elle chauffe\n:::\n"
    place.write(
        {
            f"{PROJECT}.md": project(story),
            "evenements/soir.md": event.format("cancelled: yes\n"),
        }
    )
    place.run()
    assert sorted(one["type"] for one in said(receiver)) == [
        *("event.cancelled", "need.withdrawn", "project.step"),
    ]
    (step,) = [one["data"] for one in said(receiver) if one["type"] == "project.step"]
    assert step["state"] == "prototype" and step["url"].endswith(f"/{PROJECT}")


def test_each_message_is_signed_as_the_standard_wants(place: Told, receiver: Receiver) -> None:
    id = place.add("anne", receiver)
    (secret,) = SECRET.findall(place.shown[-1])
    assert secret not in place.see("anne", f"/-/webhooks/{id}")
    place.send("anne", f"/-/webhooks/{id}", action="tell")
    place.run()
    one = receiver.got[0]
    assert Webhook(secret).verify(one.body, one.headers)["type"] == "webhook.test"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(one.body + b" ", one.headers)
    place.send("anne", f"/-/webhooks/{id}", 200, action="change")
    (renewed,) = SECRET.findall(place.shown[-1])
    assert noted(place.instance.private, limit=1)[0].what == "webhook-secret"
    place.send("anne", f"/-/webhooks/{id}", action="tell")
    place.run()
    for each in (secret, renewed):
        Webhook(each).verify(receiver.got[1].body, receiver.got[1].headers)
    place.later(days=2)
    place.send("anne", f"/-/webhooks/{id}", action="tell")
    place.run()
    assert " " not in receiver.got[2].headers["webhook-signature"]


def test_what_is_closed_meanwhile_is_not_sent(place: Told, receiver: Receiver) -> None:
    place.add("anne", receiver)
    place.write({f"{PROJECT}.md": project(needs(NEED, "- [ ] Canari {#b-cccccccc}"))})
    place.part("observer").run(place.instance)
    assert len(place.messages()) == 2
    place.write({f"{PROJECT}.md": project("Canari", "visibility: team\n")})
    place.run()
    # That it is gone is all that is told, where it was and no word of it.
    url = place.instance.settings.public_url
    told = sorted((one["type"], one["data"]["url"], one["data"]) for one in said(receiver))
    assert [(what, data) for what, _url, data in told] == [
        ("need.withdrawn", {"url": f"{url}/-/needs/b-aaaaaaaa", "id": "b-aaaaaaaa"}),
        ("need.withdrawn", {"url": f"{url}/-/needs/b-cccccccc", "id": "b-cccccccc"}),
        ("page.withdrawn", {"url": f"{url}/{PROJECT}", "path": PROJECT}),
    ]
    assert [one.state for one in place.messages()].count("dropped") == 2
    assert "Canari" not in place.see("anne", f"/-/webhooks/{place.hooks()[0].id}")
    # What is public again is news of that moment, and is not said to be gone any more.
    receiver.got.clear()
    place.write({f"{PROJECT}.md": project("Rouverte")})
    place.run()
    assert [one["type"] for one in said(receiver)] == ["page.published"]
    receiver.got.clear()
    place.write({f"{PROJECT}.md": None})
    place.part("observer").run(place.instance)
    place.write({f"{PROJECT}.md": project("Rouverte")})
    place.run()
    assert [one["type"] for one in said(receiver)] == ["page.published"]


def test_what_is_gone_is_told_to_whom_it_was_told(place: Told, receiver: Receiver) -> None:
    place.write({"mare.md": project()})
    place.add("anne", receiver, scope="theme", theme="energie")
    place.write({f"{PROJECT}.md": None})
    move(place.reader("anne"), "mare", "etang")
    place.run()
    told = sorted(f"{one['type']} {one['data']['url']}" for one in said(receiver))
    url = place.instance.settings.public_url
    assert told == [
        f"need.withdrawn {url}/-/needs/b-aaaaaaaa",
        f"page.published {url}/etang",
        f"page.withdrawn {url}/{PROJECT}",
    ]


def test_who_does_not_answer_is_tried_again_then_turned_off(
    place: Told, receiver: Receiver
) -> None:
    id = place.add("anne", receiver)
    place.send("anne", f"/-/webhooks/{id}", action="tell")
    receiver.next = [(503, {"Retry-After": "3600"}), (302, {"Location": "http://127.0.0.1:1/"})]
    place.run()
    place.later(minutes=59)
    place.run()
    assert len(receiver.got) == 1  # as long as it asked for
    place.later(minutes=2)
    place.run()
    assert len(receiver.got) == 2 and place.messages()[0].status == 302  # and nowhere else
    when = format_datetime(place.now + timedelta(days=300), usegmt=True)
    receiver.next = [(429, {"Retry-After": when}), *[(500, {})] * 20]
    for _day in range(12):
        place.later(hours=25)
        place.run()
    assert len(receiver.got) == 9 and place.hooks()[0].off == "failing"
    assert place.messages()[0].state == "failed"
    (mail,) = place.mails_to("anne")
    assert f"/-/webhooks/{id}" in mail
    receiver.next.clear()
    place.send("anne", f"/-/webhooks/{id}", 422, action="tell")
    place.send("anne", f"/-/webhooks/{id}", action="open")
    place.send("anne", f"/-/webhooks/{id}", action="again", message=place.messages()[0].id)
    place.run()
    assert len(receiver.got) == 10 and place.messages()[0].state == "sent"


def test_who_is_gone_for_good_is_left_alone(place: Told, receiver: Receiver) -> None:
    id = place.add("anne", receiver)
    place.send("anne", f"/-/webhooks/{id}", action="tell")
    receiver.next = [(410, {})]
    place.run()
    assert place.hooks()[0].off == "gone" and len(place.mails_to("anne")) == 1


def test_one_dead_receiver_holds_up_no_other(place: Told, receiver: Receiver) -> None:
    place.add("anne", address="http://127.0.0.1:1/hook")
    place.add("anne", receiver)
    place.write({"neuf.md": "# Neuf\n"})
    place.run()
    assert [one["data"]["title"] for one in said(receiver)] == ["Neuf"]
    (waits,) = [one for one in place.messages() if one.state == "waits"]
    assert waits.said and waits.tries == 1


def test_a_name_that_leads_inside_is_not_called(place: Told, receiver: Receiver) -> None:
    """Nor one that leads there since it was named."""
    for address in (receiver.url.replace("127.0.0.1", "localhost"), "https://10.0.0.1/x"):
        shown = place.send(
            "anne", "/-/webhooks/new", 422, form="standard", address=address, scope="site"
        )
        assert "whsec_" not in shown
    id = place.add("anne", receiver)
    place.send("anne", f"/-/webhooks/{id}", action="tell")
    vars(place.instance.settings)["webhook_hosts"] = ""
    place.run()
    assert receiver.got == [] and place.messages()[0].said


def test_a_certificate_of_nobody_is_refused(
    place: Told, receiver: Receiver, tmp_path: Path
) -> None:
    pem = tmp_path / "own.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"),
            *("ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=127.0.0.1"),
            *("-keyout", str(pem), "-out", f"{pem}.crt"),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{pem}.crt", pem)
    handler = type("_Own", (Handler,), {"receiver": receiver})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        id = place.add("anne", address=f"https://127.0.0.1:{server.server_port}/hook")
        place.send("anne", f"/-/webhooks/{id}", action="tell")
        place.run()
        server.shutdown()
        thread.join()
    assert receiver.got == [] and "certificate" in place.messages()[0].said.casefold()
