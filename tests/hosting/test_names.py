"""Names of hosts, and the wikis that a folder holds for them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.config import load_settings
from wiki.errors import BadSetting
from wiki.hosting.folder import Sites
from wiki.hosting.names import host_in, host_of
from wiki.hosting.settings import load_host, site_settings
from wiki.parts.creation import found

_OURS = (
    *("atelier.example.org", "Atelier.EXAMPLE.org", "atelier.example.org:8080"),
    *("atelier.example.org.", "atelier.example.org.:443", "atelier.example.org:"),
)
_NOBODYS = (
    *("", ".", "..", "../secret", "a/b", "a b.example", "atelier..example.org", "[::1]:80", "é.fr"),
    *("atelier.example.org:80:80", "atelier.example.org:x", "-a.example", "a_b.example", "a.b\n"),
    *("user@atelier.example.org", "x" * 64 + ".example", "a." * 130, "a.example,b", "%61"),
)


@pytest.mark.parametrize("header", _OURS)
def test_one_name_is_written_in_many_ways(header: str) -> None:
    assert host_of(header) == "atelier.example.org"


@pytest.mark.parametrize("header", _NOBODYS)
def test_what_is_no_plain_name_is_nobodys(header: str) -> None:
    assert host_of(header) == ""


@given(st.text())
def test_a_name_is_the_name_of_one_file(header: str) -> None:
    name = host_of(header)
    assert name == host_of(name) and Path("x", f"{name}.sock").name == f"{name}.sock"
    assert "/" not in name and not name.startswith(".")


def test_letters_of_all_languages_are_those_that_browsers_send() -> None:
    assert host_in("Événements.example") == "xn--vnements-90ab.example"
    assert host_in("xn--vnements-90ab.example") == "xn--vnements-90ab.example"


def _make(folder: Path, name: str, words: str, *, wiki: bool = True) -> None:
    if wiki:
        found(load_settings(folder / name, {}), empty=True)
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "wiki.toml").write_text(words, "utf-8")


def test_each_wiki_of_a_folder_is_known_by_its_hosts(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    # Not below the name of the test: a socket's whole path has a hundred letters at most.
    tmp_path = tmp_path_factory.mktemp("h")
    _make(
        tmp_path, "a", 'base_url = "https://a.example"\nother_hosts = "www.a.example old.example"'
    )
    _make(tmp_path, "b", 'base_url = "https://Bé.example"\nother_hosts = "old.example"')
    _make(tmp_path, "c", 'base_url = "https://a.example"')
    _make(tmp_path, "d", 'base_url = "https://d.example"\nsmpt_host = "x"')
    _make(tmp_path, "e", 'base_url = "https://e.example"\nsite_name = ')
    _make(tmp_path, "f", 'base_url = "https://f.example"', wiki=False)
    _make(tmp_path, "g", "")
    _make(tmp_path, "h", f'base_url = "https://{"long-" * 12}h.{"long." * 12}example"')
    _make(tmp_path, ".hidden", 'base_url = "https://hidden.example"', wiki=False)
    (tmp_path / "no wiki").mkdir()
    sites = Sites(load_host(tmp_path))
    known = sites.look()
    assert {name: one.hosts for name, one in known.items()} == {
        "a": ("a.example", "www.a.example", "old.example"),
        "b": ("xn--b-bga.example",),
        "c": (),
        "d": ("d.example",),
        "e": ("e.example",),
        "f": ("f.example",),
        "g": (),
        "h": (),
    }
    assert {name: one.fault for name, one in known.items() if name in "abc"} == {
        "a": "",
        "b": "old.example is the host of a already",
        "c": "a.example is the host of a already",
    }
    assert "unknown setting 'smpt_host'" in known["d"].fault
    assert "wiki.toml cannot be read" in known["e"].fault
    assert "there is no wiki yet" in known["f"].fault
    assert "set base_url" in known["g"].fault
    assert "is too long a name" in known["h"].fault
    # Who had a host keeps it, whoever comes; what is mended is there.
    _make(tmp_path, "0", 'base_url = "https://a.example"')
    (tmp_path / "d" / "wiki.toml").write_text('base_url = "https://d.example"', "utf-8")
    (tmp_path / "b" / "wiki.toml").write_text('base_url = "https://b.example"', "utf-8")
    again = sites.look()
    assert again["a"] == known["a"] and again["0"].fault == known["c"].fault
    assert (again["d"].fault, again["b"].fault, again["b"].hosts) == ("", "", ("b.example",))


def test_what_all_begin_with_is_said_once_and_what_is_ones_own_is_not(tmp_path: Path) -> None:
    host = tmp_path / "host.toml"
    host.write_text('proxies = 1\n[wikis]\nsmtp_host = "mail.example"\nlang = "en"\n', "utf-8")
    _make(tmp_path, "a", 'base_url = "https://a.example"\nlang = "fr"', wiki=False)
    settings = site_settings(tmp_path / "a", load_host(tmp_path))
    assert (settings.smtp_host, settings.lang, settings.given["smtp_host"]) == (
        *("mail.example", "fr"),
        "host",
    )
    # The door is one more proxy; a port for those who write together is one wiki's alone.
    assert (settings.proxies, settings.live_editing) == (2, False)
    for words, said in {
        '[wikis]\ndatabase_url = "postgresql://x/y"': "'database_url' is each wiki's own",
        'smtp_host = "x"': "settings of all wikis stand below [wikis]",
        'port = "80"': "setting 'port' cannot be '80'",
        "port = 0": "setting 'port' cannot be 0",
        "awake = true": "setting 'awake' cannot be True",
        "sleep_minutes = inf": "setting 'sleep_minutes' cannot be inf",
        "port = ": "host.toml cannot be read",
        "wikis = 3": "setting 'wikis' cannot be 3",
    }.items():
        host.write_text(words, "utf-8")
        with pytest.raises(BadSetting) as caught:
            load_host(tmp_path)
        assert said in caught.value.words
