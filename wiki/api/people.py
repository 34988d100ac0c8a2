"""Accounts, and what is theirs.

::

    person = get_person(instance.private, key)  # None where there is none any more
    team = accounts_named(instance.private, row.facts.get("team", ()))  # groups' people too
    author = people_by_page(instance.private, ["personnes/lea"]).get("personnes/lea")
"""

from wiki.editing.shared_names import sign_by_link
from wiki.hookspecs.notifications import entrusted
from wiki.people.access.grants import grant_guest
from wiki.people.accounts import (
    accounts_named,
    accounts_of_teams,
    find_person,
    get_person,
    list_people,
    people_by_page,
)
from wiki.people.accounts.fields import check_name, fold_email
from wiki.people.accounts.sessions import people_of_sessions
from wiki.people.audit import record_audit
from wiki.people.drafts import save_draft
from wiki.people.follow.subscriptions import following
from wiki.people.person import Person
