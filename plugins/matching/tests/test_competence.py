"""What a skill is: what needs ask for, who can do it, and what only sounds like it."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.api.meaning import Vectors, encoders

Part = Callable[[str], Any]

#: needs, and the skill that each asks for; "" for one that nobody here is known to have
ASKED = [
    ("Un menuisier pour refaire notre site de l'exposition", "menuiserie"),
    ("Reconnaître un python d'une couleuvre", "zoologie"),
    ("Une application Django à reprendre, notre Python est vieux", "Python"),
    ("Des supports à vélos devant la gare", "vélo"),
    ("Un architecte pour rénover une copropriété", "architecture"),
    ("Un architecte logiciel", "architecture logicielle"),
    ("Un test d'intrusion avant l'ouverture", "test d'intrusion"),
    ("Penetration test of our booking pages", "test d'intrusion"),
    ("Une développeuse pour notre appli Android", "Android"),
    ("Un ferrailleur pour notre site web", ""),
    ("Un rempailleur de chaises qui connaisse PostgreSQL", ""),
    ("Un développeur immobilier pour la friche", "immobilier"),
    ("Un coach pour le marathon", "sport"),
    ("Un architecte qui aime Drupal. Il y a du bois", "architecture"),
    ("Un support mural", ""),
    ("Combien de trous dans la haie", ""),
]


@pytest.fixture
def asked(plugin_module: Part) -> Callable[..., set[str]]:
    """``asked(title)``: the names of the skills that a need asks for, by its words alone."""
    known, text = plugin_module("trades").known_trades(), plugin_module("texts").Text

    def asked(title: str, body: str = "", keywords: tuple[str, ...] = ()) -> set[str]:
        found = plugin_module("skills.competence").asked_of(
            text("b", "need", title, body, keywords), known, None
        )
        return {skill.name for skill in found.skills}

    return asked


@pytest.mark.parametrize(("title", "skill"), ASKED)
def test_a_need_asks_for_what_its_title_begins_with(
    asked: Callable[..., set[str]], title: str, skill: str
) -> None:
    assert asked(title) == ({skill} if skill else set())


def test_a_text_is_read_where_the_title_says_nothing(asked: Callable[..., set[str]]) -> None:
    assert asked("Avant jeudi", "Un juriste relirait un contrat.") == {"droit"}
    assert asked("Avant jeudi", "Il y a du wifi.") == set(), "a word in passing is no need"
    context = "Notre base PostgreSQL est à la préfecture, avec des intrapreneurs et de l’IA."
    assert asked("Une benne pour des gravats", context) == set(), (
        "who asks is not what is asked for"
    )
    assert asked(f"Une benne pour des gravats. {context}") == set()
    assert asked("Avant jeudi", keywords=("RGPD",)) == {"protection des données"}


@pytest.fixture
def fit(plugin_module: Part) -> Callable[..., list[str]]:
    """``fit(need, a=[skills], …)``: the people who fit it, best first, by words alone."""
    known, text = plugin_module("trades").known_trades(), plugin_module("texts").Text

    def fit(need: str, **skills: list[str]) -> list[str]:
        people = [text(name, "person", "", keywords=tuple(own)) for name, own in skills.items()]
        found = (
            plugin_module("skills.people")
            .People(people, known, [])
            .found(text("b", "need", need))
            .measures
        )
        best = sorted((-value, one.id) for value, one in zip(found, people, strict=True) if value)
        return [id_ for _value, id_ in best]

    return fit


def test_who_can_do_the_whole_serves_for_its_parts_and_no_part_for_another(
    fit: Callable[..., list[str]],
) -> None:
    people: dict[str, list[str]] = {
        "web": ["Développement Full-stack"],
        "django": ["Django", "UX"],
        "php": ["PHP"],
        "security": ["Sécurité informatique"],
        "law": ["Droit / Affaires juridiques"],
        "design": ["Architecture d'information", "UI"],
    }
    # The whole serves less surely than a part, and one part not at all for another.
    assert fit("Un développeur Python", **people) == ["django", "web"]
    assert fit("Un test d'intrusion", **people) == ["security"]
    assert fit("Un architecte pour notre immeuble", **people) == []
    assert set(fit("Un développeur web", **people)) == {"web", "django", "php"}


@given(words=st.lists(st.text(max_size=12) | st.sampled_from(["?", "python", "un", "pour"])))
def test_whatever_is_written_is_read(words: list[str], plugin_module: Part) -> None:
    known, text = plugin_module("trades").known_trades(), plugin_module("texts").Text
    said = " ".join(words)
    asked = plugin_module("skills.competence").asked_of(
        text("b", "need", said, said, (said,)), known, None
    )
    assert asked.skills <= set(known.skills)
    held = plugin_module("skills.competence").held_by(
        text("p", "person", said, keywords=(said,)), known
    )
    assert all(0 < sure <= 1 for sure in held.values())


def test_every_skill_is_found_by_its_own_name(plugin_module: Part) -> None:
    trades = plugin_module("trades")
    known = trades.known_trades()
    assert len({skill.name for skill in known.skills}) == len(known.skills)
    for skill in known.skills:
        assert skill in known.terms[trades.key_of(skill.name)], skill.name
        assert trades.closeness(skill, skill) == 1.0


def test_what_is_told_of_who_asks_is_not_asked_for(asked: Callable[..., set[str]]) -> None:
    """Skills that only the second sentence names are not what is sought, however near."""
    title = "Une développeuse"
    plain = asked(title)
    assert asked(title, "Notre équipe compte déjà une spécialiste de Drupal.") == plain


def test_the_quick_encoder_alone_reads_skills_where_it_is_there(plugin_module: Part) -> None:
    import numpy as np

    found = encoders("auto")
    if {one.quick for one in found} != {True, False}:
        pytest.skip("the encoders are for other machines")
    quick, slow = sorted(
        (Vectors(one, None) for one in found), key=lambda one: not one.encoder.quick
    )
    known = plugin_module("trades").known_trades()
    recognition = plugin_module("skills.recognition")
    need = plugin_module("texts").Text("b", "need", "Nos courriers sont incompréhensibles")
    read = {**recognition.glosses(known), need.digest: need.said}
    quick.add(read)
    chance = np.random.default_rng(7).standard_normal((len(read), slow.encoder.dimensions))
    slow.keep(list(read), chance.astype(np.float32))
    alone = recognition.Recognition(known, [quick]).of(need)
    assert recognition.Recognition(known, [slow, quick]).of(need) == alone
    assert recognition.Recognition(known, [slow]).of(need) != alone
