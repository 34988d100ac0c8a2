"""The statement that lists pages by their paths, for each way in which paths are kept."""

from sqlalchemy import bindparam
from sqlalchemy import select as sql

from wiki.projections.cataloguing.schema import PAGE
from wiki.projections.tables.conditions import visible
from wiki.projections.tables.dialect import OrderedJoin, unindexed
from wiki.projections.tables.names import NAME, spelled

_SEEN = visible(unindexed(PAGE.c.group_), PAGE.c.path)
_BY_PATH = spelled(PAGE.c.path)
# Walked along the order of names; by whether paths are kept as numbers.
_NAMED = OrderedJoin(NAME, PAGE, PAGE.c.path == NAME.c.number)
ALL_PATHS = {
    numbered: paths.where(_SEEN, name > bindparam("after")).order_by(name).limit(bindparam("limit"))
    for numbered, name, paths in (
        (True, NAME.c.text, sql(NAME.c.text).select_from(_NAMED)),
        (False, _BY_PATH, sql(PAGE.c.path)),
    )
}
