"""Each screen of the gallery: its template and the values that a view would give it."""

from datetime import date
from typing import Any

from markupsafe import Markup

from wiki.frontend.gallery.samples import (
    BODY,
    NEEDS,
    OFFERS,
    PROJECTS,
    STEPS,
    Values,
    ago,
    item,
    link,
)

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
    "said": [],
}
NO_PANELS: Values = {"head": [], "side": [], "foot": []}
#: templates with their values, drawn by the gallery as plugins' panels are by the site
HEAD_PANELS = [
    ("{{ ui.needs_now(items, 5, '#') }}", {"items": [one | {"space": None} for one in NEEDS[:3]]}),
    ("{{ ui.story_now(steps, '#') }}", {"steps": STEPS}),
]
HOME_BODY = (
    "<h2>Ils ont besoin de</h2><div class=rows>{% for one in needs %}{{ ui.need_row(one) }}"
    "{% endfor %}</div><p><a href='#'>Voir les 34 besoins ouverts</a></p>"
    "<h2>Derniers projets</h2><div class=cards>{% for one in projects %}"
    "{{ ui.project_card(one) }}{% endfor %}</div>"
    "<h2>Ils proposent</h2><div class=rows>{% for one in offers %}{{ ui.offer_row(one) }}"
    "{% endfor %}</div><h2>Que sont-ils devenus&nbsp;?</h2>{{ ui.timeline(steps) }}"
    "<h2>Comment participer</h2><p>Tout le monde peut lire, chercher, et proposer son aide. Pour "
    "écrire, il suffit d’un compte. Personne ne note personne.</p>"
)
VIEW: Values = {
    "page": PAGE,
    "space": SPACE,
    "crumbs": [link("Accueil", "/"), link("Projets")],
    "may_edit": False,
    "menu_of_page": PAGE_MENU[:1] + PAGE_MENU[3:4],
    "follow": link("Suivre ce projet") | {"stop": False},
    "html": BODY,
    "toc": [
        {"text": "Ce que nous avons appris", "anchor": "ce-que-nous-avons-appris", "level": 2},
        {"text": "Ce que cela coûte", "anchor": "prix", "level": 3},
        {"text": "La suite", "anchor": "la-suite", "level": 2},
        {"text": "Qui nous sommes", "anchor": "qui-nous-sommes", "level": 2},
    ],
    "problems": [],
    "restored": None,
    "asides": {"head": HEAD_PANELS, "side": [], "foot": []},
    "next_steps": [],
    "children": group("Cahier des charges", "Journal de pose", "Guide de soudure", total=12),
    "backlinks": group("Dossier : l’eau aux champs", "Carrefour de Rennes 2026"),
    "attachments": group("plan.pdf", "capteur.jpg"),
    "further": [{"label": "Site", "html": "lora.example.org"}, {"label": "Sigle", "html": "LAF"}],
    "contributors": ["Awa", "Marc"],
    "contributors_more": 3,
    "edited": {"who": "Awa", "when": ago(days=1), "url": "#"},
}


def view(**changes: Any) -> Screen:
    """The page view, with some values changed."""
    return "pages/view.html", VIEW | changes


LISTING = {"total": 34, "first": 1, "last": 20, "newer": "", "older": "#"}
ALL = {"total": 3, "first": 1, "last": 3, "newer": "", "older": ""}
CRUMBS = [link("Accueil", "/"), link("Projets")]


def facet(name: str, label: str, *choices: tuple[str, int], chosen: str = "") -> Values:
    """A facet with its counts."""
    return {
        "name": name,
        "label": label,
        "choices": [
            {"label": one, "count": count, "url": "#", "chosen": one == chosen}
            for one, count in choices
        ],
    }


FACETS = [
    facet("theme", "Thème", ("Agriculture", 12), ("Objets connectés", 9), ("Langues", 4)),
    facet(
        "territory",
        "Territoire",
        ("Bretagne", 11),
        ("Dakar", 6),
        ("France entière", 3),
        chosen="Bretagne",
    ),
    facet("maturity", "Maturité", ("Idée", 4), ("Concept", 8), ("Prototype", 5), ("Pilote", 2)),
]


def change(kind: str, who: str, message: str = "", hours: int = 1, **more: Any) -> Values:
    """A change of the story."""
    return {
        "who": who,
        "kind": kind,
        "page": link("LoRa à la ferme", "/project.html"),
        "moved_from": "projets/capteurs",
        "file": "plan.pdf",
        "message": message,
        "when": ago(hours=hours),
        "commit": "3f9c21ab77e0",
        "diff_url": "/diff.html",
        "read_url": "#",
        "restore": "#",
    } | more


DAYS = [
    {
        "day": date(2026, 11, 24),
        "changes": [
            change(
                "edited", "Awa", "budget précisé, après la visite chez le fabricant", restore=""
            ),
            change("attached", "Marc", hours=3),
        ],
    },
    {
        "day": date(2026, 11, 21),
        "changes": [
            change("edited", "Léonie", "", 70),
            change("moved", "Awa", "", 74),
            change("restored", "Marc", "le tableau avait disparu", 76),
        ],
    },
    {"day": date(2026, 9, 12), "changes": [change("created", "Awa", "", 1700, diff_url="")]},
]
RUNS = [
    ("same", "Trois capteurs sur cinq ont tenu l’hiver. Les deux autres ont "),
    ("removed", "été perdus"),
    ("added", "pris l’eau par le presse-étoupe"),
    ("same", ", que nous avons depuis remplacé par une simple boucle de câble."),
    ("added", " C’est moins élégant et cela marche."),
]
TEXT = """---
type: project
title: LoRa à la ferme
summary: Des capteurs qui tiennent dix ans dans un champ.
themes: [Agriculture, Objets connectés]
---

# LoRa à la ferme

Un agriculteur passe une heure par jour à aller voir. Voir si la **citerne** est pleine, si la
clôture tient, si la terre est assez sèche pour *semer*. Voir [[cahier-des-charges|le cahier]].

## Ce qu'il nous faut

::: besoins
- [ ] Un expert LoRaWAN pour relire l'architecture radio #lora avant:2027-03-01 {#b-7k2qx9ma}
- [x] Relecture RGPD du cahier des charges #rgpd {#b-1m4tz8qa}

:::

## Ce que nous avons appris

- la portée réelle est de quatre kilomètres ;
- une pile dure deux hivers.
"""
EDIT: Values = {
    "page": PAGE,
    "new": False,
    "text": TEXT,
    "base": "3f9c21a",
    "message": "",
    "section": "",
    "line": 0,
    "errors": dict.fromkeys(("", "text", "message"), ""),
    "problems": [],
    "draft": None,
    "blocks": [{"label": "Liste de projets", "example": "::: projets theme:agriculture\n:::"}],
    "preview_html": None,
    "max_upload": 25_000_000,
}
NO_ERRORS = dict.fromkeys(
    (
        "",
        "title",
        "summary",
        "themes",
        "territory",
        "email",
        "password",
        "name",
        "to",
        "file",
        "message",
        "lang",
        "new_password",
    ),
    "",
)
PIECES = [
    {"kind": "agreed", "text": "# LoRa à la ferme\n\nUn agriculteur passe une heure par jour."},
    {
        "kind": "conflict",
        "heading": "Ce que cela coûte",
        "base": "Un capteur coûte une trentaine d’euros.",
        "mine": "Un capteur coûte vingt-deux euros, boîtier compris, si l’on imprime soi-même.",
        "theirs": "Un capteur coûte 24 € pièce, 19 € à partir de cinquante.",
    },
    {"kind": "agreed", "text": "## La suite\n\nAvant le printemps, nous voulons dix fermes."},
]


def hit(title: str, extract: str, *facts: str) -> Values:
    """A result of a search."""
    return {
        "url": "/project.html",
        "title": Markup(title),  # noqa: S704
        "extract": Markup(extract),  # noqa: S704
        "path_words": "",
        "facts": facts,
        "item": None,
        "kind": "",
    }


PROJECT_HITS = [
    hit(
        "LoRa à la <mark>ferme</mark>",
        "Des <mark>capteurs</mark> qui tiennent dix ans dans un champ, et que l’on répare.",
        "Prototype",
        "Bretagne",
    ),
    hit(
        "L’eau aux champs",
        "… douze <mark>fermes</mark> partagent les relevés de leurs <mark>capteurs</mark> …",
        "Dossier",
    ),
]
PERSON_SPACE = SPACE | {
    "title": "Marc",
    "kind": "person",
    "summary": "Ancien ingénieur réseaux, aime relire ce que les autres écrivent.",
    "state": "",
    "since": None,
    "place": "",
    "themes": [link("Objets connectés"), link("Données personnelles")],
    "team": [],
    "news": None,
    "tabs": [],
    "facts": [],
    "said": [{"label": "Temps disponible", "links": [link("un peu", "")]}],
}


SCREENS: dict[str, Screen] = {
    "home": (
        "home.html",
        {
            "page": PAGE
            | {
                "path": "index",
                "title": "Ici, les projets rencontrent les personnes dont ils ont besoin",
                "summary": "Un wiki ouvert, où l’on construit à plusieurs, où l’on dit ce qui "
                "manque, et où l’on raconte ce que les projets sont devenus.",
            },
            "html": (
                HOME_BODY,
                {"needs": NEEDS, "offers": OFFERS, "projects": PROJECTS, "steps": STEPS},
            ),
            "may_edit": False,
            "invitations": [
                {"label": "Voir qui a besoin de quoi", "url": "#", "kind": "need"},
                {"label": "Proposer mon aide", "url": "#", "kind": "offer"},
            ],
        },
    ),
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
    "plain": view(
        space=None,
        asides=NO_PANELS,
        page=PAGE
        | {
            "title": "Charte de bienveillance",
            "url": "#",
            "summary": "Ce que nous nous promettons, en une page.",
        },
        crumbs=[link("Accueil", "/")],
        follow=None,
        attachments=group(),
        children=group(),
    ),
    "person": view(
        space=PERSON_SPACE,
        asides=NO_PANELS,
        page=PAGE | {"title": "Marc"},
        follow=None,
        toc=[],
        children=group(),
        attachments=group(),
        html=Markup("<p>Je relis, je pose des questions, je ne décide pas à votre place.</p>"),
        crumbs=[link("Accueil", "/"), link("Personnes")],
    ),
    "edit": ("pages/edit.html", EDIT),
    "history": (
        "pages/history.html",
        {
            "page": PAGE,
            "space": SPACE,
            "crumbs": CRUMBS,
            "days": DAYS,
            "listing": LISTING,
            "feed_url": "#",
        },
    ),
    "changes": ("changes.html", {"days": DAYS, "listing": LISTING, "feed_url": "#"}),
    "diff": (
        "pages/diff.html",
        {
            "page": PAGE,
            "crumbs": CRUMBS,
            "older": {"when": ago(days=3), "who": "Marc", "commit": "91ac03d"},
            "newer": {
                "when": ago(days=1),
                "who": "Awa",
                "commit": "3f9c21a",
                "message": "ce que l’hiver nous a appris",
            },
            "hunks": [
                {"heading": "Ce que nous avons appris", "runs": RUNS},
                {
                    "heading": "La suite",
                    "runs": [
                        ("same", "Avant le printemps, nous voulons "),
                        ("removed", "cinq"),
                        ("added", "dix"),
                        ("same", " fermes."),
                    ],
                },
            ],
            "hidden": 0,
            "restore": "#",
            "history_url": "/history.html",
            "earlier_url": "#",
            "later_url": "",
        },
    ),
    "blame": (
        "pages/blame.html",
        {
            "page": PAGE,
            "crumbs": CRUMBS,
            "lines": [
                {
                    "who": "Awa",
                    "when": ago(days=9),
                    "diff_url": "#",
                    "text": text,
                    "turn": turn % 5 == 0,
                }
                for turn, text in enumerate(TEXT.splitlines())
            ],
            "listing": ALL,
        },
    ),
    "conflict": (
        "pages/conflict.html",
        {
            "page": PAGE,
            "who": "Marc",
            "base": "3f9c21a",
            "message": "",
            "text": TEXT,
            "pieces": PIECES,
            "mine": TEXT,
        },
    ),
    "rename": (
        "pages/rename.html",
        {
            "page": PAGE,
            "crumbs": CRUMBS,
            "to": "projets/lora-a-la-ferme",
            "below": 4,
            "pointing": 2,
            "errors": NO_ERRORS | {"to": "Une page existe déjà à cette adresse."},
        },
    ),
    "delete": (
        "pages/delete.html",
        {
            "page": PAGE,
            "crumbs": CRUMBS,
            "below": 4,
            "pointing": group("Dossier : l’eau"),
            "message": "",
            "errors": NO_ERRORS,
        },
    ),
    "attachments": (
        "pages/attachments.html",
        {
            "page": PAGE,
            "crumbs": CRUMBS,
            "files": [
                {
                    "name": "plan-de-cablage.pdf",
                    "url": "#",
                    "kind": "pdf",
                    "detach": "#",
                    "thumbnail": "",
                    "size": "240 ko",
                    "when": ago(days=2),
                    "who": "Marc",
                    "markdown": "",
                }
            ],
            "listing": ALL,
            "may_edit": True,
            "limit": "25 Mo",
            "errors": NO_ERRORS,
        },
    ),
    "new": (
        "pages/new.html",
        {
            "kinds": [
                {"value": "project", "label": "Un projet", "hint": "même une idée"},
                {"value": "person", "label": "Ma page", "hint": "ce que j’offre"},
                {"value": "event", "label": "Une rencontre", "hint": "carrefour, café, atelier"},
                {"value": "", "label": "Une page", "hint": "un guide, des notes"},
            ],
            "values": {
                "type": "project",
                "title": "",
                "summary": "",
                "themes": "",
                "territory": "",
                "parent": "",
            },
            "known_themes": ["Agriculture", "Mobilité", "Objets connectés"],
            "known_territories": ["Bretagne"],
            "errors": NO_ERRORS | {"title": "Donnez-lui un nom, même provisoire."},
        },
    ),
    "search": (
        "search/results.html",
        {
            "query": "capteurs ferme",
            "groups": [
                {"label": "Projets", "total": 2, "url": "", "hits": PROJECT_HITS},
                {
                    "label": "Besoins",
                    "total": 12,
                    "url": "#",
                    "hits": [hit("", "") | {"item": one, "kind": "need"} for one in NEEDS[:2]],
                },
            ],
            "total": 14,
            "facets": FACETS,
            "clear": "#",
            "chosen": [("territory", "Bretagne")],
            "suggestion": {"word": "capteurs ferme", "url": "#"},
            "took_too_long": False,
            "listing": ALL,
        },
    ),
    "hits": (
        "search/_hits.html",
        {
            "query": "capteurs ferme",
            "groups": [
                {"label": "Projets", "hits": PROJECT_HITS},
                {"label": "Pages", "hits": PROJECT_HITS[1:]},
            ],
            "total": 14,
            "suggestion": "",
        },
    ),
    "board": (
        "board.html",
        {
            "kind": "need",
            "title": "Qui a besoin de quoi",
            "lead": "Une heure, une salle, un regard : la plupart des besoins sont petits.",
            "entries": [
                *NEEDS,
                item(
                    "Deux classes de lycée pour souder cinquante capteurs",
                    "LoRa à la ferme",
                    places=["Bretagne"],
                    state="sleeping",
                ),
            ],
            "total": 34,
            "facets": FACETS,
            "clear": "#",
            "listing": LISTING,
            "words": "",
            "search_url": "/-/needs",
            "sorts": [
                {"label": "les plus récents", "url": "#", "chosen": True},
                {"label": "les plus pressés", "url": "#", "chosen": False},
            ],
            "add": link("Dire ce qui me manque"),
            "feed_url": "",
            "empty_words": "",
        },
    ),
    "offers": (
        "board.html",
        {
            "kind": "offer",
            "title": "Qui offre quoi",
            "lead": "",
            "entries": OFFERS,
            "total": 3,
            "facets": FACETS[:2],
            "clear": "",
            "listing": ALL,
            "words": "",
            "search_url": "",
            "sorts": [],
            "add": link("Proposer mon aide"),
            "feed_url": "",
            "empty_words": "",
        },
    ),
    "login": (
        "account/login.html",
        {
            "values": {"email": "awa@example.org"},
            "next": "",
            "may_register": True,
            "errors": NO_ERRORS | {"": "Cette adresse et ce mot de passe ne vont pas ensemble."},
            "reason": "pour répondre à ce besoin",
        },
    ),
    "register": (
        "account/register.html",
        {"values": {"email": "", "name": ""}, "errors": NO_ERRORS, "next": ""},
    ),
    "reset": (
        "account/reset.html",
        {"token": "", "sent": True, "values": {"email": ""}, "errors": NO_ERRORS},
    ),
    "link": (
        "account/link.html",
        {
            "token": "t",
            "sent": False,
            "asks": False,
            "next": "",
            "values": {"email": ""},
            "errors": NO_ERRORS,
        },
    ),
    "account": (
        "account/account.html",
        {
            "person": {"name": "Awa"},
            "followed": [{"title": "LoRa à la ferme", "url": "#", "when": ago(days=2)}],
            "waiting_for_me": [
                {
                    "text": "Marc propose de relire l’architecture radio",
                    "url": "#",
                    "when": ago(hours=5),
                },
            ],
            "drafts": [{"title": "Journal de pose", "url": "#", "when": ago(days=1)}],
            "my_spaces": [link("LoRa à la ferme")],
            "page_of_mine": None,
            "create_page": "#",
            "values": {"name": "Awa", "email": "awa@example.org", "lang": "fr"},
            "langs": [("fr", "Français"), ("en", "English")],
            "role": "membre",
            "errors": NO_ERRORS,
            "sessions": 2,
        },
    ),
    "error": (
        "error.html",
        {
            "status": 507,
            "title": "Votre texte n’a pas pu être enregistré",
            "words": "Le disque du serveur est plein. Rien n’est perdu : votre texte est "
            "ci-dessous, et l’équipe est prévenue.",
            "text": TEXT,
            "actions": [link("Réessayer"), link("Revenir à la page")],
            "reference": "r-48c1",
        },
    ),
}
