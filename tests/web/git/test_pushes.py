"""Push by a real client: who may, what becomes of it, and who is judged anew."""

import os
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.web.git.client import RESTRICTED, Place, add, git, refusal, run
from wiki.config.look.values import picture_name
from wiki.editing.receiving import check_incoming
from wiki.errors import Forbidden
from wiki.pages.access import ALL
from wiki.people.accounts import add_person, set_role
from wiki.people.accounts.access_tokens import issue
from wiki.people.person import at_machine
from wiki.reading import Reader
from wiki.repository.remote.push import overlaid
from wiki.repository.writes.branch import HeadMoved
from wiki.testing import PASSWORD
from wiki.translation import use_language

_LOGO = b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'


def test_the_whole_is_for_those_who_may_read_all(place: Place, tmp_path: Path) -> None:
    whole = "/-/git/all.git"
    status, asked = refusal(place.url(f"{whole}/info/refs?service=git-upload-pack"))
    assert status == 401
    assert asked.startswith("Basic ")
    password = place.url(whole, "ada@example.org", PASSWORD)
    assert place.instance.repository.head() in git(tmp_path, "ls-remote", password)
    assert place.instance.repository.head() in git(tmp_path, "ls-remote", place.whole())
    narrow = run(tmp_path, "ls-remote", place.whole("read"))
    assert "This token is not good for git" in narrow.stderr
    assert narrow.returncode
    other = run(tmp_path, "ls-remote", place.whole("member"))
    assert "for those who may read all of the wiki" in other.stderr
    assert other.returncode
    wrong = run(tmp_path, "ls-remote", place.url(whole, "ada@example.org", "faux"))
    assert wrong.returncode
    assert "Authentication failed" in wrong.stderr


def test_an_expired_token_is_no_token(place: Place, tmp_path: Path) -> None:
    database = place.instance.private
    then = database.now
    database.now = lambda: datetime.now(UTC) - timedelta(days=3)
    try:
        place.tokens["old"] = issue(database, place.admin.id, name="o", scopes=["git"], days=1)
    finally:
        database.now = then
    refused = run(tmp_path, "ls-remote", place.whole("old"))
    assert refused.returncode
    assert "Authentication failed" in refused.stderr


def test_what_is_pushed_is_found_at_the_next_request(place: Place, mine: Path) -> None:
    place.instance.repository.head()
    pushed = add(mine, {"fraise.md": "# Fraise\n\nun mot rarissime : cucurbitacee\n"})
    done = run(mine, "push")
    assert done.returncode == 0, done.stderr
    assert place.instance.repository.head() == pushed
    with urlopen(f"{place.server.url}/-/search?q=cucurbitacee") as found:  # noqa: S310
        assert "Fraise" in found.read().decode()
    log = (place.instance.repository.folder / "logs" / "refs/heads/main").read_text()
    assert f"Ada <{place.admin.alias}>" in log.splitlines()[-1]


@pytest.mark.parametrize(
    "opens",
    [
        ":::tip Arroser le *soir*",
        ":::tip[Arroser le *soir*]",
        '::: tip {title="Arroser le *soir*"}',
    ],
)
def test_a_box_of_another_program_keeps_its_title(place: Place, mine: Path, opens: str) -> None:
    add(mine, {"encart.md": f"# Encart\n\n{opens}\n\nMoins *perdue*.\n\n:::\n\nAprès.\n"})
    done = run(mine, "push")
    assert done.returncode == 0, done.stderr
    with urlopen(f"{place.server.url}/encart") as found:  # noqa: S310
        shown = found.read().decode()
    quoted = shown.partition("<blockquote>")[2].partition("</blockquote>")[0]
    assert "<strong>Arroser le</strong> <em>soir</em>" in quoted and "<em>perdue</em>" in quoted
    assert "Après." not in quoted and "n’a pas été compris" not in shown


def test_settings_are_pushed_by_administrators_alone(place: Place, mine: Path) -> None:
    head = place.instance.repository.head()
    repository = place.instance.repository
    pushed = add(mine, {".carrefour.toml": 'site_name = "Le Verger"\n'})
    with use_language("en"), overlaid(repository, mine / ".git/objects", pushed) as incoming:
        member = Reader(place.instance, place.member, audience=frozenset({ALL}))
        with pytest.raises(Forbidden, match="Only administrators change the settings"):
            check_incoming(member, incoming, head, pushed, signed=False)
    assert run(mine, "push").returncode == 0
    assert place.instance.settings.site_name == "Le Verger"
    with urlopen(place.url("/a")) as answer:  # noqa: S310 - ours, on loopback
        assert "· Le Verger</title>" in answer.read().decode()
    for text, words in (
        ("site_name = \n", "cannot be read"),
        ('smtp_host = "x"\n', "smtp_host is no setting for this file"),
        ('lang = "de"\n', "lang: Please choose"),
    ):
        add(mine, {".carrefour.toml": text})
        refused = run(mine, "push")
        assert refused.returncode and words in refused.stderr.replace("\nremote: ", " ")
        git(mine, "reset", "-q", "--hard", pushed)
    (mine / ".carrefour.toml").unlink()
    add(mine, {})
    assert run(mine, "push").returncode == 0
    assert place.instance.settings.site_name == "Carrefour"


def test_a_look_is_pushed_by_administrators_and_can_be_read(place: Place, mine: Path) -> None:
    good = picture_name("logo", "svg", _LOGO)
    (mine / ".carrefour").mkdir()
    (mine / ".carrefour" / good).write_bytes(_LOGO)
    pushed = add(mine, {".carrefour/look.toml": f'accent = "#1f4f9e"\nlogo = "{good}"\n'})
    repository = place.instance.repository
    with use_language("en"), overlaid(repository, mine / ".git/objects", pushed) as incoming:
        member = Reader(place.instance, place.member, audience=frozenset({ALL}))
        with pytest.raises(Forbidden, match="Only administrators change the settings"):
            check_incoming(member, incoming, repository.head(), pushed, signed=False)
    assert run(mine, "push").returncode == 0
    with urlopen(place.url("/a")) as answer:  # noqa: S310 - ours, on loopback
        assert f"/-/look/{good}" in answer.read().decode()
    for file, text, words in (
        ("look.toml", 'accent = "#ffee00"\n', "has too little contrast on light grounds"),
        ("look.toml", '[[menu]]\nurl = "javascript:x"\nfr = "X"\n', "an address begins with /"),
        (good, _LOGO.decode().replace("<g/>", "<script/>"), "is not what its name says"),
        (good, _LOGO.decode() + " ", "ends with the SHA-256"),
        ("other.txt", "x", "can have this name"),
    ):
        add(mine, {f".carrefour/{file}": text})
        refused = run(mine, "push")
        assert refused.returncode and words in refused.stderr.replace("\nremote: ", " "), words
        git(mine, "reset", "-q", "--hard", pushed)


def test_needs_that_are_pushed_are_numbered(place: Place, mine: Path) -> None:
    text = "---\ntype: project\n---\n# P\n\n::: needs\n- Un soudeur #soudure\n:::\n"
    pushed = add(mine, {"projet.md": text})
    done = run(mine, "push")
    assert "has numbered the needs and offers of 1 page" in done.stderr
    git(mine, "pull", "-q")
    assert git(mine, "rev-parse", "HEAD~1") == pushed
    assert "{#" in (mine / "projet.md").read_text()


def test_ones_own_address_is_spoken_of(place: Place, mine: Path) -> None:
    (mine / "adresse.md").write_text("# Adresse\n")
    git(mine, "add", "-A")
    git(mine, "-c", "user.name=Ada", "commit", "-q", "--author", "A <ada@example.org>", "-m", "x")
    done = run(mine, "push")
    assert done.returncode == 0
    assert f"git config user.email {place.admin.alias}" in done.stderr


def test_whoever_is_behind_in_the_same_page_fetches_first(place: Place, mine: Path) -> None:
    place.write({"autre.md": "# Autre\n"})
    add(mine, {"autre.md": "# Mien\n"})
    head = place.instance.repository.head()
    for words in ((), ("--force",)):
        refused = run(mine, "push", *words)
        assert "remote: The wiki holds changes that you do not have" in refused.stderr
        assert refused.returncode
    assert place.instance.repository.head() == head
    assert run(mine, "pull", "-q", "--rebase").returncode
    git(mine, "checkout", "--theirs", "autre.md")
    git(mine, "add", "-A")
    git(mine, "-c", "core.editor=true", "rebase", "--continue")
    assert run(mine, "push").returncode == 0


def test_history_is_never_rewritten(place: Place, mine: Path) -> None:
    add(mine, {"tenu.md": "# Tenu\n"})
    assert run(mine, "push").returncode == 0
    head = place.instance.repository.head()
    (mine / "ailleurs.md").write_text("# Ailleurs\n")
    git(mine, "reset", "-q", "--hard", "HEAD~1")
    add(mine, {"ailleurs.md": "# Ailleurs\n"})
    assert "The wiki holds changes" in run(mine, "push", "--force").stderr
    assert place.instance.repository.head() == head


def test_pushes_land_beside_saves_without_end(place: Place, tmp_path: Path) -> None:
    """Each within two tries; no save is lost, and the clone follows without a merge of its own."""
    repository, over = place.instance.repository, Event()
    git(tmp_path, "clone", "-q", place.whole(), "mine")
    mine = tmp_path / "mine"
    saved: list[str] = []

    def save() -> None:
        while not over.is_set():
            with suppress(HeadMoved):
                name = f"notes/n{len(saved) % 5}.md"
                saved.append(place.write({name: f"# Note\n\n{len(saved)}\n"}, "une note"))

    pushed: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(save)
        try:
            for number in range(8):
                text = RESTRICTED if number == 4 else f"# Poussée {number}\n"
                pushed.append(add(mine, {f"poussees/p{number}.md": text}))
                done, attempt = run(mine, "push"), 1
                while done.returncode:
                    assert attempt < 2, done.stderr
                    git(mine, "pull", "-q", "--rebase")
                    pushed[-1] = git(mine, "rev-parse", "HEAD")
                    done, attempt = run(mine, "push"), attempt + 1
                if number == 3:
                    assert "the wiki has joined both" in done.stderr
                    assert git(mine, "status", "-sb") == "## main...origin/main"
                    assert "Everything up-to-date" in run(mine, "push").stderr
        finally:
            over.set()
        saving.result()
    assert len(saved) > 5
    git(mine, "pull", "-q", "--ff-only")
    assert git(mine, "rev-parse", "HEAD") == repository.head()
    inside = git(mine, "rev-list", "HEAD").split()
    assert {*saved, *pushed} <= {*inside}
    assert (
        (mine / "notes" / f"n{(len(saved) - 1) % 5}.md").read_text().endswith(f"{len(saved) - 1}\n")
    )
    assert len(list((mine / "poussees").iterdir())) == 8
    assert repository.check() == []
    with pytest.raises(HTTPError, match="404"):
        urlopen(place.url("/poussees/p4"))  # noqa: S310 - ours, on loopback
    place.instance.projections.catch_up("public")
    git(tmp_path, "clone", "-q", place.url("/wiki.git"), "public")
    assert not (tmp_path / "public/poussees/p4.md").exists()
    assert "canari-restreint" not in git(tmp_path / "public", "log", "-p", "--all")


def test_nothing_is_joined_that_others_would_read_by_it(place: Place, mine: Path) -> None:
    place.write({"coffre.md": RESTRICTED})
    git(mine, "pull", "-q")
    add(mine, {"coffre/plan.md": "# Le plan\n"})
    place.write({"coffre.md": "# Ouvert\n"})
    assert "The wiki holds changes" in run(mine, "push").stderr
    git(mine, "pull", "-q", "--rebase")
    assert run(mine, "push").returncode == 0
    # And the reverse: what is opened by a push, while someone writes below it.
    add(mine, {"coffre.md": RESTRICTED})
    assert run(mine, "push").returncode == 0
    add(mine, {"coffre.md": "# Ouvert\n"})
    place.write({"coffre/secret.md": "# Encore un secret\n"})
    assert "The wiki holds changes" in run(mine, "push").stderr


def test_another_clone_that_is_older_fetches_first(
    place: Place, mine: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", place.whole(), "other")
    place.write({"ailleurs/a.md": "# A\n"})
    git(mine, "pull", "-q")
    add(other, {"vieux.md": "# Vieux\n"})
    assert "fetch first" in run(other, "push").stderr
    git(other, "pull", "-q", "--rebase")
    assert run(other, "push").returncode == 0


def test_who_loses_rights_while_a_push_waits_is_judged_anew(place: Place, mine: Path) -> None:
    repository, private = place.instance.repository, place.instance.private
    add_person(private, email="autre@example.org", name="Autre", role="admin", password=PASSWORD)
    add(mine, {"attend.md": "# Attend\n"})
    with ThreadPoolExecutor(1) as pool:
        with repository.lock():
            going = pool.submit(run, mine, "push")
            inode = os.fstat(repository.write_lock.file).st_ino
            until = time.monotonic() + 60
            while not re.search(rf"-> FLOCK .*:{inode} ", Path("/proc/locks").read_text()):
                assert time.monotonic() < until and not going.done()
                time.sleep(0.01)
            set_role(private, place.admin.id, "reader", by=at_machine())
        refused = going.result()
    set_role(private, place.admin.id, "admin", by=at_machine())
    assert "remote: The wiki holds changes that you do not have" in refused.stderr
    assert run(mine, "push").returncode == 0


def told(place: Place, path: str) -> str:
    with urlopen(place.server.url + path) as page:  # noqa: S310
        return " ".join(page.read().decode().split())


def test_who_pushed_what_another_wrote_is_shown(place: Place, mine: Path) -> None:
    (mine / "tilleul.md").write_text("# Tilleul\n")
    git(mine, "add", "-A")
    git(mine, "commit", "-q", "--author", "Zoe <zoe@example.net>", "-m", "planter un tilleul")
    add(mine, {"orme.md": "# Orme\n"}, "planter un orme")
    alias = place.admin.alias
    git(mine, "-c", f"user.email={alias}", "commit", "-q", "--amend", "--reset-author", "--no-edit")
    git(mine, "commit", "-q", "--amend", "--author", f"Ada <{alias}>", "--no-edit")
    assert run(mine, "push").returncode == 0
    assert "déposé par Ada" in told(place, "/-/history/tilleul")
    assert "déposé par" not in told(place, "/-/history/orme")
    assert told(place, "/-/changes").count("déposé par Ada") >= 1


def test_what_a_killed_push_left_goes_with_a_later_one(place: Place, mine: Path) -> None:
    objects = place.instance.repository.folder / "objects"
    old, fresh = objects / "tmp_objdir-incoming-Old", objects / "tmp_objdir-incoming-New"
    for left in (old, fresh):
        (left / "pack").mkdir(parents=True)
    os.utime(old, (0, 0))
    add(mine, {"apres.md": "# Après\n"})
    assert run(mine, "push").returncode == 0
    assert (old.exists(), fresh.exists()) == (False, True)
    shutil.rmtree(fresh)
