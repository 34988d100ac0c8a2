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

A hook is asked of every plugin. A service (``services.py``) is a function that one plugin provides,
and that whoever needs it calls: the core, or another plugin. Each stands in the module of what it
is about, with the values that it gives::

    texts         check_page · page_facts · fact_keys · block_views · block_help · item_words
    pages         page_asides · page_tools · section_actions · space_facts · next_steps
                  editor_parts
    items         item_asides
    things        linked_things
    events        event_moves · event_steps
    notifications waiting · mail_makers
    site          theme · menu_items · shortcuts · catalogue_links · open_forms · blueprints
                  well_known
    guides        guide_steps
    discovery     asked_in_vain
    background    projections · tasks · commands
    sisters       sister_messages
    services      services

Services::

    texts         complete_page
    pages         folders_apart
    items         item_actions · milestones
    discovery     fits · near · search_ways · search_answer · people_to_ask · fitting_themes
    events        attendances · presenters · event_marks · introductions
    documents     bindings · book_parts · drawing_at
    notifications announcements · entrusted
    site          beginning · api_routes
    background    process · importer · fetcher
    sisters       sister_item_actions
    elsewhere     events_elsewhere
    networks      follow_handle · take_comment · withdraw_comment

Hooks take plain values and give plain values back. A plugin that raises costs its own part of the
page: it is logged, and a small notice stands in its place.
"""

from wiki.hookspecs import (
    background,
    discovery,
    documents,
    elsewhere,
    events,
    guides,
    items,
    networks,
    notifications,
    pages,
    services,
    sisters,
    site,
    texts,
    things,
)

#: the modules that hold hooks
ROOMS = (
    *(texts, pages, items, things, events, notifications),
    *(discovery, site, guides, background, sisters, services),
)
#: the modules that hold services
SERVICE_ROOMS = (
    *(texts, pages, items, discovery, events, documents),
    *(notifications, site, background, sisters, elsewhere, networks),
)
