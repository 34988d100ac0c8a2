"""A data folder of DokuWiki as pages here: one that the program itself filled, and broken ones."""

import gzip
import re
import shutil
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from wiki.errors import BadRequest
from wiki.imports.inventory import Loss, Staged
from wiki.imports.pipeline import import_path
from wiki.imports.places import Places
from wiki.imports.stage import Bounds, Stage
from wiki.reading import Reader, system_reader
from wiki.reading.history import list_history
from wiki.reading.pages import find_page

from .essai import PEOPLE, RULES, fill, picture
from .real import RealDokuWiki, is_installed

if TYPE_CHECKING:
    from wiki.imports.source import ImportProgress
    from wiki.instance import Instance

BOUNDS = Bounds(page=1_000_000, upload=1_000_000, pixels=1_000_000)
Files = Mapping[str, str | bytes]


@contextmanager
def quiet(_label: str) -> "Iterator[ImportProgress]":
    yield lambda _done, _total: None


def brought(instance: "Instance", path: Path, **more: Any) -> list[Loss]:
    """Imports it as the command does, the child included; all that was lost."""
    lost: list[Loss] = []

    def approve(staged: Staged) -> bool:
        lost.extend(staged.losses())
        return True

    outcome = import_path(instance, "dokuwiki", path, steps=quiet, approve=approve, **more)
    assert outcome is not None
    return lost + outcome.losses


class Read:
    """What is on a stage: texts by their places, with their states, rights and losses."""

    def __init__(self, staged: Staged) -> None:
        self.entries = list(staged.entries())
        self.texts = {
            one.place: staged.content(one).decode("utf-8", "replace") for one in self.entries
        }
        self.losses = [(one.what, one.where) for one in staged.losses()]
        self.redirects = staged.redirects()
        self.restrictions = {path: said[0] for path, said in staged.restrictions().items()}

    def lost(self, where: str) -> str:
        """What was lost at a place."""
        return " ".join(what for what, place in self.losses if place == where)


@pytest.fixture
def staged(plugin_module: Callable[[str], Any], tmp_path: Path) -> Callable[..., Read]:
    """What the source puts on a stage of the files of an archive."""

    def read(files: Files, into: str = "", readers: str = "public") -> Read:
        path = tmp_path / "given.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in files.items():
                archive.writestr(zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 0)), data)
        with Stage(tmp_path / "stage", into, BOUNDS) as stage:
            source, answers = plugin_module("source").DokuWiki(), {"readers": readers}
            source.read(path, stage, answers, lambda _done, _total: None)
        with closing(Staged(tmp_path / "stage")) as found:
            return Read(found)

    return read


@pytest.mark.skipif(not is_installed(), reason="Debian's package dokuwiki is not installed")
def test_a_real_site_keeps_its_links_history_and_rights(
    instance: "Instance", tmp_path: Path, plugin_module: Callable[[str], Any]
) -> None:
    """Each link and picture that DokuWiki itself shows in a page is in ours."""
    real = RealDokuWiki(tmp_path / "site", PEOPLE, RULES, "$conf['deaccent'] = 0;\n")
    with real.served():
        fill(real)
        shown = {
            page["id"]: real.call("awa", "getPageHTML", page=page["id"])
            for page in real.call("awa", "listPages", namespace="", depth=0)
        }
        rights = {
            id: real.call("awa", "aclCheck", page=id, user="someone", groups=[])
            for id in shown
            if id.partition(":")[0] in ("bureau", "membres", "charte", "projets")
        }
    packed = tmp_path / "backup.tar.gz"
    with tarfile.open(packed, "w:gz") as archive:
        archive.add(real.folder, "var/wiki")
    lost = brought(instance, packed)
    head = instance.repository.head()
    shutil.rmtree(real.folder / "data" / "cache")
    brought(instance, real.folder)
    assert instance.repository.head() == head  # the folder says what its archive says

    all_of_it, visitor = system_reader(instance, "test"), Reader(instance)
    names, wanted, missing = _compared(shown, all_of_it, plugin_module)
    assert min(rights.values()) < 1 <= max(rights.values())
    assert len(wanted) > 140
    assert len(missing) <= len(wanted) // 100, missing

    lora = find_page(visitor, "projets/lora")
    assert lora is not None
    assert (lora.title, lora.head["type"], lora.head["territory"]) == (
        *("LoRa à la ferme", "project", "Bretagne"),
    )
    assert lora.head.words("themes") == ("agriculture", "objets connectés")
    assert "ancienne" in lora.aliases
    told = [
        (one.author, one.message.partition("\n")[0]) for one in list_history(visitor, lora.path)
    ]
    assert told == [
        ("Zoé Tran", "Une lettre (minor)"),
        ("Marc Le Goff", "Le matériel"),
        ("Awa: Diop", "Premières pages"),
    ]
    for id, level in rights.items():
        assert level or find_page(visitor, names[id]) is None, id  # none is more open than it was
    for closed in ("bureau/pv", "membres/annuaire", "bureau/lettre"):
        assert find_page(visitor, closed) is None
    secret = find_page(all_of_it, "bureau/pv")
    assert secret is not None and secret.head["visibility"] == "team"
    members = find_page(all_of_it, "membres/annuaire")
    assert members is not None and members.head["visibility"] == "members"
    charter = find_page(visitor, "charte")
    assert charter is not None and charter.head["editors"] == "team"
    assert find_page(all_of_it, "projets/perdue") is None
    blobs = [
        instance.repository.read(file, head) for file, _blob in instance.repository.files(head)
    ]
    written = b"".join(blob.data for blob in blobs if blob is not None)
    assert b"essai.example" in written and b"marc@essai.example" not in written
    assert b"$2y$" not in written
    whats = {one.where: one.what for one in lost}
    assert {"projets:perdue", "bureau:pv"} <= whats.keys()
    assert any("indexmenu" in one.detail and one.where == "lexique:c_d:1" for one in lost)


def _compared(
    shown: Mapping[str, str], reader: Reader, plugin_module: Callable[[str], Any]
) -> tuple[dict[str, str], list[tuple[str, str]], list[tuple[str, str]]]:
    """Where pages stand; what DokuWiki itself shows in them; and what of that ours do not."""
    names = plugin_module("site").Names(plugin_module("settings").Settings(), Places())
    media = ["plan.png", "projets:champ.png", "projets:notice.txt", "bureau:sceau.png"]
    names.settle(shown, media)
    wanted: list[tuple[str, str]] = []
    missing: list[tuple[str, str]] = []
    for id, html in shown.items():
        if id == "ancienne":
            continue
        here = find_page(reader, names.pages[id])
        assert here is not None, id
        found = {unquote(link.target).strip("/") for link in here.document.links}
        for link in _links(html):
            if link in media:
                to = names.files[link]
            elif link == "ancienne":
                to = "projets/lora"
            else:
                to = unquote(link) if "://" in link else names.pages.get(link)
            to = to or names.address_of(link)
            wanted.append((id, link))
            if to.strip("/") not in found:
                missing.append((id, link))
    return names.pages, wanted, missing


def _links(html: str) -> set[str]:
    """Ids of pages and files, and addresses elsewhere, in what DokuWiki makes of a page."""
    html = re.sub(r'<div class="footnotes">.*', "", html, flags=re.S) + "".join(
        re.findall(r'<div class="fn">.*?</div></div>', html, flags=re.S)
    )
    found = set(re.findall(r'data-wiki-id="([^"]+)"', html))
    found |= set(re.findall(r'<a href="(https?://[^"]+)"', html))
    # The details of a picture are its page there.
    found |= set(re.findall(r'(?:src|href)="/lib/exe/fetch\.php\?[^"]*media=([^"&]+)', html))
    return {unescape(unquote(one)) for one in found}


def change(time: int, kind: str, id: str, user: str = "", summary: str = "") -> str:
    return f"{time}\t192.0.2.1\t{kind}\t{id}\t{user}\t{summary}\t\n"


def serialized(value: object) -> bytes:
    """As PHP writes it."""
    if isinstance(value, dict):
        inner = b"".join(serialized(key) + serialized(one) for key, one in value.items())
        return b"a:%d:{%s}" % (len(value), inner)
    data = str(value).encode()
    return b"i:%d;" % value if isinstance(value, int) else b's:%d:"%s";' % (len(data), data)


def test_states_come_of_what_was_kept(staged: Callable[..., Read]) -> None:
    """Also those that nobody noted, and what was written beside the program; a cut one is told."""
    read = staged(
        {
            "w/data/pages/a.txt": "Maintenant".encode("latin-1") + b" \xe9t\xe9",
            "w/data/attic/a.1500000000.txt.gz": gzip.compress(b"Un"),
            "w/data/attic/a.1600000000.txt.gz": gzip.compress(b"Deux" * 100)[:-9],
            "w/data/attic/a.1700000000.txt": "Trois",
            "w/data/meta/a.changes": change(1_500_000_000, "C", "a", "awa", "Début")
            + "rien\n99999999999999\tx\n"
            + change(1_550_000_000, "E", "a", "awa", "Perdu")
            + change(1_600_000_000, "E", "a", "marc")
            + change(1_650_000_000, "D", "a", "marc", "Supprimé"),
            "w/data/attic/a.1650000000.txt.gz": gzip.compress(b"Avant la fin"),
            "w/data/meta/a.meta": serialized({"current": {"title": "Le titre"}}),
            "w/data/meta/a.comments": "x",
            "w/conf/users.auth.php": "# x\nawa:$2y$10$SECRET:Awa\\: D:awa@a.example:user\n",
        }
    )
    told = [(one.author, one.mail, one.message, one.when) for one in read.entries]
    assert [who for who, *_rest in told] == ["Awa: D", "", ""]
    assert told[0][1:3] == ("awa@a.example", "Début")
    assert [when.year for *_rest, when in told if when] == [2017, 2023, 2024]
    assert read.texts["a"] == "---\ntitle: Le titre\n---\n\nMaintenant été\n"
    lost = read.lost("a")
    for word in ("damaged", "encoding", "no longer there", "discussion"):
        assert word in lost
    assert [place for what, place in read.losses if "list of changes" in what] == [
        *("w/data/meta/a.changes:2", "w/data/meta/a.changes:3"),
    ]


def test_names_that_are_doubtful(staged: Callable[..., Read]) -> None:
    read = staged(
        {
            **{
                f"data/pages/{name}.txt": f"{name} [[..:..:..:etc:passwd]]" for name in ("a", "A b")
            },
            "data/pages/projets/start.txt": "====== Début ======",
            "data/pages/projets.txt": "Dehors",
            "data/pages/projets/projets.txt": "Dedans [[projets:]] [[:projets]]",
            "data/pages/%C3%A9t%C3%A9.txt": "Codé",
            "data/pages/%6h]t%6h].txt": "Sûr",
            "data/pages/con.txt": "Appareil",
            "data/pages/日本.txt": "[[日本]]",
            "data/pages/../../../dehors.txt": "Dehors",
            "data/pages/_template.txt": "Modèle",
            "data/pages/wiki/syntax.txt": "Aide",
            "data/media/plan.png": picture(),
            "data/media/projets/x.exe": "MZ",
            "data/meta/a.changes": change(1_600_000_000, "C", "vieux:a"),
        }
    )
    assert {"a", "a-b", "projets", "projets-2", "projets/projets", "ete", "con-2"} <= set(
        read.texts
    )
    assert not any(".." in place for place in read.texts)
    assert "[[projets|projets]] [[projets-2|projets]]" in read.texts["projets/projets"]
    assert "media/plan.png" in read.texts
    assert read.redirects == {"vieux/a": "a"}
    for place in ("projets", "wiki:syntax", "_template.txt", "projets/x.exe"):
        assert read.lost(place), place
    assert any(".." in place for _what, place in read.losses)


def test_pages_that_only_lead_elsewhere(staged: Callable[..., Read]) -> None:
    read = staged(
        {
            "data/pages/a.txt": "[[un]] [[deux]]",
            "data/pages/un.txt": "~~REDIRECT>deux~~",
            "data/pages/deux.txt": "#REDIRECT [[:a]]",
            "data/pages/rond.txt": "~~GOTO>carre~~",
            "data/pages/carre.txt": "~~GOTO>rond~~",
            "data/pages/vide.txt": "~~GOTO>nulle_part~~",
            "data/meta/partie.changes": change(1_600_000_000, "D", "partie", "", "partie -> a"),
        },
        "archives",
    )
    assert set(read.texts) == {"archives/a"}
    assert read.texts["archives/a"].endswith("[[archives/a|un]] [[archives/a|deux]]\n")
    assert read.redirects["archives/partie"] == "archives/a"
    assert read.redirects["archives/un"] == "archives/deux"
    assert read.redirects["archives/deux"] == "archives/a"
    assert read.lost("vide")


def test_what_the_settings_say_counts(staged: Callable[..., Read]) -> None:
    read = staged(
        {
            "conf/dokuwiki.php": "<?php\n$conf['useacl'] = 0;\n$conf['start'] = 'start'; // x\n",
            "conf/local.php": "<?php\n$conf['start'] = 'accueil';\n$conf['useheading'] = 1;\n"
            "#$conf['camelcase'] = 0;\n$conf['camelcase'] = '1';\n$conf['useslash'] = 1;\n",
            "conf/interwiki.local.conf": "# ours\nforge  https://forge.example/{NAME}?a&amp;b\n",
            "conf/acl.auth.php": "*  @ALL 0\n",
            "data/pages/accueil.txt": "[[forge>un mot]] [[ns/]] [[ns/page]] UnMot",
            "data/pages/ns/accueil.txt": "====== Début ======",
            "data/pages/ns/page.txt": "====== Une page ======",
            "data/pages/unmot.txt": "x",
        }
    )
    assert read.texts["accueil"].endswith(
        "[un mot](https://forge.example/un_mot?a&b) [[ns|Début]] [[ns/page|Une page]]"
        " [[unmot|UnMot]]\n"
    )
    assert read.restrictions == dict.fromkeys(("accueil", "ns", "ns/page", "unmot"), "team")


def test_files_are_as_closed_as_they_were(staged: Callable[..., Read]) -> None:
    """A page is made for them where none is there to say so."""
    files = {
        "data/pages/a.txt": "{{secret:plan.png}} {{plan.png}}",
        "data/pages/secret/ouverte.txt": "x",
        "data/media/secret/plan.png": picture(),
        "data/media/plan.png": picture(),
    }
    rules = "*  @ALL 1\nsecret:*  @ALL 0\nsecret:ouverte @ALL 1\nsecret:ouverte @user 1\n"
    read = staged({**files, "conf/acl.auth.php": rules})
    assert read.restrictions == {"secret": "team"}
    assert {"secret", "secret/plan.png", "media/plan.png"} <= set(read.texts)
    assert "more open" in read.lost("secret:ouverte")
    assert staged(files, readers="members").restrictions.keys() >= {"a", "media", "secret"}
    open_one = {**files, "conf/local.php": "<?php\n$conf['useacl'] = 0;\n"}
    assert staged(open_one, readers="team").restrictions == {}


def test_who_reads_is_asked_where_no_rule_says_it(
    tmp_path: Path, plugin_module: Callable[[str], Any]
) -> None:
    page = tmp_path / "data" / "pages" / "a.txt"
    page.parent.mkdir(parents=True)
    page.write_text("x")
    source = plugin_module("source").DokuWiki()
    assert source.recognises(tmp_path) and source.recognises(tmp_path / "data") is False
    (tmp_path / "data" / "attic").mkdir()
    (tmp_path / "data" / "attic" / "a.1600000000.txt").write_text("x")
    assert source.recognises(tmp_path / "data")
    (choice,) = source.choices(tmp_path)
    assert (choice.name, choice.guess) == ("readers", "team")
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "acl.auth.php").write_text("*\t@ALL\t1\n")
    assert source.choices(tmp_path) == ()


def test_fields_of_struct_come_into_the_head(staged: Callable[..., Read], tmp_path: Path) -> None:
    tables = tmp_path / "struct.sqlite3"
    with closing(sqlite3.connect(tables)) as store, store:
        store.executescript(
            """
            CREATE TABLE schemas (id INTEGER PRIMARY KEY, tbl, ts);
            CREATE TABLE schema_cols (sid, colref, enabled, tid, sort);
            CREATE TABLE types (id INTEGER PRIMARY KEY, class, ismulti, label, config);
            CREATE TABLE data_projet (pid, rid, rev, latest, published, col1, col2);
            CREATE TABLE multi_projet (colref, pid, rid, rev, latest, row, value);
            INSERT INTO schemas VALUES (1, 'projet', 1);
            INSERT INTO types VALUES (1, 'Text', 0, 'Territoire', ''), (2, 'Tag', 1, 'Amis', '');
            INSERT INTO schema_cols VALUES (1, 1, 1, 1, 10), (1, 2, 1, 2, 20);
            INSERT INTO data_projet VALUES ('a', 0, 1500000000, 0, 1, 'Nantes', NULL);
            INSERT INTO data_projet VALUES ('a', 0, 1600000000, 1, 1, 'Brest', NULL);
            INSERT INTO multi_projet VALUES (2, 'a', 0, 1600000000, 1, 1, '["",0,"Marc"]');
            INSERT INTO multi_projet VALUES (2, 'a', 0, 1600000000, 1, 2, 'Zoé');
            """
        )
    read = staged(
        {
            "data/pages/a.txt": "Deux",
            "data/attic/a.1500000000.txt.gz": gzip.compress(b"Un"),
            "data/attic/a.1600000000.txt.gz": gzip.compress(b"Deux"),
            "data/meta/struct.sqlite3": tables.read_bytes(),
        }
    )
    assert "territory: Brest" in read.texts["a"] and "Amis: Marc, Zoé" in read.texts["a"]
    assert "type: project" in read.texts["a"]
    broken = staged({"data/pages/a.txt": "x", "data/meta/struct.sqlite3": "SQLite format 3\0" * 99})
    assert broken.lost("data/meta/struct.sqlite3")


def test_what_is_no_wiki_or_too_much_is_refused_or_told(staged: Callable[..., Read]) -> None:
    with pytest.raises(BadRequest):
        staged({"notes/a.txt": "x", "pages/b.txt": "y"})
    bomb = gzip.compress(bytes(30_000_000))
    read = staged(
        {
            "data/pages/a.txt": "x",
            "data/attic/a.1500000000.txt.gz": bomb,
            "autre/data/pages/b.txt": "y",
            "autre/data/meta/b.changes": "",
        }
    )
    assert [one.place for one in read.entries] == ["a"]
    assert "too large" in read.lost("a") and read.lost("autre/data")
