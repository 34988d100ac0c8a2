"""A line about a meeting in the story of a page: a list item in its ``historique`` block."""

from wiki.api import Page, Reader, gettext, save

from .subjects import is_identity

_STORIES = ("historique", "history")


def told(reader: Reader, about: str, line: str) -> None:
    """Writes ``line``, dated today, in the story of the page that ``about`` belongs to.

    Raises NotFound where the page is gone, and what saving raises.
    """
    path = _page(reader, about)
    page = reader.page(path)
    text = with_line(page, f"- {reader.today.isoformat()} — {line}")
    save(reader, path, text, reader.head, gettext("Told what came of a meeting"))


def with_line(page: Page, item: str) -> str:
    """The page's text with ``item`` as the newest of its story; all else as it stands.

    A page without a story gets one at its end.
    """
    lines = page.text.splitlines(keepends=True)
    stories = [
        block
        for block in page.document.blocks
        if block.name in _STORIES
        and not block.args.strip()
        # One inside a list or a quote has marks before its lines.
        and lines[block.line].startswith(":::")
    ]
    if not stories:
        name = "history" if page.head.text("lang") == "en" else "historique"
        return f"{page.text.rstrip()}\n\n::: {name}\n{item}\n\n:::\n"
    story = stories[0]
    dates = [one.date for one in story.items if one.date]
    rising = len(dates) > 1 and dates[0] < dates[-1]
    at = story.items[-1].end_line if rising else story.line + 1
    # What ends the last item may be a blank line: the new one stands right after its words.
    while rising and at > story.line + 1 and not lines[at - 1].strip():
        at -= 1
    follows = lines[at].lstrip() if at < len(lines) else ""
    # Other words, or the end of the block, would be taken for the item's own.
    apart = "" if not follows or follows[0] in "-*+" else "\n"
    return "".join([*lines[:at], f"{item}\n{apart}", *lines[at:]])


def _page(reader: Reader, about: str) -> str:
    """The page whose story it is: the space of the line, or the page itself."""
    if not is_identity(about):
        return about
    item = reader.item(about)
    if item is None:
        return ""
    return _story_page(reader, item.space or item.path)


def _story_page(reader: Reader, space: str) -> str:
    """The page of the space that has its story, or its first page."""
    for row in reader.pages_of(space, limit=20):
        page = reader.page(row.path)
        if any(block.name in _STORIES for block in page.document.blocks):
            return row.path
    return space
