"""Safe HTML of pages and pieces of them for a reader, and how facts are said.

::

    body = render_body(reader, page).html
    words = render_line(reader, item.text, item.path)  # what stands in a list
    label, state = get_fact_label(reader, "state"), get_fact_words(reader, "state", "pilot")
"""

from wiki.reading.html import (
    find_empty_chapters,
    get_fact_label,
    get_fact_page,
    get_fact_words,
    list_problems,
    render_body,
    render_line,
    render_named_block,
    render_passage,
)
