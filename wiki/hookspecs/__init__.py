"""The hooks: every place where a plugin cuts in, each a noun that says what comes back.

From a text to a page::

    text saved by a person
      │   complete_page      adds identities, nothing else
      ▼
    content.git ──▶ Page ──▶ Document           the one reading: tokens, ::: folded
                               │   check_page         problems, for those who may edit
                               │   page_facts ──▶ catalogue: state, maturity …
                               ▼
                            tokens ──▶ HTML ◀── block_views     block → data → template
                               ▼
                           the gate             one list, no plugin widens it
                               ▼
                        templates/pages/view.html ◀── page_asides     panels beside the page
                               ▲   page_tools · section_actions      its menu, its chapters
                        templates/pages/edit.html ◀── editor_parts    panels of the editor

Each stands in the module of what it is about, with the values that it gives::

    texts         complete_page · stamped_blocks · check_page · page_facts · fact_keys · block_views
                  block_help · item_words
    pages         page_asides · own_keys · page_tools · section_actions · space_facts
                  folders_apart · next_steps · editor_parts
    items         item_actions · item_asides · milestones
    discovery     fits · near · search_ways · fitting_themes
    events        attendances · presenters · event_marks · event_moves · event_steps · introductions
    documents     bindings · book_parts · drawing_at
    notifications waiting · announcements · mail_makers · entrusted
    site          menu_items · catalogue_links · beginnings · open_forms · blueprints · api_routes
    background    projections · tasks · services · commands · importers

Hooks take plain values and give plain values back. A plugin that raises costs its own part of the
page: it is logged, and a small notice stands in its place.
"""

from wiki.hookspecs import (
    background,
    discovery,
    documents,
    events,
    items,
    notifications,
    pages,
    site,
    texts,
)

#: the modules that hold hooks
ROOMS = (texts, pages, items, discovery, events, documents, notifications, site, background)
