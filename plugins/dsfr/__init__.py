"""The style of the French State (DSFR) as a theme: colours, corners and widths, no mark, no font.

Off until an administrator chooses it and says that the wiki is a public service of the State: its
terms leave nobody else the look of one.
"""

from wiki.api.plugin import Theme, hookimpl
from wiki.api.translation import lazy


@hookimpl
def theme() -> Theme:
    return Theme(
        lazy("Style of the French State"),
        lazy("the colours of the DSFR, without its font and its mark"),
        light="#ffffff",
        dark="#161616",
        terms=lazy(
            "This wiki is a public service of the French State, or of one of its operators: nobody "
            "else may look like one."
        ),
    )
