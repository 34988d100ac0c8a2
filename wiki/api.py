"""The plugin author's desk: everything a plugin may use, and the only module that it imports.

What is not here may change without notice. ``docs/plugins.md`` tells it in order.
"""

from wiki.charts import bars, columns
from wiki.cli import command_instance, command_person, command_settings, instance_option
from wiki.config import Settings, is_loopback
from wiki.digests.reach import reach_of
from wiki.documents.read.importer import ACCEPTED, ImportedDocument, take_document
from wiki.documents.write.binder import bind_pages
from wiki.documents.write.book import Book, BookPart, Chapter, Cover
from wiki.documents.write.cards import CARD_SHEETS, MOST_CARDS, Card, make_cards
from wiki.documents.write.exporter import DOCUMENT_KINDS, make_document
from wiki.documents.write.folder import pages_as_folder
from wiki.documents.write.freemind import FREEMIND, as_freemind
from wiki.documents.write.selection import gather_pages, has_pages_below, specification_pages
from wiki.editing.files import attach_all, checked_upload
from wiki.editing.review.proposals import ProposalForm, invalidate_pages, propose, propose_space
from wiki.editing.rights import author_of, with_rights_of
from wiki.editing.save import (
    Authorship,
    Saved,
    change_page,
    complete_identities,
    save,
    save_on_behalf,
)
from wiki.editing.spaces import (
    NewSpace,
    check_may_make,
    ensure_own_page,
    make_space,
    may_make,
    space_path,
)
from wiki.editing.stories import add_story_line, story_page
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
from wiki.files.headers import file_headers
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
from wiki.mail_dispatch import send_mail, wake_sender
from wiki.mail_templates import compose
from wiki.meaning.encoding import Matrix, encoders
from wiki.meaning.vectors import Vectors, text_digest
from wiki.merging.merge import MergedLines, merge
from wiki.merging.subsequence import shared_ends
from wiki.pages.access import ALL
from wiki.pages.chapters import STATES, chapters, with_section_state
from wiki.pages.document import Block, Document, Heading, read_document
from wiki.pages.head.facts import Fact, FactKey
from wiki.pages.head.frontmatter import edit_head, read_head
from wiki.pages.head.moments import When, is_before, read_moment, read_when
from wiki.pages.head.programmes import ProgrammeEntry, programme_entries, programme_word
from wiki.pages.hints import without_hints
from wiki.pages.lines import split_lines
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
from wiki.people.accounts.sessions import people_of_sessions
from wiki.people.audit import record_audit
from wiki.people.drafts import save_draft
from wiki.people.follow.subscriptions import following
from wiki.people.limits.durable import DAY, Limit, client_network, count_attempts
from wiki.people.limits.quotas import count_upload
from wiki.people.limits.requests import (
    asked_of,
    may_receive_request,
    monthly_requests,
    record_request,
)
from wiki.people.mail.queue import DeferredLetter, Mail, failed_among, queue_mail
from wiki.people.models.tables import Base, Moment
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.people.store.migrations import Step, register_steps
from wiki.plugins import call_hook
from wiki.processes.supervisor import EndAsked
from wiki.projections.analysis import content_stems, is_stop_word
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
from wiki.projections.table import (
    TableProjection,
    progress_steps,
    replace_surrogates,
    visible_condition,
)
from wiki.reading import Reader
from wiki.reading.births import Birth, birth_of
from wiki.reading.events import (
    ProgrammeLine,
    event_marks,
    event_of,
    event_of_row,
    manages_event,
    organises_event,
    programme_lines,
    programme_paths,
)
from wiki.rendering.context import BlockContext, BlockView
from wiki.repository.commit import commit
from wiki.repository.credits import WIKI_AUTHOR
from wiki.repository.importing import stream_commits
from wiki.repository.objects import Author
from wiki.repository.span import Span
from wiki.sandbox.functions import call_in_child
from wiki.task_queue import wake
from wiki.translation import gettext, language, lazy, ngettext, use_language
from wiki.web import antispam
from wiki.web.account.views import safe_next
from wiki.web.account.watch import follow_button
from wiki.web.csv import csv_response
from wiki.web.feeds import (
    FeedEntry,
    change_entries,
    document_response,
    entry_id,
    feed_reader,
    feed_response,
)
from wiki.web.forms.open_forms import (
    check_self_registration,
    keep_in_browser,
    receive_form,
    restored_form,
)
from wiki.web.http.hosts import allowed_hosts
from wiki.web.page.presenters import TYPE_WORDS, render_asides
from wiki.web.search.lists import chosen_values, clear_link, facet_links, list_offset, page_links
from wiki.web.security import csrf, open_to_all
from wiki.web.support import (
    anonymous_view,
    current_instance,
    current_person,
    current_reader,
    current_session,
    flash_message,
    form_token,
    render_html,
    render_page,
    share_response,
    wants_fragment,
    wants_json,
)
from wiki.web.throttle import client_address, count_request, set_retry_after

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
    "Announcement",
    "ApiItem",
    "ApiList",
    "Aside",
    "Attendance",
    "Author",
    "Authorship",
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
    "DeferredLetter",
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
    "Heading",
    "ImportedDocument",
    "Instance",
    "IntroductionAsked",
    "Item",
    "ItemAction",
    "ItemRow",
    "ItemSelection",
    "ItemWords",
    "Letter",
    "Limit",
    "Listing",
    "LogInFirst",
    "Mail",
    "Matrix",
    "MenuItem",
    "MergedLines",
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
    "ProposalForm",
    "Query",
    "Reader",
    "Saved",
    "SectionAction",
    "Selection",
    "Service",
    "Settings",
    "SpaceFact",
    "Span",
    "Step",
    "StorageFailed",
    "TableProjection",
    "Task",
    "TooLarge",
    "TooMany",
    "Vectors",
    "When",
    "WikiError",
    "action_url",
    "add_identity",
    "add_story_line",
    "allowed_hosts",
    "anonymous_view",
    "antispam",
    "as_freemind",
    "asked_of",
    "asset",
    "attach_all",
    "author_of",
    "bars",
    "bind_pages",
    "birth_of",
    "call_hook",
    "call_in_child",
    "change_entries",
    "change_page",
    "chapters",
    "check_may_make",
    "check_name",
    "check_self_registration",
    "checked_upload",
    "chosen_values",
    "clear_link",
    "client_address",
    "client_network",
    "close_instance",
    "columns",
    "command_instance",
    "command_person",
    "command_settings",
    "commit",
    "complete_identities",
    "compose",
    "content_stems",
    "count_attempts",
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
    "ensure_own_page",
    "entry_id",
    "event_marks",
    "event_of",
    "event_of_row",
    "facet_links",
    "failed_among",
    "feed_reader",
    "feed_response",
    "file_headers",
    "file_url",
    "find_person",
    "flash_message",
    "fold",
    "fold_email",
    "follow_button",
    "following",
    "form_token",
    "gather_pages",
    "get_person",
    "gettext",
    "grant_guest",
    "has_pages_below",
    "hookimpl",
    "instance_option",
    "invalidate_pages",
    "is_before",
    "is_loopback",
    "is_stop_word",
    "join",
    "keep_in_browser",
    "language",
    "lazy",
    "list_offset",
    "list_people",
    "make_cards",
    "make_document",
    "make_space",
    "manages_event",
    "may_make",
    "may_receive_request",
    "merge",
    "monthly_requests",
    "new_identity",
    "new_name",
    "ngettext",
    "normalise",
    "open_instance",
    "open_to_all",
    "organises_event",
    "page_changes",
    "page_links",
    "page_url",
    "pages_as_folder",
    "people_by_page",
    "people_of_sessions",
    "programme_entries",
    "programme_lines",
    "programme_paths",
    "programme_word",
    "progress_steps",
    "propose",
    "propose_space",
    "queue_mail",
    "reach_of",
    "read_document",
    "read_head",
    "read_item",
    "read_moment",
    "read_query",
    "read_when",
    "receive_form",
    "record_audit",
    "record_request",
    "register_steps",
    "render_asides",
    "render_html",
    "render_page",
    "replace_identity",
    "replace_surrogates",
    "restored_form",
    "safe_next",
    "save",
    "save_draft",
    "save_on_behalf",
    "select",
    "select_items",
    "send_mail",
    "set_mark",
    "set_retry_after",
    "set_state",
    "share_response",
    "shared_ends",
    "slug",
    "space_path",
    "specification_pages",
    "split_lines",
    "story_page",
    "stream_commits",
    "take_document",
    "text_digest",
    "title_from_path",
    "use_language",
    "visible_condition",
    "wake",
    "wake_sender",
    "wants_fragment",
    "wants_json",
    "with_rights_of",
    "with_section_state",
    "with_step",
    "without_hints",
]
