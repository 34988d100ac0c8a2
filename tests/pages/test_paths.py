"""Page paths: nothing climbs out, and names, addresses and files agree."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.errors import BadPath
from wiki.pages import paths
from wiki.pages.words import slug

HOSTILE = [
    "..", "../x", "a/../b", "a/./b", "a//b", "//a", "//", "a//", ".git/config", "a/.hidden", "-/x",
    "-x", "a/-b", "a\\b", "c:\\x", "c:x", "a\x00b", "a\nb", "a\x7fb", "a\u202eb", "a\u200bb",
    "a\ufeffb", "a\ufffdb", "a\u00adb", "a\ufe0fb", "a\ud800b", "CON", "con.txt", "a/aux", "com1",
    "LPT9.x", "a.", "a/b.", " a", "a ", "a/ b", "git~1", "a" * 201, "é" * 101, "a/" * 600 + "a",
    "x.md", "x.MD", "wiki.git", "robots.txt", "....//x", "a/..../b", "favicon.ico/x", "a" * 5000,
]  # fmt: skip

any_text = st.text(max_size=30) | st.text("ab./-\\:é\u0301 \x00\u202e~", max_size=30)


@pytest.mark.parametrize("raw", HOSTILE)
def test_a_hostile_name_is_refused(raw: str) -> None:
    with pytest.raises(BadPath):
        paths.normalise(raw)
    assert paths.page_of(f"{raw}.md") is None


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("", "index"),
        ("/", "index"),
        ("index", "index"),
        ("/projets/lora/", "projets/lora"),
        ("projets/index", "projets"),
        ("e\u0301te\u0301", "été"),
        ("Notes du 12 mai", "Notes du 12 mai"),
        ("docs/Qui sommes-nous ?", "docs/Qui sommes-nous ?"),
        ("index/x", "index/x"),
    ],
)
def test_an_address_leads_to_one_path(raw: str, path: str) -> None:
    assert paths.normalise(raw) == path


@given(any_text)
def test_a_normalised_path_is_safe_and_stays(raw: str) -> None:
    try:
        path = paths.normalise(raw)
    except BadPath:
        return
    assert paths.normalise(path) == path
    assert unicodedata.is_normalized("NFC", path)
    assert not path.startswith("/")
    for segment in path.split("/"):
        assert segment not in ("", ".", "..")
        assert segment[0] not in ".-"
    for file in paths.files_of(path):
        assert paths.page_of(file) == path
        assert paths.is_servable(file)


@given(any_text)
def test_a_file_that_holds_a_page_is_one_of_its_files(name: str) -> None:
    page = paths.page_of(f"{name}.md")
    if page is not None:
        assert f"{name}.md" in paths.files_of(page)
        assert paths.normalise(page) == page


@given(any_text)
def test_the_ancestors_lead_up_to_the_root(raw: str) -> None:
    try:
        path = paths.normalise(raw)
    except BadPath:
        return
    above = paths.ancestors(path)
    assert path not in above
    assert above[:1] == (() if path == paths.ROOT else (paths.ROOT,))
    assert all(paths.normalise(one) == one for one in above)


def test_the_root_is_above_all() -> None:
    assert paths.parent("index") is None
    assert paths.parent("projets") == "index"
    assert paths.ancestors("a/b/c") == ("index", "a", "a/b")
    assert paths.parent("a/index/x") == "a"
    assert paths.owner_of("plan.pdf") == "index"
    assert paths.owner_of("projets/x/plan.pdf") == "projets/x"
    assert paths.folder_of("index") == ""
    assert paths.folder_of("projets/x") == "projets/x"


def test_pages_and_other_files() -> None:
    assert paths.page_of("projets/x/index.md") == "projets/x"
    assert paths.page_of("projets/x.md") == "projets/x"
    assert paths.page_of("index.md") == "index"
    assert paths.page_of("plan.pdf") is None
    assert paths.page_of("index/index.md") is None
    assert paths.is_servable("projets/x/plan.pdf")
    assert not paths.is_servable("projets/.x/plan.pdf")
    assert not paths.is_servable("e\u0301.md")


@given(st.text(max_size=300))
def test_a_new_name_is_a_free_slug(title: str) -> None:
    first = paths.new_name(title, lambda name: False)
    second = paths.new_name(title, lambda name: name == first)
    assert first != second
    for name in (first, second):
        assert slug(name) == name
        assert not paths.is_reserved(name)
        assert paths.join("projets", name) == f"projets/{name}"


def test_names_of_new_pages() -> None:
    taken = {"l-ete-a-la-ferme", "l-ete-a-la-ferme-2"}
    assert paths.new_name("L’été à la ferme", taken.__contains__) == "l-ete-a-la-ferme-3"
    assert paths.new_name("Index", lambda name: False) == "index-2"
    assert paths.new_name("Aux", lambda name: False) == "aux-2"
    assert len(paths.new_name("…", lambda name: False)) == 8
    everything_but_random = paths.new_name("a", lambda name: len(name) < 8)
    assert everything_but_random.startswith("a-")
    assert len(paths.new_name("mot " * 100, lambda name: False)) <= paths.NAME_LENGTH


def test_a_title_for_a_page_that_says_none() -> None:
    assert paths.title_from_path("projets/lora-a-la-ferme") == "Lora a la ferme"


def test_join_refuses_what_climbs() -> None:
    assert paths.join("index", "plan.pdf") == "plan.pdf"
    with pytest.raises(BadPath):
        paths.join("projets", "../x")
    with pytest.raises(BadPath):
        paths.join("projets", "")


@pytest.mark.parametrize(
    ("file", "href", "target"),
    [
        ("projets/x/index.md", "plan.pdf", "projets/x/plan.pdf"),
        ("projets/x.md", "../y.md#a", "y"),
        ("projets/x.md", "/z", "z"),
        ("projets/x.md", "%C3%A9t%C3%A9.md?a", "projets/été"),
        ("projets/x.md", "./", "projets"),
        ("x.md", "./", "index"),
        ("x.md", "../../etc/passwd", None),
        ("x.md", "/../x", None),
        ("x.md", "//host/x", None),
        ("x.md", "javascript:x", None),
        ("x.md", "a\\b", None),
        ("x.md", "#a", None),
        ("x.md", "%2e%2e/x", None),
    ],
)
def test_a_link_is_followed_as_a_git_host_does(file: str, href: str, target: str | None) -> None:
    assert paths.follow(file, href) == target


@given(any_text, any_text)
def test_following_never_climbs_out(file: str, href: str) -> None:
    target = paths.follow(f"{file}.md", href)
    assert target is None or not any(part in ("", ".", "..") for part in target.split("/"))
