"""Files of an export have names that every system holds, and none has that of another."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from wiki.exports.names import Names

_SEGMENT = st.text(
    st.sampled_from([*"aAéE\u0301ßs.:*?\"<>| CONnul'-_日", "\u0130"]), min_size=1, max_size=12
).filter(lambda one: one.strip(". "))
_LONG = st.sampled_from(["x" * 190, "é" * 95, "x" * 189 + "y", "日" * 66])
_PATH = st.lists(_SEGMENT | _LONG, min_size=1, max_size=4).map("/".join)


@given(st.lists(_PATH, min_size=1, max_size=30, unique=True))
def test_every_system_holds_them_and_tells_them_apart(paths: list[str]) -> None:
    names = Names()
    given_ = {path: names.file(f"{path}.md") for path in paths}
    given_ |= {f"{path}/": names.file(f"{path}.PNG") for path in paths}
    folded = [unicodedata.normalize("NFC", one.casefold()) for one in given_.values()]
    assert len(set(folded)) == len(folded)
    folders = {one.rpartition("/")[0] for one in folded}
    assert not folders & set(folded)  # none is a file and a folder
    for one in given_.values():
        assert len(one) <= 230
        for segment in one.split("/"):
            assert not re.search(r'[<>:"|?*\\\x00-\x1f]', segment)
            assert segment.strip(" ") == segment and not segment.endswith(".")
            assert len(segment.encode()) <= 160
            stem = segment.partition(".")[0].lower()
            assert stem not in ("con", "nul")
    # The same again, in the same order: an export is the same each time.
    again = Names()
    assert [again.file(f"{path}.md") for path in paths] == [given_[path] for path in paths]


def test_what_can_stay_as_it_is_stays() -> None:
    names = Names()
    for one in ("index.md", "projets/lora.md", "projets/lora/Été à Rennes (1).png", "a/b.tar.gz"):
        assert names.file(one) == one
    assert names.renamed == []
    assert names.file("Projets/lora.md") == "Projets-2/lora.md"
    assert names.file("a/quoi ?.md") == "a/quoi -.md"
    assert names.renamed == [
        ("Projets/lora.md", "Projets-2/lora.md"),
        ("a/quoi ?.md", "a/quoi -.md"),
    ]
