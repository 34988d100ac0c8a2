"""Servers that somebody names are called outside of our own network alone, and within bounds.

::

    hosts.py    which addresses a name stands for, and whether they may be called
      └── client.py   one request over https to what was looked at: no redirect, no waiting for long
"""
