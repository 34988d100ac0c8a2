"""Introductions across two sites: each asks its own people, and tells the other what came of it.

::

    here: who answers                             there: who looks after the need
    “I can help”      ── ask: name, words ──▶     limits, then their mail: yes or no
                      ◀── yes ──                  the first yes
    both said yes     ── address ──▶              both said yes: mail to them
    mail to who asked ◀── address ──

Either side has an introduction of its own (``models.ElsewhereRow`` at the side that stands at the
other), by the same steps as any other (``states.py``). A no is told as little as here: it rests
(``rest``) after the usual days. Who is erased is forgotten there
too (``erased``), however long that site was away. What is personal is put into a message when it is
sent.
"""
