"""Accounts: how one gets in, who has one, and what follows a page that moves.

::

    login      sign up, password, mailed links        joins   person pages, guests, drafts
        │                                               │     follow pages
    directory  who has an account; role, page, password
"""

from wiki.people.accounts.addresses import ask_new_address, use_new_address
from wiki.people.accounts.directory import (
    accounts_named,
    accounts_of_teams,
    add_person,
    as_by_now,
    count_people,
    find_person,
    get_person,
    list_people,
    people_by_id,
    people_by_page,
    search_people,
    set_disabled,
    set_page,
    set_password,
    set_profile,
    set_role,
)
from wiki.people.accounts.joins import (
    forget_page,
    guests,
    joined_accounts,
    move_page,
    pages_below,
)
from wiki.people.accounts.login import (
    ask_login_link,
    ask_reset_link,
    authenticate,
    confirm,
    log_in_with,
    register,
    reset_password,
)

__all__ = [
    "accounts_named",
    "accounts_of_teams",
    "add_person",
    "as_by_now",
    "ask_login_link",
    "ask_new_address",
    "ask_reset_link",
    "authenticate",
    "confirm",
    "count_people",
    "find_person",
    "forget_page",
    "get_person",
    "guests",
    "joined_accounts",
    "list_people",
    "log_in_with",
    "move_page",
    "pages_below",
    "people_by_id",
    "people_by_page",
    "register",
    "reset_password",
    "search_people",
    "set_disabled",
    "set_page",
    "set_password",
    "set_profile",
    "set_role",
    "use_new_address",
]
