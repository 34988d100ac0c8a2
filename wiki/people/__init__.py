"""Private truth: accounts, what they may do, and rows that never enter git.

::

    policy    who may read, edit, change rights (pure: no database)
      │  person     what the rest of the wiki knows of someone with an account (a frozen value)
    login    sign up, log in       accounts  role, page, password, end
      │  fields  passwords  tokens  limits  letters
    sessions  cookie → Person      drafts    grants    joins  what follows a page that moves
    models    the tables
    database  one engine, one way to open a transaction; tables, migrations
"""
