"""What administrators choose is in force in every process, kept where it belongs, and theirs."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.people.conftest import own_database
from wiki.app import create_application
from wiki.config import NAMES, load_settings
from wiki.config.browser import IN_BROWSER, PUBLIC
from wiki.config.public import PUBLIC_FILE
from wiki.config.sources import convert, source_of, with_chosen
from wiki.editing.settings import change_settings
from wiki.errors import BadSetting, Forbidden
from wiki.instance import close_instance, open_instance
from wiki.people.accounts import add_person
from wiki.people.audit import noted
from wiki.people.models.settings import SettingRow
from wiki.testing import PASSWORD

if TYPE_CHECKING:
    from wiki.config import Settings
    from wiki.instance import Instance
    from wiki.people.person import Person

Write = Callable[..., str]
#: for some settings, two values that are no defaults
_VALUES: Mapping[str, tuple[Any, Any]] = {
    "site_name": ("Le Verger", "La Ruche"),
    "sleeping_months": (6, 30),
    "encoder": ("use", "e5"),
    "registration": ("closed", "invitation"),
    "smtp_starttls": (False, False),
    "document_time": (12.5, 30.0),
}
_LAYERS = ("option", "environment", "file", "browser", "profile")


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> "Iterator[Settings]":
    """The settings of an instance with rows in either kind of store."""
    if request.param == "sqlite":
        yield load_settings(tmp_path / "instance", environ={})
        return
    with own_database() as url:
        yield load_settings(tmp_path / "instance", environ={}, database_url=url)


@pytest.fixture
def admin(instance: "Instance") -> "Person":
    return someone(instance, "admin")


def someone(instance: "Instance", role: str) -> "Person":
    """Who has an account, and has shown just now that it is them."""
    person = add_person(
        instance.private, email=f"{role}@example.org", name="Ada", role=role, password=PASSWORD
    )
    return replace(person, sure=True)


def in_git(instance: "Instance") -> dict[str, Any]:
    blob = instance.repository.read(PUBLIC_FILE, instance.repository.head())
    return tomllib.loads(blob.data.decode()) if blob else {}


def rows(instance: "Instance") -> dict[str, str]:
    return {row.name: row.value for row in instance.private.list_rows(select(SettingRow))}


@given(st.dictionaries(st.sampled_from(sorted(_VALUES)), st.sets(st.sampled_from(_LAYERS))))
def test_the_nearest_to_the_machine_wins(layers: dict[str, set[str]]) -> None:
    def value(name: str, layer: str) -> Any:
        return _VALUES[name][_LAYERS.index(layer) % 2]

    def of(layer: str) -> dict[str, Any]:
        return {name: value(name, layer) for name, found in layers.items() if layer in found}

    with TemporaryDirectory() as folder:
        lines = [f"{name} = {_toml(one)}" for name, one in of("file").items()]
        small = any("profile" in found for found in layers.values())
        lines += ['profile = "small"'] if small else []
        (Path(folder) / "wiki.toml").write_text("\n".join(lines), "utf-8")
        environ = {f"WIKI_{name.upper()}": str(one) for name, one in of("environment").items()}
        given = load_settings(Path(folder), environ, **of("option"))
    chosen = of("browser")
    found = with_chosen(given, chosen)
    assert not found.faults
    for name in _VALUES:
        layer = next((one for one in _LAYERS[:4] if one in layers.get(name, ())), "")
        expected = value(name, layer) if layer else getattr(given, name)
        assert getattr(found.settings, name) == expected
        known = "profile" if small and name == "encoder" else "default"
        assert source_of(given, chosen, name) == (layer or known)


def _toml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')


def test_what_is_chosen_is_kept_where_it_belongs(
    anywhere: "Settings", found_wiki: "Callable[[Settings, bool], None]"
) -> None:
    from wiki.parts.creation import found

    found(anywhere, empty=True)
    here, there = open_instance(anywhere), open_instance(anywhere)
    try:
        admin = someone(here, "admin")
        secret = "un mot de passe"
        values = {"site_name": "Le Verger", "registration": "closed", "smtp_password": secret}
        change_settings(here, admin, values)
        for one in (here, there):  # another process, without a restart
            assert one.settings.site_name == "Le Verger"
            assert one.settings.registration == "closed"
            assert one.settings.smtp_password == one.mailer.settings.smtp_password == secret
        assert in_git(here) == {"site_name": "Le Verger"}
        kept = rows(here)
        assert set(kept) == {"registration", "smtp_password"}
        assert secret not in kept["smtp_password"]
        line = noted(here.private)[0]
        assert (line.who, line.what) == (admin.id, "settings")
        assert line.said == "registration, site_name, smtp_password"
        author = here.repository.commit_info(here.repository.head())
        assert (author.author_name, author.author_mail) == ("Ada", admin.alias)
        # The same once more is nothing; what is taken back leaves nothing behind.
        head = here.repository.head()
        change_settings(there, admin, values)
        assert here.repository.head() == head and noted(here.private)[0] == line
        change_settings(there, admin, dict.fromkeys(values))
        assert in_git(here) == rows(here) == {}
        assert here.settings.site_name == "Carrefour" and here.settings.registration == "open"
    finally:
        close_instance(here)
        close_instance(there)


def test_kept_answers_change_with_the_name_of_the_site(
    settings: "Settings", instance: "Instance", admin: "Person", write: Write
) -> None:
    from werkzeug.test import Client

    write({"page.md": "# Page\n\nUn texte.\n"})
    other = open_instance(settings)
    try:
        client = Client(create_application(instance), use_cookies=False)

        def asked(path: str = "/page", **headers: str) -> str:
            return client.get(path, base_url="http://localhost", headers=headers).text

        assert "· Carrefour</title>" in asked() and "· Carrefour</title>" in asked()
        change_settings(other, admin, {"site_name": "Le Verger"})
        assert "· Le Verger</title>" in asked() and "· Le Verger</title>" in asked()
        # By a push, or by hand: nobody tells of it.
        write({PUBLIC_FILE: 'site_name = "La Ruche"\nlang = "en"\n'})
        page = asked()
        assert "· La Ruche</title>" in page and 'lang="en"' in page
        assert "· La Ruche</title>" in asked()
    finally:
        close_instance(other)


def test_only_administrators_choose(instance: "Instance") -> None:
    head = instance.repository.head()
    for role in ("reader", "member", "connector", "correspondent", "programme"):
        with pytest.raises(Forbidden):
            change_settings(instance, someone(instance, role), {"site_name": "Le Verger"})
    assert instance.repository.head() == head and rows(instance) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("site_name", ""),
        ("site_name", "x" * 81),
        ("site_name", "Deux\nlignes"),
        ("lang", "de"),
        ("time_zone", "Europe/Nulle-Part"),
        ("time_zone", "../../etc/passwd"),
        ("base_url", "http://wiki.example.org"),
        ("base_url", "https://wiki.example.org/chemin"),
        ("source_url", "javascript:alert(1)"),
        ("registration", "toujours"),
        ("sleeping_months", "0"),
        ("sleeping_months", "bientôt"),
        ("max_page", "1"),
        ("login_failures_per_15_min", "0"),
        ("document_time", "nan"),
        ("document_time", "inf"),
        ("max_content", "9" * 5000),
        ("smtp_host", "mail.example.org\r\nQUIT"),
        ("smtp_host", "https://mail.example.org"),
        ("smtp_port", "70000"),
        ("mail_from", "Carrefour <wiki@example.org>, autre@example.org"),
        ("mail_from", "personne"),
        ("funding_page", "../secret"),
        ("oidc_issuer", "https://login.example.org"),  # and no name for this wiki
        ("workers", "2"),
        ("database_url", "sqlite:///ailleurs"),
        ("nothing", "1"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_name(
    instance: "Instance", admin: "Person", name: str, value: str
) -> None:
    before = instance.settings
    with pytest.raises(BadSetting) as refused:
        change_settings(instance, admin, {"visitor_signals": False, name: value})
    asked = "oidc_client_id" if name == "oidc_issuer" else name
    assert refused.value.field == asked and refused.value.words.endswith(".")
    assert instance.settings == before and rows(instance) == in_git(instance) == {}


def test_what_the_machine_says_is_not_chosen(
    settings: "Settings", found_wiki: "Callable[[Settings, bool], None]"
) -> None:
    found_wiki(settings, True)
    environ = {"WIKI_SITE_NAME": "Carrefour", "WIKI_SMTP_PORT": "2525"}
    instance = open_instance(load_settings(settings.instance, environ))
    try:
        admin = someone(instance, "admin")
        for name, value in (("site_name", "Le Verger"), ("smtp_port", 25)):
            with pytest.raises(BadSetting, match=f"WIKI_{name.upper()}"):
                change_settings(instance, admin, {name: value})
        change_settings(instance, admin, {"sleeping_months": 3})
    finally:
        close_instance(instance)
    # What was chosen waits for the day on which the machine says nothing any more.
    with_file = open_instance(settings)
    try:
        assert with_file.settings.sleeping_months == 3
    finally:
        close_instance(with_file)
    with (settings.instance / "wiki.toml").open("a") as file:
        file.write("\nsleeping_months = 9\n")
    again = open_instance(load_settings(settings.instance, {}))
    try:
        assert again.settings.sleeping_months == 9
        assert again.in_force.chosen.values["sleeping_months"] == 3
    finally:
        close_instance(again)


def test_a_file_that_cannot_be_read_costs_nobody_the_wiki(
    instance: "Instance", admin: "Person", write: Write
) -> None:
    for text, told in (
        ("site_name = ", ""),
        ("site_name = 'x'\n" + "#" * 200_000, ""),
        ("smtp_host = 'mail.example.org'\n", ""),
        ("lang = 'xx'\nsite_name = 'Le Verger'\n", "lang"),
        ("site_name = [1]\n", "site_name"),
        ("later = 3\n", None),
    ):
        write({PUBLIC_FILE: text})
        settings, faults = instance.settings, instance.in_force.chosen.faults
        assert settings.lang == "fr" and settings.smtp_host == ""
        assert settings.site_name == ("Le Verger" if "Verger" in text else "Carrefour")
        assert set(faults) == (set() if told is None else {told})
    # What people noted beside it stays; what could not be read gives way.
    write({PUBLIC_FILE: "# Voté le 3 mars\nlang = 'fr' # le nôtre\nlater = 3\n"})
    change_settings(instance, admin, {"site_name": "La Ruche"})
    blob = instance.repository.read(PUBLIC_FILE, instance.repository.head())
    assert blob is not None and blob.data.decode().startswith("# Voté le 3 mars\nlang = 'fr' # le")
    assert in_git(instance) == {"lang": "fr", "later": 3, "site_name": "La Ruche"}
    write({PUBLIC_FILE: "site_name = "})
    change_settings(instance, admin, {"site_name": "La Ruche"})
    assert in_git(instance) == {"site_name": "La Ruche"} and not instance.in_force.chosen.faults


def test_a_secret_under_another_key_is_said_and_given_again(
    instance: "Instance", admin: "Person"
) -> None:
    change_settings(instance, admin, {"smtp_password": "un", "smtp_user": "wiki"})
    with instance.private.session() as session:
        session.get_one(SettingRow, "smtp_password").value = "rien-de-tel"
    assert instance.settings.smtp_password == "" and instance.settings.smtp_user == "wiki"
    assert set(instance.in_force.chosen.faults) == {"smtp_password"}
    change_settings(instance, admin, {"smtp_password": "deux"})
    assert instance.settings.smtp_password == "deux" and not instance.in_force.chosen.faults


def test_what_holds_from_the_start_waits_for_it(
    settings: "Settings", instance: "Instance", admin: "Person"
) -> None:
    change_settings(instance, admin, {"base_url": "https://wiki.example.org"})
    assert instance.settings.base_url == ""
    other = open_instance(settings)
    try:
        assert other.settings.secure
    finally:
        close_instance(other)


def test_the_file_is_no_attachment(
    instance: "Instance", admin: "Person", write: Write, log_in: Callable[..., Any]
) -> None:
    from wiki.diagnostics import faults
    from wiki.reading import Reader
    from wiki.reading.files import list_files

    write({"index.md": "# Accueil\n", "plan.txt": "un plan\n"})
    change_settings(instance, admin, {"site_name": "Le Verger"})
    assert [one.name for one in list_files(Reader(instance, admin), "index")] == ["plan.txt"]
    assert log_in(admin).get(f"/{PUBLIC_FILE}").status_code == 404
    assert [one for one in faults(instance) if "missing; it has been made" not in one] == []


def test_what_can_be_chosen_is_a_setting() -> None:
    assert PUBLIC <= IN_BROWSER.keys() <= set(NAMES)
    for name, choice in IN_BROWSER.items():
        default = getattr(load_settings(Path("nowhere"), environ={}), name)
        assert convert(name, default) == default
        assert not choice.secret or not choice.public
