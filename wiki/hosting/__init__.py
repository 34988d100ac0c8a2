"""Many wikis in one deployment: each is processes of its own, which are there while it is used.

::

    Host: one.example.org ──▶ door ──▶ .run/one.example.org.sock ◀── watched by the warden
                              (door.py)          │                       (warden.py)
                                                 ▼ forked at the first request
                              site.py: the server of one wiki, ended where nobody asks it
                              round.py: tasks of those that sleep, a few at a time

A folder holds the wikis, a folder each, and ``host.toml``. That a process is one wiki's alone keeps
them apart: what a module, a library or a plugin keeps in memory is seen by no other wiki. One that
sleeps is a socket that the warden listens at, and no process.
"""
