"""Two wikis that a reader without rights cannot tell apart: one full of secrets, and its twin.

What everyone sees stands in both, written by the same hands at the same minutes. Each *kind* of
secret is there or not; ``PAGES`` are the kinds that some reader of the tests may see, so that their
twin has them too, and everything else is in the full wiki alone.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path

from flask import Flask

from wiki.app import create_app
from wiki.cache.properties import cached_property
from wiki.config import load_settings
from wiki.editing.review import proposals as editing_proposals
from wiki.imports.inventory import Staged
from wiki.imports.runs import Run, Runs, State
from wiki.imports.source import Choice
from wiki.imports.stage import Bounds, Stage
from wiki.instance import Instance, close_instance, open_instance
from wiki.mail_dispatch import send_mail
from wiki.parts.creation import found
from wiki.people import deposits
from wiki.people.access import handovers, invitations
from wiki.people.access.grants import grant_guest
from wiki.people.accounts import (
    access_tokens,
    add_person,
    ask_login_link,
    codes,
    set_disabled,
    set_page,
)
from wiki.people.accounts.mail_tokens import hash_token
from wiki.people.drafts import save_draft
from wiki.people.follow.by_mail import ask_to_follow, confirm_following
from wiki.people.follow.subscriptions import watch
from wiki.people.mail.values import Mail
from wiki.people.models.tables import Base
from wiki.people.pen_names import keep_pen_names
from wiki.people.person import Person
from wiki.people.review import proposals, reports
from wiki.people.sisters import departures
from wiki.people.targets import Target
from wiki.reading.births import birth_of
from wiki.repository.commit import blob_hash, commit
from wiki.repository.objects import Author
from wiki.testing import mount_sister

from .canaries import canaries, canary

BASE = "https://wiki.example.org"
#: what a reader of the tests may see beyond what everyone sees
PAGES = ("members", "other", "guest")
#: what a sister Carrefour shows
SISTER = {
    "index.md": "# Carrefour de Lyon\n\nVoir [le projet](/ouverte).\n",
    "ouverte.md": "---\ntype: project\nthemes: [agriculture]\n---\n# Ouvert\n\n## Suite\n\nLà.\n\n"
    "::: besoins\n- [ ] Un tracteur {#b-lyonlyon}\n:::\n",
}
#: an account that was erased, as sisters follow
DEPARTURE = "d" * 32
#: the name of an import that waits
IMPORT = "0123456789abcdef"
#: one that asks, and one that has come in
IMPORTS = ("1123456789abcdef", "2123456789abcdef")
#: account → role, person page
ACCOUNTS = {
    "insider": ("member", "personnes/initiee"),
    "outsider": ("member", "personnes/membre"),
    "other": ("member", "personnes/autre"),
    "guest": ("member", None),
    "reader": ("reader", None),
    "connector": ("connector", None),
    "correspondent": ("correspondent", None),
    "officer": ("programme", None),
    "disabled": ("member", None),
    "lost": ("member", "personnes/partie"),
    "admin": ("admin", None),
}
#: how each kind of secret is restricted: its path, and what its head says
KINDS = {
    "members": (
        canary("members", "path"),
        "visibility: members\nteam: ['[[personnes/initiee]]']\n",
    ),
    "team": (canary("team", "path"), "visibility: team\nteam: ['[[personnes/initiee]]']\n"),
    "admins": (canary("admins", "path"), "visibility: team\n"),
    "child": (f"{canary('team', 'path')}/{canary('child', 'path')}", ""),
    "guest": (f"cache/{canary('guest', 'path')}", "visibility: team\n"),
    "other": (canary("other", "path"), "visibility: team\nteam: ['[[personnes/autre]]']\n"),
    "hidden": ("cache", "visibility: team\nteam: ['[[personnes/initiee]]']\n"),
}
_START = datetime(2026, 10, 1, 8, tzinfo=UTC)
_LIMITS = [
    "login_failures_per_15_min",
    "registrations_per_hour",
    "resets_per_hour",
    "invitations_per_day",
    "introductions_per_day",
    "signals_per_day",
    "saves_per_minute",
    "documents_per_hour",
    "proposals_per_hour",
    "reports_per_hour",
    "searches_per_minute",
    "suggestions_per_second",
    "comparisons_per_minute",
    "api_requests_per_minute",
]
#: a page of each type, and enough of them that every list has a second part
_PUBLIC = {
    "index.md": "# Accueil\n\n[[ouvert]] [[cache]] [[cache/plan]] [[nulle-part]]\n",
    "ouvert.md": "# Ouvert\n\nDe l'agriculture, un [[cache|lien]] et [[projets/lora]].\n",
    "listes.md": (
        "# Listes\n\n::: projets\n:::\n\n::: projets theme:agriculture\n:::\n\n::: besoins open\n"
        ":::\n\n::: offres open\n:::\n\n::: personnes\n:::\n\n::: événements\n:::\n\n"
        "{{nombre projets}} {{nombre projets theme:agriculture}}\n\n::: carte\n:::\n\n"
        "::: chronologie theme:agriculture\n:::\n\n::: manques theme:agriculture\n:::\n\n"
        "::: récurrents theme:agriculture\n:::\n\n::: dossiers\n:::\n"
    ),
    "dossiers/sols.md": (
        "---\ntype: dossier\ntitle: Les sols\nsummary: Que mesure-t-on\u00a0?\n"
        "themes: [agriculture]\nteam: ['[[personnes/initiee]]']\n---\n\n"
        "{{nombre projets theme:agriculture}} projets.\n\n::: sélection\n"
        "- [[projets/lora]] — Le premier.\n- [[cache]] — Un mot sur lui.\n"
        "- [[cache/plan]]\n- [[projets/jardin]] — Le second.\n:::\n\n::: chronologie\n:::\n\n"
        "::: manques\n:::\n\n::: récurrents\n:::\n\n::: carte\n:::\n"
    ),
    "projets/lora.md": (
        "---\ntype: project\ntitle: LoRa à la ferme\nsummary: Des capteurs\n"
        "themes: [agriculture]\nterritory: Bretagne\nteam: ['[[personnes/membre]]']\n---\n\n"
        "Texte [[cache]].\n\n::: besoins\n- [ ] Un expert #sol @Bretagne {#b-public01}\n\n:::\n\n"
        "::: offres\n- [ ] Un champ #sol {#o-public01}\n\n:::\n\n"
        "::: historique\n- 2026-05-02 concept — Posé\n\n:::\n"
    ),
    "projets/jardin.md": (
        "---\ntype: project\ntitle: Le jardin\nthemes: [agriculture]\n"
        "team: ['[[personnes/initiee]]']\n---\n\nUn jardin.\n"
    ),
    "libre.md": "---\neditors: anyone\n---\n\n# Libre\n\nÀ qui veut.\n",
    "evenements/salon.md": (
        "---\ntype: event\ntitle: Salon\nstarts: 2026-12-05T10:00\nends: 2026-12-05T18:00\n"
        "place: Rennes\nkind: carrefour\nthemes: [agriculture]\nregistration: open\n"
        "programme: ['[[projets/lora]]', '[[cache]]']\n---\n\nVenez.\n"
    ),
    "organisations/coop.md": "---\ntype: organisation\ntitle: La coop\n---\n\nUne coop.\n",
    **{
        f"personnes/{slug}.md": (
            f"---\ntype: person\ntitle: {name}\nskills: [sol]\nthemes: [agriculture]\n---\n"
            f"\n{name}.\n"
        )
        for slug, name in (
            ("initiee", "Initiée"),
            ("membre", "Membre"),
            ("autre", "Autre"),
            ("partie", "Partie"),
        )
    },
    **{f"petites/page-{number:02}.md": f"# Page {number}\n" for number in range(60)},
}
_PUBLIC_CHANGED = {"ouvert.md": _PUBLIC["ouvert.md"] + "\nEt encore.\n"}
_CAME_OUT = "# Sortie\n\nElle était cachée, avec de l'agriculture et beaucoup d'autres mots.\n"
_OPENED = {"ouverte.md": "# Ouverte\n\nÀ tous, avec de l'agriculture.\n"}


@dataclass
class World:
    """A wiki on disk; what each parameter of an address may be, as far as the wiki knows it."""

    instance: Instance
    kinds: frozenset[str]
    people: dict[str, Person] = field(default_factory=dict)
    #: ids and secrets of rows, by what they are of
    ids: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    #: the secret address of a form that a visitor filled in
    deposit: str = ""
    #: hashes of mails that could not be read
    mails: list[str] = field(default_factory=list)
    hidden_commits: list[str] = field(default_factory=list)
    hidden_blobs: list[str] = field(default_factory=list)
    #: personal access tokens: "person scope" → secret
    access: dict[str, str] = field(default_factory=dict)
    _clock: datetime = _START

    @property
    def full(self) -> bool:
        return "all" in self.kinds

    def knows(self, kind: str) -> bool:
        return self.full or kind in self.kinds

    @cached_property
    def app(self) -> Flask:
        """What answers, one for all who ask, as when it is served: it keeps answers."""
        return create_app(self.instance)

    def close(self) -> None:
        close_instance(self.instance)

    def copy(self, folder: Path) -> "World":
        """The same wiki in ``folder``; this one is closed."""
        shutil.copytree(self.instance.settings.instance, folder)
        settings = load_settings(folder, environ={}, **settings_of(folder))
        return replace(self, instance=open_instance(settings))

    def save(
        self, files: Mapping[str, str | None], message: str, author: str = "Awa", mail: str = "awa"
    ) -> str:
        """A commit at the next minute; hidden ones take no minute from the others."""
        repository = self.instance.repository
        changes = {name: text.encode() if text else None for name, text in files.items()}
        who = Author(author, f"{mail}@people.invalid")
        return commit(repository, repository.head(), changes, who, message, self._clock)

    def rows(self) -> Iterator[str]:
        """The private rows, as text, that hold a secret of someone else than who asks."""
        with self.instance.private.reading() as session:
            for table in Base.metadata.sorted_tables:
                if table.name in ("mail", "attempt", "audit", "person", "session", "mail_token"):
                    continue
                for row in session.execute(table.select()):
                    if canaries(text := f"{table.name} {tuple(row)}"):
                        yield text

    def pass_by(self) -> None:
        self._clock += timedelta(hours=3)


def settings_of(folder: Path) -> dict[str, object]:
    own = {"base_url": BASE, "site_name": "Carrefour", "murmurations": True}
    return {**own, **dict.fromkeys(_LIMITS, 100_000)}


def build(folder: Path, kinds: Iterable[str] = ("all",)) -> World:
    """A wiki in ``folder`` with those kinds of secrets; ``all``: with every secret there is."""
    settings = load_settings(folder, environ={}, **settings_of(folder))
    found(settings, empty=True)
    world = World(open_instance(settings), frozenset(kinds))
    for name, (role, page) in ACCOUNTS.items():
        made = add_person(
            world.instance.private,
            email=f"{canary(name, 'address')}@example.org",
            name=f"Compte {name}",
            role=role,
        )
        if page:
            made = set_page(world.instance.private, made.id, page, by="test")
        world.people[name] = made
    _write(world)
    _keep(world)
    mount_sister(world.instance, "lyon", SISTER)
    departures.add(world.instance.private, world.instance.repository.head(), DEPARTURE)
    return world


def secret_page(kind: str, head: str) -> str:
    """A page with a canary in each place that a page has."""
    say = {
        place: canary(kind, place)
        for place in (
            [
                "title",
                "summary",
                "theme",
                "territory",
                "alias",
                "heading",
                "body",
                "linktext",
                "need",
                "keyword",
                "offer",
                "offerkeyword",
                "status",
                "place",
                "nested",
                "skill",
                "todo",
            ]
        )
    }
    identity = (kind + "00000000")[:8]
    return f"""---
type: project
title: Projet {say["title"]}
summary: Résumé {say["summary"]}
{head}themes: [agriculture, {say["theme"]}]
territory: {say["territory"]}
aliases: [{say["alias"]}]
skills: [{say["skill"]}]
---

# Titre {say["heading"]}

De l'agriculture {say["body"]}, [[ouvert|{say["linktext"]}]], [[projets/lora]] et [[nulle-part]].

::: besoins
- [ ] Un besoin {say["need"]} #sol #{say["keyword"]} @{say["place"]} {{#b-{identity}}}
  - {say["nested"]}

:::

::: offres
- [ ] Une offre {say["offer"]} #sol #{say["offerkeyword"]} {{#o-{identity}}}

:::

::: historique
- 2026-06-01 prototype — Étape {say["status"]}

:::

::: à-compléter
- [ ] Manque {say["todo"]} — [[personnes/initiee]]

:::
"""


def secret_paths() -> list[str]:
    """The path of each secret page there is or was."""
    paths = [path for path, _head in KINDS.values()]
    others = ("closed", "deleted", "moved", "mixed", "event", "dossier", "person")
    return paths + [canary(kind, "path") for kind in others]


def _write(world: World) -> None:
    """The pages: those of everyone, and the secrets before, between and after them."""
    if world.full:
        closed = {f"{canary('old', 'path')}.md": "---\nvisibility: team\n---\n# x\n"}
        _hide(world, closed, "old")
        _hide(world, {"ouverte.md": secret_page("old", "visibility: team\n")}, "old")
        once = f"# {canary('closed', 'title')}\n\n{canary('closed', 'body')}\n"
        _hide(world, {f"{canary('closed', 'path')}.md": once}, "closed")
    world.save(_PUBLIC, "Les premières pages")
    world.pass_by()
    for kind, (path, head) in KINDS.items():
        if world.knows(kind):
            files: dict[str, str | None] = {
                f"{path}/index.md": secret_page(kind, head),
                f"{path}/{canary(kind, 'file')}.txt": f"plan {canary(kind, 'content')}\n",
            }
            _hide(world, files, kind)
    if world.full:
        _write_the_rest(world)
    if world.full:
        # A page that was made in secret, and comes out under another name.
        emerged = f"{canary('emerged', 'path')}.md"
        _hide(world, {emerged: f"---\nvisibility: team\n---\n{_CAME_OUT}"}, "emerged")
        world.save({emerged: None, "sortie.md": _CAME_OUT}, canary("emerged", "message"))
    else:
        world.save({"sortie.md": _CAME_OUT}, "")
    world.pass_by()
    world.save(_OPENED, "Ouverte à tous")
    world.pass_by()
    if world.full:
        # One commit, of which everyone sees a half.
        mixed = {f"{canary('mixed', 'path')}.md": secret_page("mixed", "visibility: team\n")}
        world.save({**_PUBLIC_CHANGED, **mixed}, f"Et {canary('mixed', 'message')}")
    else:
        world.save(_PUBLIC_CHANGED, "")
    world.pass_by()


def _write_the_rest(world: World) -> None:
    closed = canary("closed", "path")
    _hide(world, {f"{closed}.md": secret_page("closed", "visibility: team\n")}, "closed")
    deleted = canary("deleted", "path")
    _hide(world, {f"{deleted}.md": secret_page("deleted", "visibility: team\n")}, "deleted")
    _hide(world, {f"{deleted}.md": None}, "deleted")
    text = secret_page("moved", "visibility: team\n")
    moved = canary("moved", "path")
    _hide(world, {f"{moved}.md": text}, "moved")
    new = text.replace("aliases: [", f"aliases: [{moved}, ")
    _hide(world, {f"{moved}.md": None, f"{canary('movedto', 'path')}.md": new}, "moved")
    _hide(world, {"cache/plan.md": f"# {canary('plan', 'title')}\n\n[[ouvert]]\n"}, "plan")
    event = (
        f"---\ntype: event\ntitle: {canary('event', 'title')}\nvisibility: team\n"
        f"starts: 2026-12-06T10:00\nplace: {canary('event', 'place')}\nkind: café\n"
        "registration: open\n"
        "programme: ['[[projets/lora]]']\n---\n\n[[ouvert]]\n"
    )
    _hide(world, {f"{canary('event', 'path')}.md": event}, "event")
    dossier = (
        f"---\ntype: dossier\ntitle: {canary('dossier', 'title')}\nvisibility: team\n"
        f"themes: [agriculture]\n---\n\n::: sélection\n"
        f"- [[projets/lora]] — {canary('dossier', 'words')}\n:::\n"
    )
    path = canary("dossier", "path")
    edition = dossier.replace("themes:", "edition: 2026-10-01\nthemes:")
    _hide(world, {f"{path}.md": dossier, f"{path}/editions/2026-10-01.md": edition}, "dossier")
    someone = (
        f"---\ntype: person\ntitle: {canary('person', 'title')}\nvisibility: team\n"
        f"skills: [{canary('person', 'skill')}]\nthemes: [agriculture]\n---\n\n[[projets/lora]]\n"
    )
    _hide(world, {f"{canary('person', 'path')}.md": someone}, "person")


def _hide(world: World, files: Mapping[str, str | None], kind: str) -> None:
    """A commit that nobody but the kind's readers know of, with names that tell it."""
    message, author = canary(kind, "message"), canary(kind, "author")
    world.save(files, f"Message {message}", f"Auteur {author}", canary(kind, "authormail"))
    _note(world)


def _note(world: World) -> None:
    if not world.full:
        return
    repository = world.instance.repository
    head = repository.head()
    world.hidden_commits.append(head)
    for name, id in repository.files(head):
        if "canari" in name or name.startswith("cache"):
            world.hidden_blobs.append(str(id))


def _keep(world: World) -> None:
    """The private rows: those of the readers in both wikis, those of others in the full one."""
    private = world.instance.private
    if world.knows("guest"):
        path = KINDS["guest"][0]
        grant_guest(private, world.people["guest"].id, path, by="test")
    for name, scope in (
        ("outsider", "read"),
        ("outsider", "write"),
        ("outsider", "git"),
        ("outsider", "feeds"),
        ("admin", "feeds"),
        ("admin", "git"),
    ):
        world.access[f"{name} {scope}"] = access_tokens.issue(
            private, world.people[name].id, name=f"Jeton {name}", scopes=(scope,), days=None
        )
    _post(world)
    if world.full:
        _keep_secrets(world)


@cache
def _fediverse_key() -> str:
    """The same in all wikis, which answer alike."""
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    written = (forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    return key.private_bytes(*written).decode()


def _post(world: World) -> None:
    """The site is in the fediverse; in the full wiki what is secret is posted and followed too."""
    tables, then = Base.metadata.tables, _START
    site = {"id": 1, "on": True, "since": then, "head": "x", "key_secret": _fediverse_key()}
    empty: dict[str, object] = {"path": "", "word": "", "created": then, "live": True}
    actors = [
        {**empty, "name": "carrefour", "kind": "site"},
        {**empty, "name": "agriculture", "kind": "theme", "word": "agriculture"},
    ]
    post: dict[str, object] = {"identity": "", "published": then, "updated": then, "digest": ""}
    post |= {"sharers": " agriculture secrete ", "live": True}
    posts = [{**post, "id": "d" * 16, "kind": "project", "path": "projets/lora"}]
    if world.full:
        path = KINDS["team"][0]
        actors.append({**empty, "name": "secrete", "kind": "page", "path": path})
        posts += [
            {**post, "id": "e" * 15 + "1", "kind": "project", "path": path},
            {**post, "id": "e" * 15 + "2", "kind": "need", "path": path, "identity": "b-team0000"},
            {**post, "id": "e" * 15 + "3", "kind": "project", "path": KINDS["members"][0]},
        ]
    with world.instance.private.session() as session:
        session.execute(tables["fediverse_site"].insert().values(**site))
        for row in actors:
            session.execute(tables["fediverse_actor"].insert().values(**row))
        for row in posts:
            session.execute(tables["fediverse_post"].insert().values(**row))


def _propose(world: World) -> None:
    """The restricted project was proposed to the public event, briefed, and answered."""
    private, tables = world.instance.private, Base.metadata.tables
    now, by = private.now(), world.people["insider"].id
    rows: dict[str, dict[str, object]] = {
        "application": {
            "id": "a" * 16,
            "event": "evenements/salon",
            "project": KINDS["team"][0],
            "state": "briefing",
            "person": by,
            "why": canary("application", "why"),
            "made": True,
            "created": now,
            "changed": now,
        },
        "known": {"application": "a" * 16, "side": "project", "person": by},
        "note": {
            "application": "a" * 16,
            "person": by,
            "organiser": False,
            "text": canary("application", "note"),
            "at": now,
        },
        "decision": {
            "application": "a" * 16,
            "choice": "later",
            "words": canary("application", "letter"),
            "person": by,
            "at": now,
            "told": now,
        },
        "reason": {"application": "a" * 16, "words": canary("application", "reason")},
    }
    label: dict[str, object] = {
        "id": "b" * 12,
        "project": "projets/lora",
        "event": "evenements/salon",
        "made": now,
        "taken": now,
        "taken_by": by,
        "revoked": now,
        "revoked_by": by,
        "by_event": True,
        "reason": canary("label", "reason"),
    }
    hook: dict[str, object] = {
        **dict.fromkeys(("access_secret", "room", "former_secret", "word", "path", "off"), ""),
        "id": "a" * 16,
        "person": world.people["admin"].id,
        "name": "Salon",
        "failures": 0,
        "form": "standard",
        "host": "127.0.0.1",
        "address_secret": "https://127.0.0.1/",
        "secret": "whsec_eA==",
        "scope": "site",
        "kinds": "page",
        "created": now,
        "due": now,
    }
    message: dict[str, object] = {
        "id": "msg_x",
        "hook": hook["id"],
        "what": "page.changed",
        "identity": "",
        "at": now,
        "path": KINDS["team"][0],
        "state": "failed",
        "tries": 1,
        "status": 500,
        "said": "",
    }
    with private.session() as session:
        for name, row in rows.items():
            session.execute(tables[f"applications_{name}"].insert().values(**row))
        session.execute(tables["labels_label"].insert().values(**label))
        session.execute(tables["webhooks_hook"].insert().values(**hook))
        session.execute(tables["webhooks_message"].insert().values(**message))
        for name, row in _calendar(now).items():
            session.execute(tables[f"calendars_{name}"].insert().values(**row))
    # So often that the crawl, which takes a part of them, asks for it.
    world.ids += ["a" * 16] * 4


def _calendar(now: datetime) -> dict[str, dict[str, object]]:
    """A calendar to which nobody has said yes: its first dates are for the administration."""
    id, title = "c" * 12, canary("calendar", "title")
    unsaid = dict.fromkeys(("ends", "place", "territory", "organiser", "summary", "url"), "")
    return {
        "calendar": {
            "id": id,
            "address": f"https://agenda.example/{canary('calendar', 'address')}.ics",
            "name": title,
            "title": title,
            "home": "",
            "shown": False,
            "blocked": False,
            "created": now,
        },
        "look": {
            "calendar": id,
            "due": now + timedelta(days=1),
            "failures": 0,
            "more": False,
            **dict.fromkeys(("said", "etag", "modified", "digest"), ""),
        },
        "event": {
            "calendar": id,
            "key": "event/x",
            "series": "event/x",
            "title": title,
            "starts": "2999-01-01",
            "themes": "agriculture",
            **unsaid,
        },
    }


def _register(world: World) -> None:
    """Three come to the public event, two chose to be listed: of none is a word public."""
    private, tables = world.instance.private, Base.metadata.tables
    event: dict[str, object] = {
        "id": "c" * 16,
        "path": "evenements/salon",
        "title": "Salon",
        "starts": "2026-12-05T10:00:00+00:00",
        "ends": "2026-12-05T18:00:00+00:00",
        "place": "Rennes",
        "cancelled": False,
        "team": "",
        "uid": "salon",
        "sequence": 0,
        "changes": 0,
        "before": "",
        "asked": "",
        "since": None,
        "reminded": -1,
        "door": "",
        "door_until": None,
        "summed": None,
    }
    row: dict[str, object] = {
        "event": event["id"],
        "lang": "fr",
        "place": 0,
        "created": private.now(),
        "offered_until": None,
        "turns": 1,
        "reasons": "partners",
        "came": None,
        "access": canary("registration", "access"),
    }
    mail = f"{canary('registration', 'mail')}@example.org"
    people = (
        ("1", "coming", world.people["insider"].id, ""),
        ("2", "coming", None, mail),
        ("3", "coming", None, f"b{mail}"),
    )
    with private.session() as session:
        session.execute(tables["registrations_event"].insert().values(**event))
        for letter, state, person, email in people:
            name = canary("registration", f"name{'xyz'[int(letter) - 1]}")
            one = {"id": letter * 16, "state": state, "person": person, "email": email}
            values = {**row, **one, "name": name, "listed": letter != "3"}
            session.execute(tables["registrations_registration"].insert().values(**values))
    world.ids += ["c" * 16]


def _answer_without_name(world: World) -> None:
    """What was said of the restricted project without a name, open to its team."""
    private, tables = world.instance.private, Base.metadata.tables
    now, team = private.now(), KINDS["team"][0]
    asked = {
        "id": "q" * 8,
        "event": "evenements/salon",
        "wanted": True,
        "days": 10,
        "least": 3,
        "reader": world.people["insider"].id,
        "sent": now,
        "asked": 9,
        "last_day": now.date(),
        "closed": now,
        "opened": now,
    }
    urn = {"count": 5, "ticked": {}, "texts": {"helped": [canary("answers", "text")]}, "held": []}
    row = {"round": asked["id"], "project": team, "answers": json.dumps(urn)}
    with private.session() as session:
        session.execute(tables["questionnaires_round"].insert().values(**asked))
        session.execute(tables["questionnaires_urn"].insert().values(**row))


def _answer(world: World) -> None:
    """Two answered what pages ask: one is open to the team, one is a first message."""
    private, tables = world.instance.private, Base.metadata.tables
    say = {
        name: canary("answer", name)
        for name in ("heading", "name", "helps", "missing", "knows", "test", "hypothesis", "reply")
    }
    row: dict[str, object] = {
        **say,
        "origin": world.hidden_commits[0],
        "section": "titre",
        "lang": "fr",
        "shown": True,
        "created": private.now(),
        "arrived": private.now(),
        "fate": "",
        "revision": "",
        "reason": "",
    }
    by = {"person": world.people["insider"].id, "email": ""}
    stranger = {"person": None, "email": f"{canary('answer', 'mail')}@example.org"}
    with private.session() as session:
        for one in (
            {"id": "f" * 16, "path": KINDS["team"][0], "state": "open", "fate": "answered", **by},
            {"id": "e" * 16, "path": "ouvert", "state": "held", **stranger},
        ):
            session.execute(tables["feedback_answer"].insert().values(**{**row, **one}))
    # So often that the crawl, which takes a part of them, asks for it.
    world.ids += ["f" * 16] * 4


def _held(instance: Instance, text: str, id: str) -> str:
    author = Author("Marc", "visitor@visitors.invalid")
    return instance.proposed.put(id, instance.repository.head(), "x.md", text, author)


def _lay_aside(world: World) -> None:
    """A visitor filled in a form and has no account yet; only its token's hash is known here."""
    words = [(name, canary("deposit", name)) for name in ("title", "text")]
    shown = [("Votre projet", canary("deposit", "shown"))]
    world.deposit = deposits.keep(world.instance.private, "new", words, shown, address="x")
    world.tokens.insert(0, hash_token(world.deposit))


def _set_aside(world: World) -> None:
    """Two mails could not be read: one says it is from an account, one from a stranger."""
    private, table = world.instance.private, Base.metadata.tables["correspondents_unreadable"]
    with private.session() as session:
        for letter, person, sender in (
            ("1", world.people["insider"].id, ""),
            ("2", None, f"{canary('unreadable', 'sender')}@example.org"),
        ):
            row = {"person": person, "sender": sender, "why": "broken", "at": private.now()}
            session.execute(table.insert().values(id=letter * 64, **row))
    world.mails += ["2" * 64, "1" * 64]


def _comment(world: World) -> None:
    """A passage of the restricted project was commented; of a public page, a held comment."""
    private, tables = world.instance.private, Base.metadata.tables
    team, now = KINDS["team"][0], private.now()
    for id, path, state, by in (
        ("c" * 16, team, "open", world.people["insider"].id),
        ("d" * 16, "ouvert", "held", None),
    ):
        birth = birth_of(world.instance, path)
        thread = {
            "id": id,
            "path": path,
            "born": birth.name if birth else "",
            "chapter": False,
            "quote": canary("comment", "quote"),
            "start": 0,
            "end": 1,
            "place": path,
            "revision": world.instance.repository.head(),
            "lost": False,
            "created": now,
        }
        said = {
            "id": f"{id[:8]}00000000",
            "thread": id,
            "person": by,
            "name": canary("comment", "name"),
            "words": canary("comment", "words"),
            "state": state,
            "created": now,
        }
        with private.session() as session:
            session.execute(tables["comments_thread"].insert().values(**thread))
            session.execute(tables["comments_comment"].insert().values(**said))
        # So often that the crawl, which takes a part of them, asks for both.
        world.ids += [id, f"{id[:8]}00000000"] * 4


def _keep_secrets(world: World) -> None:
    instance, private, people = world.instance, world.instance.private, world.people
    insider, head = people["insider"], world.instance.repository.head()
    settings = instance.settings
    team = KINDS["team"][0]
    for path in (team, "ouvert", "projets/jardin"):
        draft = f"Brouillon {canary('draft', 'text')}"
        save_draft(private, insider.id, path, head, draft)
    for path, group in ((team, f"team:{team}"), ("projets/jardin", "public")):
        text = f"# {canary('proposal', 'text')}\n\n{path}\n"
        new = proposals.Proposal(
            path=path,
            before="x",
            text=text,
            readers=group,
            file="x.md",
            blob=blob_hash(text.encode()),
            sender=canary("proposal", "sender"),
            message=canary("proposal", "message"),
            name=canary("proposal", "name"),
            email=f"{canary('proposal', 'mail')}@example.org",
        )
        kept = proposals.keep(private, new, partial(_held, instance, new.text))
        world.ids.append(kept.id)
        # Its own link is a secret of whoever proposed: signed by this wiki, good for this alone.
        world.tokens.append(editing_proposals.link_token(b"another key", kept.id))
        words, mail = canary("report", "words"), f"{canary('report', 'mail')}@example.org"
        for reason in ("hurtful", "mine"):
            report = reports.keep(private, reports.Report(path, reason, words, mail))
            world.ids.append(report.id)
    for kind, path, role in (
        ("guest", team, ""),
        ("team", "projets/jardin", ""),
        ("role", "", "member"),
    ):
        sent = invitations.Draft(
            kind,
            f"{canary('invitation', 'mail')}@example.org",
            words=canary("invitation", "words"),
            path=path,
            role=role,
        )
        invitation, _token = invitations.invite(private, settings, sent, by=people["admin"])
        world.ids.append(invitation.id)
    handovers.offer(private, insider, "projets/jardin", canary("handover", "words"))
    world.ids += [one.id for one in handovers.waiting(private)]
    later = private.now() + timedelta(days=30)
    codes.make_code(private, canary("code", "word"), 5, later, by=people["admin"].id)
    access_tokens.issue(
        private, insider.id, name=canary("token", "name"), scopes=("read",), days=None
    )
    world.ids += [one.id for one in access_tokens.listed(private, insider.id)]
    for value in (team, "ouvert"):
        watch(private, insider.id, Target("page", value), head=head)
    for target in (Target("theme", canary("watch", "theme")), Target("page", "projets/jardin")):
        email = f"{canary('follower', 'mail')}@example.org"
        asked = ask_to_follow(private, settings, email=email, lang="fr", target=target, address="x")
        confirm_following(private, asked.token, rhythm="week", head=head)
    ask_login_link(private, settings, email=insider.email, lang="fr", address="x")
    subject, text = canary("mail", "subject"), canary("mail", "text")
    send_mail(instance, Mail(key="secret", to=insider.email, subject=subject, text=text))
    world.ids += [person.id for person in people.values()]
    _propose(world)
    _register(world)
    _answer(world)
    _comment(world)
    _answer_without_name(world)
    _lay_aside(world)
    _set_aside(world)
    _import(world)


def _import(world: World) -> None:
    """An import that waits for a yes: its pages are for administrators."""
    instance = world.instance
    runs = Runs(instance.settings.instance)
    _id, sent = runs.begin()
    folder = sent.parent.rename(sent.parent.with_name(IMPORT))
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    by = world.people["admin"].id
    run = Run(IMPORT, by, "fr", f"{canary('import', 'name')}.zip", 10, moment, source="folder")
    with Stage(folder / "stage", "", Bounds.of(instance.settings)) as stage:
        path, text = canary("import", "path"), f"# {canary('import', 'title')}\n"
        stage.revision(path, text, author=canary("import", "author"), key="1")
        stage.file(f"{path}/plan.txt", canary("import", "file").encode(), key="2")
        stage.loss("Un lien", path, canary("import", "loss"))
    with closing(Staged(folder / "stage")) as staged:
        runs.save(run, state=State.READY, counts=asdict(staged.counts()))
    mail = f"{canary('import', 'mail')}@example.org"
    keep_pen_names(instance.private, [("imported-x@people.invalid", canary("import", "pen"), mail)])
    _ask_about_import(runs, run)


def _ask_about_import(runs: Runs, run: Run) -> None:
    """One that waits for the meaning of its columns, and one that has come in."""
    asked, done = (runs.begin()[1].parent.rename(runs.stage(run).parents[1] / id) for id in IMPORTS)
    kinds = [("project", "un projet"), ("person", "une personne")]
    columns = [("title", "Titre ou nom"), ("themes", "Thèmes"), ("", "Ne pas reprendre")]
    choices = [
        Choice("kind-0", "Chaque ligne est", kinds, "project", hint="Par les titres"),
        Choice("column-0-0", "Nom", columns, "title", examples=["LoRa", "Gel à l’aube"]),
        Choice("column-0-1", "Mots", columns, "", hint="Rien ne va", examples=["sols, eau"]),
    ]
    found = [asdict(one) for one in choices]
    runs.save(run, id=asked.name, state=State.ASKING, source="sheets", asked=found)
    counts = {"pages": 1, "revisions": 1, "files": 0, "people": 1, "losses": 1}
    (done / "losses.jsonl").write_text('["Un lien", "a:1", "[[b]]"]\n', "utf-8")
    outcome = {"pages": 1, "revisions": 1, "files": 0, "known": 2, "losses": 1}
    runs.save(run, id=done.name, state=State.DONE, counts=counts, outcome=outcome)


def disable(world: World, name: str) -> None:
    """Closes an account, whose browser still holds its cookie."""
    set_disabled(world.instance.private, world.people[name].id, True, by="test")
