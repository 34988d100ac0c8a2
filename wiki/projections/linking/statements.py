"""The tables of the links, and what is asked of them; ``at`` is a path, or whatever may be one."""

from functools import lru_cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Executable,
    MetaData,
    Table,
    bindparam,
    column,
    delete,
    literal_column,
    select,
    tuple_,
    union,
    update,
)

from wiki.pages.page import ALIASES
from wiki.projections.tables.conditions import inside, visible
from wiki.projections.tables.rows import index, integers, pick_columns, texts

TABLES = MetaData()
PAGE = Table(
    "links_page",
    TABLES,
    *texts("path", primary_key=True),
    *texts("title title_key name_key group_"),
    index("links_page_title", "title_key path"),
    index("links_page_name", "name_key path"),
    sqlite_with_rowid=False,
)
ALIAS = Table(
    "links_alias",
    TABLES,
    *texts("alias path", primary_key=True),
    *texts("group_"),
    index("links_alias_path", "path"),
    sqlite_with_rowid=False,
)
#: path_key: the page or file it names, title_key: the title it names; "" where it names none
LINK = Table(
    "links_link",
    TABLES,
    *texts("path", primary_key=True),
    *integers("position", primary_key=True, autoincrement=False),
    *texts("target text kind path_key title_key group_"),
    *integers("line"),
    index("links_link_path", "path_key path"),
    index("links_link_title", "title_key path", only=column("title_key") != ""),
    sqlite_with_rowid=False,
)
_page, _alias, _link = PAGE.c, ALIAS.c, LINK.c
_AT: BindParameter[str] = bindparam("at")
_LIMIT: BindParameter[int] = bindparam("limit")

DELETE = [delete(table).where(table.c.path == _AT) for table in (PAGE, ALIAS, LINK)]
REGROUP = [update(table).where(table.c.path == _AT) for table in (PAGE, ALIAS, LINK)]

_SEEN_PAGE = visible(_page.group_, _page.path)
_SEEN_ALIAS = visible(_alias.group_, _alias.path)
_SEEN_LINK = visible(_link.group_, _link.path)
BY_PATH = select(_page.path, _page.title).where(_page.path == _AT, _SEEN_PAGE)
_NAMING = select(_alias.path).where(_alias.alias == _AT, _SEEN_ALIAS)
BY_ALIAS = _NAMING.order_by(_alias.path).limit(1)
_CALLED = select(_page.path).where(_page.title_key == bindparam("title"), _SEEN_PAGE)
BY_TITLE = _CALLED.order_by(_page.path).limit(1)
#: in a vault one name may stand in several folders
_NAMED = select(_page.path).where(_page.name_key == bindparam("title"), _SEEN_PAGE)
BY_NAME = _NAMED.where(_page.name_key != literal_column("''")).order_by(_page.path).limit(50)
KEYS = select(_page.title_key, _page.name_key).where(_page.path == _AT)
TITLES_OF_LINKS = select(_link.title_key).where(_link.path_key == _AT).distinct()
# A statement has room for so many: rows of before that was a rule may be more.
ALIASES_OF = select(_alias.alias).where(_alias.path == _AT).limit(ALIASES)
# Nearly all links say a path that stands; what is left is looked up one by one.
PAIRS = (
    select(_link.path, _link.path_key, _link.title_key, _page.path)
    .select_from(LINK.outerjoin(PAGE, (_page.path == _link.path_key) & _SEEN_PAGE))
    .where(_SEEN_LINK)
    .distinct()
)
SOURCES = select(_link.path).where(inside(_link.path_key)).distinct().order_by(_link.path)
_other = PAGE.alias("other").c
_TITLE_OF = select(_other.title_key).where(_other.path == _AT).scalar_subquery()
SAME_TITLE = (
    select(_page.path, _page.title)
    .where(_page.path != _AT, _page.title_key == _TITLE_OF, _SEEN_PAGE)
    .order_by(_page.path)
    .limit(_LIMIT)
)
_PLACE = tuple_(_link.path, _link.position)
LATER = (
    select(*pick_columns(LINK, "path position target line path_key title_key"))
    .where(tuple_(bindparam("path"), bindparam("position")) < _PLACE)
    .where(_link.kind != "file", _SEEN_LINK)
    .order_by(_link.path, _link.position)
    .limit(_LIMIT)
)


def _by_title_alone(number: int) -> ColumnElement[bool]:
    """By its title, or the name of its file, a link leads where its path leads nowhere."""
    return (
        (_link.title_key == bindparam(f"title{number}"))
        & (_link.title_key != literal_column("''"))
        & ~select(PAGE).where(_page.path == _link.path_key, _SEEN_PAGE).correlate(LINK).exists()
        & ~select(ALIAS).where(_alias.alias == _link.path_key, _SEEN_ALIAS).correlate(LINK).exists()
    )


@lru_cache(ALIASES * 2)
def linking(names: int, titles: int) -> Executable:
    """The pages that link to one by some paths, and by some of its titles."""
    ways = [_link.path_key == bindparam(f"name{number}") for number in range(names)]
    parts = [
        select(_link.path)
        .where(way, _SEEN_LINK, _link.path > bindparam("after"), _link.path != _AT)
        .distinct()
        .order_by(_link.path)
        .limit(_LIMIT)
        .subquery()
        for way in (*ways, *map(_by_title_alone, range(titles)))
    ]
    found = union(*(select(part.c.path) for part in parts))
    asked = select(_page.path, _page.title).where(_page.path.in_(found))
    return asked.order_by(_page.path).limit(_LIMIT)
