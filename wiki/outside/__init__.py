"""Servers that somebody names are called outside of our own network alone, and within bounds.

::

    hosts.py    which addresses a name stands for, and whether they may be called
      └── client.py   one request over https to what was looked at: no redirect, no long waiting;
                      where servers that settings name are called: mail, mailbox, sign-on
"""
