"""The plugin author's desk: everything a plugin may use, and the only module that it imports.

What is not here may change without notice. ``docs/plugins.md`` tells it in order.
"""

from wiki.charts import bars, columns
from wiki.cli import instance_option, opened, person_as, settings_of
from wiki.config import Settings, is_loopback
from wiki.digests.reach import reach_of
from wiki.documents.read.importer import ACCEPTED, Taken, take_document
from wiki.documents.write.binder import bind_pages
from wiki.documents.write.book import Book, BookPart, Chapter, Cover
from wiki.documents.write.cards import CARD_SHEETS, MOST_CARDS, Card, make_cards
from wiki.documents.write.exporter import DOCUMENT_KINDS, make_document
from wiki.documents.write.folder import pages_as_folder
from wiki.documents.write.freemind import FREEMIND, as_freemind
from wiki.documents.write.selection import gather_pages, has_pages_below, specifications
from wiki.editing.files import attach_all, checked_upload
from wiki.editing.review.proposals import Sent, propose, propose_space, show_anew
from wiki.editing.rights import author_of, with_rights_of
from wiki.editing.save import Hand, Saved, change_page, complete, save, save_for
from wiki.editing.spaces import (
    NewSpace,
    check_may_make,
    make_space,
    may_make,
    own_page,
    place_for,
)
from wiki.editing.stories import story_page, tell
from wiki.errors import (
    BadField,
    BadRequest,
    EditConflict,
    Forbidden,
    LogInFirst,
    NotFound,
    StorageFailed,
    TooLarge,
    TooMany,
    WikiError,
)
from wiki.files.headers import headers as file_headers
from wiki.hookspecs.background import Service, Task
from wiki.hookspecs.discovery import Fit
from wiki.hookspecs.documents import Binding
from wiki.hookspecs.events import (
    Attendance,
    Event,
    EventMove,
    EventNote,
    EventStep,
    IntroductionAsked,
    Party,
    Presenter,
)
from wiki.hookspecs.items import ItemAction
from wiki.hookspecs.marks import hookimpl
from wiki.hookspecs.notifications import Announcement, Letter
from wiki.hookspecs.pages import Aside, NextStep, PageTool, SectionAction, SpaceFact
from wiki.hookspecs.site import ApiItem, ApiList, MenuItem, OpenForm
from wiki.hookspecs.texts import BlockHelp, ItemWords
from wiki.instance import Instance, close_instance, open_instance
from wiki.jinja import asset, day_of
from wiki.mail_dispatch import post, wake_sender
from wiki.mail_templates import compose
from wiki.meaning.encoding import Matrix, encoders
from wiki.meaning.vectors import Vectors, text_digest
from wiki.merging.merge import Agreed, merge
from wiki.merging.subsequence import shared_ends
from wiki.pages.access import ALL
from wiki.pages.chapters import STATES, chapters
from wiki.pages.chapters import with_state as with_section_state
from wiki.pages.document import Block, Document, Heading, read_document
from wiki.pages.head.facts import Fact, FactKey
from wiki.pages.head.frontmatter import edit_head, read_head
from wiki.pages.head.moments import When, is_before, read_moment, read_when
from wiki.pages.head.programmes import ProgrammeEntry, programme_entries, programme_word
from wiki.pages.hints import without_hints
from wiki.pages.lines import lines_of
from wiki.pages.markdown.items import (
    Item,
    add_identity,
    new_identity,
    read_item,
    replace_identity,
    set_mark,
    set_state,
)
from wiki.pages.page import TYPES, Page
from wiki.pages.paths import join, new_name, normalise, title_from_path
from wiki.pages.problems import Problem
from wiki.pages.queries import Query, read_query
from wiki.pages.states import STATE_WORDS
from wiki.pages.stories import STORY_BLOCKS, with_step
from wiki.pages.urls import action_url, file_url, page_url
from wiki.pages.words import fold, slug
from wiki.people.access.grants import grant_guest
from wiki.people.accounts import find_person, get_person, list_people, people_by_page
from wiki.people.accounts.fields import check_name, fold_email
from wiki.people.accounts.sessions import people_in
from wiki.people.audit import note as note_in_trail
from wiki.people.drafts import save_draft
from wiki.people.follow.subscriptions import following
from wiki.people.limits.durable import DAY, Limit, attempt_all, network
from wiki.people.limits.quotas import count_upload
from wiki.people.limits.requests import asked_of, may_be_asked, note_request, requests_a_month
from wiki.people.mail.queue import Late, Mail, failed_among, put
from wiki.people.models.tables import Base, Moment
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.people.store.migrations import Step, register_steps
from wiki.plugins import answers
from wiki.processes.supervisor import EndAsked
from wiki.projections.analysis import is_stop_word, telling_stems
from wiki.projections.base import Busy, Progress
from wiki.projections.catalogue import (
    Count,
    ItemRow,
    ItemSelection,
    Listing,
    PageRow,
    Selection,
    select,
    select_items,
)
from wiki.projections.pagespan import page_changes
from wiki.projections.table import TableProjection, paced, storable, visible_condition
from wiki.reading import Reader
from wiki.reading.births import Birth, birth_of
from wiki.reading.events import (
    ProgrammeLine,
    event_in,
    event_marks,
    event_of,
    organises,
    programme_lines,
    programme_named,
    runs,
)
from wiki.rendering.context import BlockContext, BlockView
from wiki.repository.commit import commit
from wiki.repository.credits import WIKI_AUTHOR
from wiki.repository.importing import stream
from wiki.repository.objects import Author
from wiki.repository.span import Span
from wiki.sandbox.functions import call as call_in_child
from wiki.task_queue import wake
from wiki.translation import gettext, language, lazy, ngettext, use_language
from wiki.web import antispam as traps
from wiki.web.account.views import safe_next
from wiki.web.account.watch import follow_of
from wiki.web.csv import csv_response
from wiki.web.feeds import (
    FeedEntry,
    change_entries,
    document_response,
    entry_id,
    feed_reader,
    feed_response,
)
from wiki.web.forms.open_forms import carried, check_open, left_to_browser, receive
from wiki.web.http.hosts import allowed_hosts
from wiki.web.page.presenters import TYPE_WORDS, placed
from wiki.web.search.lists import chosen_values, cleared, facet_links, offset, page_links
from wiki.web.security import csrf, open_to_all
from wiki.web.support import (
    current_instance,
    current_person,
    current_reader,
    current_session,
    form_token,
    nameless,
    page_of,
    render,
    say,
    share,
    wants_fragment,
    wants_json,
)
from wiki.web.throttle import address, count_request, wait

__all__ = [
    "ACCEPTED",
    "ALL",
    "CARD_SHEETS",
    "DAY",
    "DOCUMENT_KINDS",
    "FREEMIND",
    "MOST_CARDS",
    "STATES",
    "STATE_WORDS",
    "STORY_BLOCKS",
    "TYPES",
    "TYPE_WORDS",
    "WIKI_AUTHOR",
    "Agreed",
    "Announcement",
    "ApiItem",
    "ApiList",
    "Aside",
    "Attendance",
    "Author",
    "BadField",
    "BadRequest",
    "Base",
    "Binding",
    "Birth",
    "Block",
    "BlockContext",
    "BlockHelp",
    "BlockView",
    "Book",
    "BookPart",
    "Busy",
    "Card",
    "Chapter",
    "Count",
    "Cover",
    "Database",
    "Document",
    "EditConflict",
    "EndAsked",
    "Event",
    "EventMove",
    "EventNote",
    "EventStep",
    "Fact",
    "FactKey",
    "FeedEntry",
    "Fit",
    "Forbidden",
    "Hand",
    "Heading",
    "Instance",
    "IntroductionAsked",
    "Item",
    "ItemAction",
    "ItemRow",
    "ItemSelection",
    "ItemWords",
    "Late",
    "Letter",
    "Limit",
    "Listing",
    "LogInFirst",
    "Mail",
    "Matrix",
    "MenuItem",
    "Moment",
    "NewSpace",
    "NextStep",
    "NotFound",
    "OpenForm",
    "Page",
    "PageRow",
    "PageTool",
    "Party",
    "Person",
    "Presenter",
    "Problem",
    "ProgrammeEntry",
    "ProgrammeLine",
    "Progress",
    "Query",
    "Reader",
    "Saved",
    "SectionAction",
    "Selection",
    "Sent",
    "Service",
    "Settings",
    "SpaceFact",
    "Span",
    "Step",
    "StorageFailed",
    "TableProjection",
    "Taken",
    "Task",
    "TooLarge",
    "TooMany",
    "Vectors",
    "When",
    "WikiError",
    "action_url",
    "add_identity",
    "address",
    "allowed_hosts",
    "answers",
    "as_freemind",
    "asked_of",
    "asset",
    "attach_all",
    "attempt_all",
    "author_of",
    "bars",
    "bind_pages",
    "birth_of",
    "call_in_child",
    "carried",
    "change_entries",
    "change_page",
    "chapters",
    "check_may_make",
    "check_name",
    "check_open",
    "checked_upload",
    "chosen_values",
    "cleared",
    "close_instance",
    "columns",
    "commit",
    "complete",
    "compose",
    "count_request",
    "count_upload",
    "csrf",
    "csv_response",
    "current_instance",
    "current_person",
    "current_reader",
    "current_session",
    "day_of",
    "document_response",
    "edit_head",
    "encoders",
    "entry_id",
    "event_in",
    "event_marks",
    "event_of",
    "facet_links",
    "failed_among",
    "feed_reader",
    "feed_response",
    "file_headers",
    "file_url",
    "find_person",
    "fold",
    "fold_email",
    "follow_of",
    "following",
    "form_token",
    "gather_pages",
    "get_person",
    "gettext",
    "grant_guest",
    "has_pages_below",
    "hookimpl",
    "instance_option",
    "is_before",
    "is_loopback",
    "is_stop_word",
    "join",
    "language",
    "lazy",
    "left_to_browser",
    "lines_of",
    "list_people",
    "make_cards",
    "make_document",
    "make_space",
    "may_be_asked",
    "may_make",
    "merge",
    "nameless",
    "network",
    "new_identity",
    "new_name",
    "ngettext",
    "normalise",
    "note_in_trail",
    "note_request",
    "offset",
    "open_instance",
    "open_to_all",
    "opened",
    "organises",
    "own_page",
    "paced",
    "page_changes",
    "page_links",
    "page_of",
    "page_url",
    "pages_as_folder",
    "people_by_page",
    "people_in",
    "person_as",
    "place_for",
    "placed",
    "post",
    "programme_entries",
    "programme_lines",
    "programme_named",
    "programme_word",
    "propose",
    "propose_space",
    "put",
    "reach_of",
    "read_document",
    "read_head",
    "read_item",
    "read_moment",
    "read_query",
    "read_when",
    "receive",
    "register_steps",
    "render",
    "replace_identity",
    "requests_a_month",
    "runs",
    "safe_next",
    "save",
    "save_draft",
    "save_for",
    "say",
    "select",
    "select_items",
    "set_mark",
    "set_state",
    "settings_of",
    "share",
    "shared_ends",
    "show_anew",
    "slug",
    "specifications",
    "storable",
    "story_page",
    "stream",
    "take_document",
    "tell",
    "telling_stems",
    "text_digest",
    "title_from_path",
    "traps",
    "use_language",
    "visible_condition",
    "wait",
    "wake",
    "wake_sender",
    "wants_fragment",
    "wants_json",
    "with_rights_of",
    "with_section_state",
    "with_step",
    "without_hints",
]
