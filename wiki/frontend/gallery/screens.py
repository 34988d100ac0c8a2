"""Each screen of the gallery: its template and the values that a view would give it."""

from datetime import date
from typing import Any

from samples import BODY, NEEDS, STEPS, Values, ago, link

Screen = tuple[str, Values]


def base() -> Values:
    """What every template gets."""
    return {
        "site_name": "Carrefour",
        "person": None,
        "waiting": 0,
        "menu": [
            link("Projets", "/-/projects"),
            link("Besoins", "/-/needs"),
            link("Offres", "/-/offers"),
            link("Personnes", "/-/people"),
            link("Agenda", "/-/events"),
        ],
        "here": "/-/projects",
        "languages": [{"code": "en", "label": "English", "url": "?lang=en"}],
        "notices": [],
        "csrf_token": lambda: "token",
        "query": "",
    }


def group(*labels: str, total: int = 0) -> Values:
    """A bounded list of links."""
    return {"links": [link(one) for one in labels], "total": total or len(labels), "url": "#"}


def line(label: str, icon: str, apart: bool = False, post: bool = False) -> Values:
    """A line of the page's menu."""
    return {"label": label, "url": "#", "icon": icon, "apart": apart, "post": post}


PAGE_MENU = [
    line("Historique", "history"),
    line("Pièces jointes", "paperclip"),
    line("Déplacer ou renommer", "move"),
    line("Source Markdown", "code"),
    line("Supprimer", "trash-2", apart=True),
]
PAGE = {
    "title": "LoRa à la ferme",
    "path": "projets/lora-a-la-ferme",
    "url": "/project.html",
    "summary": "",
    "lang": "fr",
}
SPACE: Values = {
    "title": "LoRa à la ferme",
    "url": "/project.html",
    "summary": "Des capteurs qui tiennent dix ans dans un champ, et que l’on répare soi-même.",
    "kind": "project",
    "state": "Prototype",
    "since": date(2026, 9, 12),
    "maturity": "",
    "territory": "Bretagne",
    "place": "Plouha",
    "themes": [link("Agriculture"), link("Objets connectés")],
    "team": [link("Awa"), link("Marc"), link("Léonie")],
    "news": ago(days=1),
    "tabs": [
        {"label": "Présentation", "url": "#", "count": 0, "here": True},
        {"label": "Cahier des charges", "url": "#", "count": 0, "here": False},
        {"label": "Besoins", "url": "#", "count": 3, "here": False},
        {"label": "Historique", "url": "#", "count": 0, "here": False},
    ],
    "restricted": "",
    "facts": [],
}
VIEW: Values = {
    "page": PAGE,
    "space": SPACE,
    "crumbs": [link("Accueil", "/"), link("Projets")],
    "may_edit": False,
    "menu_of_page": PAGE_MENU[:1] + PAGE_MENU[3:4],
    "follow": link("Suivre ce projet"),
    "html": BODY,
    "toc": [
        {"text": "Ce que nous avons appris", "anchor": "ce-que-nous-avons-appris", "level": 2},
        {"text": "Ce que cela coûte", "anchor": "prix", "level": 3},
        {"text": "La suite", "anchor": "la-suite", "level": 2},
        {"text": "Qui nous sommes", "anchor": "qui-nous-sommes", "level": 2},
    ],
    "problems": [],
    "restored": None,
    "asides": {"head": [], "side": [], "foot": []},
    "space_now": {
        "needs": [need | {"space": None} for need in NEEDS[:3]],
        "needs_total": 5,
        "needs_url": "#",
        "add_need": "",
        "steps": STEPS,
        "steps_url": "#",
    },
    "next_steps": [],
    "children": group("Cahier des charges", "Journal de pose", "Guide de soudure", total=12),
    "backlinks": group("Dossier : l’eau aux champs", "Carrefour de Rennes 2026"),
    "attachments": group("plan.pdf", "capteur.jpg"),
    "contributors": ["Awa", "Marc"],
    "contributors_more": 3,
    "edited": {"who": "Awa", "when": ago(days=1), "url": "#"},
}


def view(**changes: Any) -> Screen:
    """The page view, with some values changed."""
    return "pages/view.html", VIEW | changes


SCREENS: dict[str, Screen] = {
    "project": view(),
    "owner": view(
        may_edit=True,
        menu_of_page=PAGE_MENU,
        follow=None,
        next_steps=[
            {"label": "Raconter la suite", "url": "#", "icon": "sprout"},
            {"label": "Dire ce qui manque", "url": "#", "icon": "circle-dashed"},
            {"label": "Inviter un expert", "url": "#", "icon": "mail"},
        ],
        problems=[{"line": 41, "words": "« 31 février » n’est pas une date."}],
    ),
}
