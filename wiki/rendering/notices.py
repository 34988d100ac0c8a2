"""The small notices that stand in a page where something could not be shown, each in its place."""

from html import escape

from wiki.pages.urls import action_url, page_url
from wiki.translation import gettext as _


def notice_html(words: str) -> str:
    """A notice for every reader."""
    return f'<div class="problem" role="note"><p>{escape(words)}</p></div>\n'


def problem_html(line: int, words: str) -> str:
    """A notice for those who may edit; ``line`` counts from 0."""
    where = _("Line {line}").format(line=line + 1)
    return f'<div class="problem" role="note"><p><b>{escape(where)}</b> {escape(words)}</p></div>\n'


def refusal_html(words: str, path: str) -> str:
    """A notice in place of a whole page, with the ways to its text."""
    links = ""
    if path:
        source = escape(page_url(path).rstrip("/") or "/index")
        links = (
            f' <a href="{source}.md">{escape(_("Read its text"))}</a>'
            f' · <a href="{escape(action_url("edit", path))}">{escape(_("Edit it"))}</a>'
        )
    return f'<div class="problem" role="note"><p>{escape(words)}{links}</p></div>\n'
