"""Wikis of a host wake, sleep, come and go; who asks by a name of nobody learns of none."""

import os
import shutil
import socket
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.hosting.conftest import Browser, Host
from wiki.mail_dispatch import send_mail
from wiki.people.mail.values import Mail
from wiki.testing import ForkServer
from wiki.testing.wikis import opened


def _answers(browser: Browser) -> bool:
    # The wiki: of a name that it does not know yet the door itself says that it is well.
    return browser.ask("/").status == 200


def _processes(host: Host) -> list[str]:
    """The names of what works for its wikis."""
    return sorted(name for _pid, name in _family(host))


def _family(host: Host) -> list[tuple[int, str]]:
    """What works for its wikis, each with its name."""
    family, grown = {host.process.pid}, True
    found = {}
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            try:
                name, _end, rest = (one / "stat").read_text().partition("(")[2].rpartition(") ")
            except OSError:
                continue
            found[int(one.name)] = (name, int(rest.split()[1]))
    while grown:
        more = {pid for pid, (_name, above) in found.items() if above in family} - family
        family, grown = family | more, bool(more)
    return [(pid, found[pid][0]) for pid in family]


def _held(host: Host) -> tuple[list[str], int]:
    """Where the warden listens, and how many pieces of memory it shares with servers."""
    (warden,) = (pid for pid, name in _family(host) if name == "wiki-warden")
    lines = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()]
    places = {f"socket:[{line[6]}]": line[7] for line in lines if len(line) > 7}
    files = [os.readlink(one) for one in Path(f"/proc/{warden}/fd").iterdir()]  # noqa: PTH115
    maps = Path(f"/proc/{warden}/maps").read_text()
    return sorted(places[one] for one in files if one in places), maps.count("/dev/zero")


def _listening(host: Host) -> list[str]:
    """Where a wiki of it is called; its other names lead there."""
    found = (host.folder / ".run").glob("*.sock")
    return sorted(str(one) for one in found if not one.is_symlink())


def test_a_wiki_wakes_and_sleeps_and_is_looked_after_meanwhile(host: Host) -> None:
    sites = {name: host.add(name) for name in ("un", "deux", "trois")}
    # More than may be awake together: each is answered, the longest unused sleeps for it.
    for browser in map(host.browser, sites):
        host.wait(partial(_answers, browser))
    host.wait(lambda: "wiki-web" not in _processes(host))
    # A mail of one that sleeps leaves, and wakes no server.
    with opened(sites["un"]) as instance:
        send_mail(instance, Mail("a-key", "x@people.invalid", "Sujet", "Texte"))
    host.wait(lambda: list((sites["un"].instance / "outbox").glob("*.eml")))
    assert host.browser("un").ask("/").status == 200


def test_one_that_sleeps_is_a_socket_and_nothing_more(host: Host) -> None:
    """Two hundred that sleep cost what two hundred sockets do, though each was awake."""
    for name in ("aube", "brume", "cime"):
        host.add(name)
        host.wait(partial(_answers, host.browser(name)))
    host.wait(lambda: _held(host) == (_listening(host), 0))
    assert len(_listening(host)) >= 3


def test_wikis_come_go_and_are_mended_while_all_others_go_on(host: Host) -> None:
    host.add("reste")
    settings = host.add("casse")
    toml = settings.instance / "wiki.toml"
    browser = host.browser("casse")
    host.wait(lambda: browser.ask("/").status == 200)
    good = toml.read_text("utf-8")
    toml.write_text(good + "\nsmpt_host = 1\n", "utf-8")
    # Until then it is on its way, and does not answer yet.
    host.wait(lambda: "cannot be shown at the moment" in browser.ask("/").text)
    said = browser.ask("/")
    assert said.status == 503 and "smpt" not in said.text
    assert "casse is out: wiki.toml: unknown setting 'smpt_host'" in host.log.read_text("utf-8")
    assert host.browser("reste").ask("/").status == 200
    toml.write_text(good + '\nother_hosts = "autre.example"\n', "utf-8")
    host.wait(lambda: browser.ask("/").status == 200)
    led = host.browser("autre").ask("/-/search?q=a%20b")
    assert (led.status, led.headers.get("location", led.text)) == (
        308,
        "https://casse.example/-/search?q=a%20b",
    )
    # What is damaged inside says so by itself, and works once it is mended.
    (settings.instance / "private.db").rename(settings.instance / "private.away")
    toml.touch()
    host.wait(lambda: browser.ask("/").status == 503)
    (settings.instance / "private.away").rename(settings.instance / "private.db")
    toml.touch()
    host.wait(lambda: browser.ask("/").status == 200)
    shutil.move(settings.instance, host.folder.parent / "elsewhere")
    host.wait(lambda: browser.ask("/").status == 421)
    assert host.browser("reste").ask("/").status == 200


def test_one_whose_settings_change_is_called_all_the_while(host: Host) -> None:
    toml = host.add("change").instance / "wiki.toml"
    browser, place = host.browser("change"), host.folder / ".run" / "change.example.sock"
    host.wait(partial(_answers, browser))
    before, seen = place.stat().st_ino, set[int]()
    toml.write_text(toml.read_text("utf-8").replace("Chez change", "Chez autrement"), "utf-8")

    def has_changed() -> bool:
        said = browser.ask("/")
        seen.add(said.status)
        return "Chez autrement" in said.text

    host.wait(has_changed)
    assert 421 not in seen and place.stat().st_ino == before


def test_who_asks_by_no_name_of_ours_learns_nothing(host: Host) -> None:
    host.add("ici")
    host.wait(lambda: host.browser("ici").ask("/").status == 200)
    for name in ("ICI.example", "ici.example.", "ici.example:8443"):
        assert Browser(host.port, name).ask("/").status == 200, name
    for name in ("127.0.0.1", "localhost", "ici.example.attacker.example", "../ici.example", ""):
        answer = Browser(host.port, name).ask("/", X_Forwarded_Host="ici.example")
        assert answer.status in (400, 421), name
        assert "ici" not in answer.text
    # One name alone counts, and nothing that a stranger says of proxies.
    led = host.browser("ici").ask("/", X_Forwarded_Host="other.example", Forwarded="host=x.example")
    assert led.status == 200 and "other.example" not in led.text and "x.example" not in led.text
    head = b"POST /-/login HTTP/1.1\r\nHost: ici.example\r\nTransfer-Encoding: chunked\r\n\r\n"
    with closing(socket.create_connection(("127.0.0.1", host.port), 30)) as line:
        line.sendall(head + b"3\r\na=b\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: ici.example\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize("words", [["--host", "a b"], ["--host", "un.example"]])
def test_a_wiki_is_made_by_a_command(
    tmp_path: Path, fork_server: ForkServer, words: list[str]
) -> None:
    made = fork_server.run(["instances", "new", os.fspath(tmp_path), "un", *words, "--empty"])
    if words[1] == "a b":
        assert (made.returncode, "is no host name" in made.stderr) == (1, True)
        return
    assert made.stdout.splitlines()[-1].startswith("https://un.example/-/setup/")
    again = fork_server.run(["instances", "new", os.fspath(tmp_path), "deux", *words])
    assert "un.example is the host of un already" in again.stderr
    listed = fork_server.run(["instances", "list", os.fspath(tmp_path)])
    assert listed.stdout == "un\tun.example\tnot served\n"
