"""What was just saved is compared at once, a page says so meanwhile, and much is taken in parts."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from wiki.api.meaning import encoders as encoders_of
from wiki.hookspecs.background import Task

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.testing import Server

Part = Callable[[str], Any]
Write = Callable[..., str]

NEW = """# Ruches

::: besoins
- [ ] Un juriste pour nos registres et conditions d'utilisation #rgpd {#b-eeeeeeee}
- [ ] Une fanfare pour la fête {#b-ffffffff}

:::
"""


def text(client: "FlaskClient", url: str) -> str:
    return client.get(url).get_data(as_text=True)


def tasks(instance: "Instance") -> dict[str, Task]:
    return {task.name: task for group in instance.plugins.hook.tasks() for task in group}


def test_a_page_says_that_it_is_looked_for_then_what_was_found(
    farm: "Instance", client: "FlaskClient", write: Write
) -> None:
    write({"ruches.md": NEW})
    for need in ("b-eeeeeeee", "b-ffffffff"):
        html = text(client, f"/-/needs/{need}")
        assert "soon-title" in html
        assert "fits-title" not in html
    following = tasks(farm)["matching.following"]
    assert following.follows
    following.run(farm)
    found, nothing = (text(client, f"/-/needs/{need}") for need in ("b-eeeeeeee", "b-ffffffff"))
    assert "/-/offers/o-bbbbbbbb" in found
    assert "soon-title" not in found + nothing
    assert "fits-title" not in nothing, "nothing fits, and nothing is said"


def test_where_nothing_is_new_no_process_is_asked_for(farm: "Instance", write: Write) -> None:
    now_and_then = tasks(farm)["matching"]
    assert now_and_then.needed is not None
    now_and_then.run(farm)
    assert not now_and_then.needed(farm)
    write({"ruches.md": NEW})
    assert now_and_then.needed(farm)


def test_what_is_gone_takes_its_pairs_with_it(
    farm: "Instance", plugin_module: Part, write: Write
) -> None:
    shelf = plugin_module("pairs").shelf_of(farm)
    assert shelf.pairs("b-aaaaaaaa", "need", ("public",), 9)
    write({"personnes/marc.md": None})
    tasks(farm)["matching.following"].run(farm)
    with shelf.reading() as rows:
        pairs = rows.connection.execute("select offer from matching_pair").fetchall()
    assert not {("o-bbbbbbbb",), ("o-cccccccc",)}.intersection(pairs)


def test_an_import_is_read_by_the_quick_one_then_by_the_other_in_parts(
    farm: "Instance", plugin_module: Part, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairing = plugin_module("pairs")
    kinds = {one.name for one in encoders_of("auto")}
    if kinds != {"e5", "use"}:
        pytest.skip("the encoders are for other machines")
    object.__setattr__(farm.settings, "encoder", "auto")
    monkeypatch.setattr(pairing, "MOST_SLOW", 5)
    monkeypatch.setattr(pairing, "_AT_LEISURE", 4)
    pairing._states.clear()
    offers = "".join(f"- Une offre, la {n}e {{#o-888888{n:02d}}}\n" for n in range(8))
    write({"beaucoup.md": f"# Beaucoup\n\n::: offres\n{offers}\n:::\n"})
    # Where people list skills, what is known of skills is read too: it takes longer.
    write({"personnes/lea.md": None})
    following = tasks(farm)["matching.following"]
    following.run(farm)
    slow = next(one for one in pairing.stores(farm) if one.encoder.name == "e5")
    texts = {one.text.digest: one.text.said for one in pairing.shelf_of(farm).texts(("public",))}

    def encoders() -> set[str]:
        return set(pairing._states[farm.settings.instance].engine.encoders)

    assert encoders() == {"use"}, "all is compared at once, as well as can be"
    assert not pairing.shelf_of(farm).pending()
    assert tasks(farm)["matching"].needed(farm)  # type: ignore[misc]
    unread, parts = len(slow.missing(texts)), 0
    assert unread == len(texts)
    while unread:
        tasks(farm)["matching"].run(farm)
        left = len(slow.missing(texts))
        assert unread - left <= 4
        unread, parts = left, parts + 1
    assert parts > 3
    assert encoders() == {"use", "e5"}
    assert not tasks(farm)["matching"].needed(farm)  # type: ignore[misc]


def test_a_need_is_matched_beside_a_server_that_runs(
    farm: "Instance", write: Write, serve: "Callable[..., Server]"
) -> None:
    folder = farm.settings.instance
    with (folder / "wiki.toml").open("a", encoding="utf-8") as file:
        file.write('\nencoder = "off"\n')
    server = serve(folder)
    write({"ruches.md": NEW})
    deadline = time.monotonic() + 90
    html = ""
    while "/-/offers/o-bbbbbbbb" not in html:
        assert time.monotonic() < deadline
        with urlopen(f"{server.url}/-/needs/b-eeeeeeee", timeout=30) as answer:  # noqa: S310
            html = answer.read().decode()
        assert "soon-title" in html or "fits-title" in html, "never silent meanwhile"
