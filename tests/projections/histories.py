"""Random histories: pages made, edited, moved, narrowed, deleted, as hypothesis draws them."""

from collections.abc import Mapping

from hypothesis import strategies as st

from .world import WORDS, page

PATHS = ("index", "a", "a/b", "a/b/c", "b", "personnes/p", "c d")

heads = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(WORDS[:3]),
        "type": st.sampled_from(["project", "person", "event", "nonsense"]),
        "visibility": st.sampled_from(["public", "members", "team", "who knows"]),
        "team": st.just("['[[personnes/p]]']"),
        "themes": st.sampled_from(["[Un, deux]", "un", "Trois fois"]),
        "territory": st.sampled_from(["Bretagne", "France entière", "Sénégal"]),
        "presented": st.just("['[[b]]']"),
        "aliases": st.sampled_from(["[ancien]", "[a, b]"]),
    },
)

days = st.sampled_from(["2025-05-01", "2026-03-01", "2026-12-31", "2027-06-01", "2026-02-31"])
states = st.sampled_from(["idea", "concept", "pilot", "paused"])

bodies = st.lists(
    st.one_of(
        st.sampled_from([*PATHS, *WORDS]).map(lambda target: f"[[{target}]]\n"),
        st.sampled_from(["[x](b.md)\n", "[x](../a.md)\n", "[x](nothing.md)\n", "![i](i.png)\n"]),
        st.tuples(days, states).map(
            lambda line: f"::: historique\n- {line[0]} {line[1]} — fait\n\n:::\n"
        ),
        st.tuples(st.sampled_from(["[ ]", "[x]", "[-]"]), st.sampled_from(WORDS[3:])).map(
            lambda item: f"::: besoins\n- {item[0]} Un besoin #un @Bretagne {{#{item[1]}}}\n\n:::\n"
        ),
        st.just("::: offres\n- Une offre #deux\n- [ ] vu:2026-06-10 Une autre #Deux\n\n:::\n"),
        st.just("::: besoins\n- [ ] Partout #un @France-entière @Bretagne\n\n:::\n"),
        st.just("::: besoins\n- never closed\n"),
    ),
    max_size=3,
).map("\n".join)

texts = st.one_of(
    st.builds(lambda head, body: page(body, **head), heads, bodies),
    st.sampled_from(["", "---\nvisibility: [\n---\nbroken", "---\ntype: project\nno end"]),
)

files = st.sampled_from(
    [*(f"{path}.md" for path in PATHS), "a/index.md", "a/b/index.md", "a/i.png", "x:y.md"]
)
steps = st.lists(
    st.one_of(
        st.dictionaries(files, st.one_of(texts, st.none()), min_size=1, max_size=3),
        st.tuples(st.sampled_from(PATHS[1:4]), st.sampled_from(["b", "a/b", "z", "z/y"])),
    ),
    min_size=1,
    max_size=8,
)


Step = dict[str, str | None] | tuple[str, str]


def changes_of(step: Step, present: Mapping[str, str]) -> dict[str, str | None]:
    """A step as file changes over the files that are ``present``; a pair moves a subtree."""
    if isinstance(step, dict):
        wanted: dict[str, str | None] = dict(step)
    else:
        old, new = step
        wanted = {}
        for file, text in present.items():
            if file == f"{old}.md" or file.startswith(f"{old}/"):
                moved = new + file[len(old) :]
                wanted[file] = None
                wanted[moved] = text
    return {
        file: text
        for file, text in wanted.items()
        if present.get(file) != text and not (text is None and file not in present)
    }
