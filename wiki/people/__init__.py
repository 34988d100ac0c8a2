"""Private truth: accounts, what they may do, and rows that never enter git.

::

    policy    who may read, edit, change rights (pure: no database)
      │  person     what the rest of the wiki knows of someone with an account (a frozen value)
    accounts  sign up, log in, role, page      sessions  cookie → Person      drafts  grants
      │  fields  passwords  tokens  limits  letters
    models    the tables
    database  one engine, one way to open a transaction; migrations
"""
