"""Projects that might belong into a dossier: near its text, or about its themes; with why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy import select as rows_of

from wiki.api.meaning import near
from wiki.api.pages import Page
from wiki.api.panels import Waiting
from wiki.api.paths import action_url, slug
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader, find_page
from wiki.api.reading.history import get_times
from wiki.api.reading.rows import PageRow, find_rows, get_rows, list_own_spaces, select
from wiki.api.tables import birth_name
from wiki.api.translation import gettext, ngettext

from .contents import chosen_paths
from .models import DismissedRow
from .plan import own_words

SHOWN = 12
_ASKED, _TEXT = 40, 2_000
_DOSSIERS = 20


@dataclass(frozen=True)
class Proposal:
    """A project and why it might fit, in words."""

    row: PageRow
    reasons: tuple[str, ...]


def proposals(reader: Reader, page: Page, limit: int = SHOWN) -> list[Proposal]:
    """Projects that ``page`` has not chosen and its team has not dismissed, best first."""
    chosen = get_rows(reader, chosen_paths(reader, page))
    apart = {page.path, *chosen, *dismissed(reader, page.path)}
    # What is chosen tells best what the dossier is about while little is written.
    like = "\n".join(f"{row.title}. {row.summary}" for row in chosen.values())
    said = f"{page.title}. {page.summary}\n{', '.join(page.themes)}\n{own_words(page)}\n{like}"
    return fitting(reader, said, page.themes, apart, limit)


def fitting(
    reader: Reader, text: str, themes: Sequence[str], apart: Iterable[str], limit: int = SHOWN
) -> list[Proposal]:
    """Projects near ``text`` or about ``themes``, but for those at the paths ``apart``."""
    left_out = frozenset(apart)
    scores: dict[str, float] = {}
    reasons: dict[str, list[str]] = {}
    for row in about(reader, themes):
        shared = _shared(row, themes)
        scores[row.path] = 3.0 * len(shared)
        reasons[row.path] = [gettext("theme {theme}").format(theme=one) for one in shared]
    found = reader.instance.plugins.call(near, text[:_TEXT], reader, ("project",), _ASKED)
    for rank, fit in enumerate(found):
        scores[fit.path] = scores.get(fit.path, 0.0) + 2 * (1 - rank / _ASKED)
        reasons.setdefault(fit.path, []).extend(fit.reasons[:2])
    best = sorted(scores.keys() - left_out, key=lambda path: (-scores[path], path))
    rows = get_rows(reader, best[: 2 * limit])
    told = [
        Proposal(rows[path], tuple(dict.fromkeys(reasons[path]))) for path in best if path in rows
    ]
    return [one for one in told if one.row.type == "project"][:limit]


def about(reader: Reader, themes: Sequence[str]) -> Sequence[PageRow]:
    """Projects with any of ``themes``, the newest first."""
    if not themes:
        return ()
    return find_rows(
        reader, select(types=("project",), values={"theme": themes}), "created", _ASKED
    ).rows


def dismissed(reader: Reader, path: str) -> frozenset[str]:
    """The projects that the team of the dossier at ``path`` does not want."""
    asked = rows_of(DismissedRow.project).where(
        DismissedRow.page == (birth_name(reader.instance, path) or "")
    )
    return frozenset(reader.instance.private.list_rows(asked)) - {""}


def dismiss(reader: Reader, path: str, project: str) -> None:
    """Does not propose ``project`` again; twice is once. A project that is gone is forgotten."""
    page, private = birth_name(reader.instance, path), reader.instance.private
    if page is None or project in dismissed(reader, path):
        return
    with private.session() as session:
        session.execute(delete(DismissedRow).where(DismissedRow.project == ""))
        session.add(DismissedRow(page=page, dossier=path, project=project, at=private.now()))


@hookimpl
def waiting(reader: Reader) -> list[Waiting]:
    """For each dossier of the person's: projects on its themes that are not in it yet.

    ``when`` is the day on which the newest of them began, so each is told in one digest.
    """
    if reader.person is None:
        return []
    lines: list[Waiting] = []
    for space in list_own_spaces(reader)[:_DOSSIERS]:
        page = find_page(reader, space.path) if space.type == "dossier" else None
        if page is None or not reader.may_edit(space.path):
            continue
        apart = {*chosen_paths(reader, page), *dismissed(reader, space.path)}
        born = _began(reader, [row.path for row in about(reader, page.themes)], apart)
        if not born:
            continue
        words = ngettext(
            "{dossier}: one project on its themes is not in it yet",
            "{dossier}: {count} projects on its themes are not in it yet",
            len(born),
        )
        lines.append(
            Waiting(
                words.format(dossier=space.title, count=len(born)),
                action_url("dossiers/selection", space.path) + "#proposals",
                max(born),
            )
        )
    return lines


def _began(reader: Reader, paths: Iterable[str], apart: Iterable[str]) -> list[datetime]:
    left_out = frozenset(apart)
    times = (get_times(reader, path) for path in paths if path not in left_out)
    return [one.created for one in times if one is not None]


def _shared(row: PageRow, themes: Sequence[str]) -> list[str]:
    wanted = {slug(one) for one in themes}
    return [one for one in row.facts.get("theme", ()) if slug(one) in wanted]
