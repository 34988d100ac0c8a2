"""What an address is told of, and who may have it told: the site, a theme, a board, a space."""

from wiki.api.paths import slug
from wiki.api.people import Person
from wiki.api.reading import Reader
from wiki.api.reading.rows import PageRow, get_row
from wiki.api.translation import lazy

from .happenings import Happening
from .models import HookRow

SITE, THEME, BOARD, PAGE = "site", "theme", "board", "page"
SCOPE_WORDS = {
    SITE: lazy("The whole site"),
    THEME: lazy("A theme"),
    BOARD: lazy("A board"),
    PAGE: lazy("A space, with all that is below it"),
}
#: the boards, and the kind of what is on them
BOARDS = {"needs": "need", "offers": "offer"}
BOARD_WORDS = {"needs": lazy("Needs"), "offers": lazy("Offers")}


def may_tell_of_sites(person: Person | None) -> bool:
    """Whether the person has more told than of their own spaces."""
    return (
        person is not None
        and person.role in ("admin", "programme")
        and not (person.disabled or person.held)
    )


def scopes_for(reader: Reader) -> list[str]:
    """What the reader may have told, the widest first."""
    person = reader.person
    if person is None or person.disabled or person.held:
        return []
    if person.role == "admin":
        return [SITE, THEME, BOARD, PAGE]
    return [THEME, BOARD, PAGE] if person.role == "programme" else [PAGE]


def may_have_told(reader: Reader, scope: str, path: str) -> bool:
    """Whether the reader may have that told; of a space, who changes its rights."""
    if scope not in scopes_for(reader):
        return False
    return scope != PAGE or (bool(path) and reader.may_change_rights(path))


def concerns(visitor: Reader, hook: HookRow, one: Happening) -> bool:
    """Whether the address is told of what happened."""
    if one.kind not in hook.kinds.split():
        return False
    if hook.scope == SITE:
        return True
    if hook.scope == BOARD:
        return BOARDS.get(hook.word) == one.kind
    if hook.scope == PAGE:
        return bool(hook.path) and f"{one.path}/".startswith(f"{hook.path}/")
    if hook.word in {slug(theme) for theme in one.themes}:
        return True
    rows = (get_row(visitor, path) for path in {one.about, one.path})
    return any(hook.word in _themes(row) for row in rows if row is not None)


def _themes(row: PageRow) -> set[str]:
    return {slug(theme) for theme in row.facts.get("theme", ())}
