"""What the last request of a browser has to say, told once by the next page."""

from collections.abc import Sequence
from typing import cast

from flask import get_flashed_messages
from markupsafe import Markup

from wiki.instance import Instance
from wiki.jinja import render_markup


def take_notices() -> list[tuple[str, str]]:
    """What there is to say to who asks, by its kind; it is not told again."""
    return cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True))


def render_notices(instance: Instance, notices: Sequence[tuple[str, str]]) -> Markup:
    """``notices`` as pages show them."""
    if not notices:
        return Markup()
    return render_markup(instance.templates, "_notices.html", {"notices": notices})
