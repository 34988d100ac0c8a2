"""Private truth: accounts, what they may do, and rows that never enter git.

::

    policy    who may read, edit, change rights (pure: no database)
      │  person     what the rest of the wiki knows of someone with an account (a frozen value)
    accounts  sign up, log in; role, page, password, end
      │  fields  passwords  tokens  limits  rates  letters
    sessions  cookie → Person       drafts       grants
    models    the tables            rows  from them to a Person
    database  one way to open a transaction; engine, tables, migrations
"""
