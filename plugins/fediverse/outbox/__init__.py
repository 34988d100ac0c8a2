"""What others are told: posts of what everybody may read, followed through its changes, sent.

::

    observer ──▶ posts ──▶ (queue) ──▶ delivery ◀── activities ◀── documents
    what changed  what is to be told    sends it     made when it is sent
"""
