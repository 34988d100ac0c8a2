"""Records as pages: what is kept, what is written otherwise, what is left out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.carrefour.history import author_of, revision_text
from plugins.carrefour.pages import clean_body, person_text, project_text, story_lines
from plugins.carrefour.records import names_of, read_records
from wiki.errors import BadRequest
from wiki.pages.head.frontmatter import read_head


def test_a_project_is_a_space_with_its_story() -> None:
    record = {
        "slug": "capteur.pluie",
        "title": "Capteur : la pluie",
        "summary": "Savoir quand il pleut.\nVraiment.",
        "themes": ["Eau", "Agriculture"],
        "body_markdown": "Bonjour<br>la pluie\r\n",
        "status_history": [
            {"kind": "phase", "state": "Investigation", "date": "2020-01-02", "note": "au début"},
            {"kind": "event", "state": "Passage en comité", "date": "2021-03-04"},
            {"kind": "phase", "state": "Accélération", "date": "2021-03-05"},
            {"kind": "phase", "state": "Construction", "date": None},
        ],
    }
    text = project_text(record, ["personnes/une"], ["organisations/deux"])
    reading = read_head(text)
    head = reading.head
    assert not reading.problems
    assert head.text("title") == "Capteur : la pluie"
    assert head.text("summary") == "Savoir quand il pleut. Vraiment."
    assert head.words("themes") == ("Eau", "Agriculture")
    assert head.words("team") == ("[[personnes/une]]",)
    assert head.text("source") == "capteur.pluie"
    assert reading.body.startswith("Bonjour  \nla pluie\n")
    assert text.endswith(
        "## Historique\n\n::: historique\n"
        "- 2021-03-05 pilote — Accélération\n"
        "- 2021-03-04 — Passage en comité\n"
        "- 2020-01-02 concept — Investigation : au début\n\n:::\n"
    )


def test_a_person_has_skills_and_no_offer() -> None:
    text = person_text(
        {"id": "p-1", "role": "Agent", "skills": ["radio"], "bio_markdown": ""}, "P 1"
    )
    assert read_head(text).head.words("skills") == ("radio",)
    assert ":::" not in text


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Investigation", "concept"),
        ("Construction", "prototype"),
        ("Accélération", "pilote"),
        ("Consolidation", "marché"),
        ("Opéré", "marché"),
        ("Transféré", "transmis"),
        ("Investigation non concluante", "arrêté"),
        ("Arrêté", "arrêté"),
    ],
)
def test_each_state_has_ours_and_keeps_its_word(word: str, state: str) -> None:
    line = story_lines([{"kind": "phase", "state": word, "date": "2020-01-01"}])
    assert line == [f"- 2020-01-01 {state} — {word}"]


def test_html_of_the_source_becomes_markdown() -> None:
    told = clean_body('<h2>Un <b>titre</b></h2><a href="https://e.org">ici</a> H<sub>2</sub>O')
    assert "## Un <b>titre</b>" in told
    assert "[ici](https://e.org) H2O" in told
    assert "<iframe" not in clean_body("a <iframe src=x>y</iframe> b")


@given(st.text(max_size=80))
def test_any_body_is_taken(text: str) -> None:
    cleaned = clean_body(text)
    assert "\r" not in cleaned
    assert clean_body(cleaned).strip() == cleaned.strip() or "<" in text


@given(st.sets(st.text(st.sampled_from("aB. é-"), min_size=1, max_size=6), max_size=8))
def test_each_record_has_a_name_of_its_own(ids: set[str]) -> None:
    names = names_of(ids)
    assert names.keys() == ids
    assert len(set(names.values())) == len(ids)
    assert names == names_of(sorted(ids, reverse=True))


def test_names_that_collide_are_numbered() -> None:
    assert names_of(["1000.jours", "1000-jours"]) == {
        "1000-jours": "1000-jours",
        "1000.jours": "1000-jours-2",
    }


def test_a_revision_reads_as_the_page_of_its_day() -> None:
    source = (
        "---\ntitle: Pluie\nmission: Savoir\n"
        "phases:\n  - name: construction\n    start: 2019-05-01\n---\nUn texte.\n"
    )
    text = revision_text({"slug": "pluie", "text": source}, {})
    assert read_head(text).head.text("summary") == "Savoir"
    assert "- 2019-05-01 prototype — " in text
    assert author_of("auteur-12") == "Auteur 12"


def test_a_file_that_is_not_records_says_where(tmp_path: Path) -> None:
    file = tmp_path / "projects.jsonl"
    file.write_text('{"slug": "a", "title": "A"}\n\n[1]\n', "utf-8")
    with pytest.raises(BadRequest, match="line 3"):
        list(read_records(file))
    file.write_text("{", "utf-8")
    with pytest.raises(BadRequest, match="line 1"):
        list(read_records(file))
    assert list(read_records(tmp_path / "none.jsonl")) == []
