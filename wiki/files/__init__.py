"""ATTACHMENTS: what a file is, what is taken out of it, how it is served.

::

    bytes a person sends ──▶ types.py ──▶ images.py ──▶ content.git     refused or made safe first
                              archives.py, vectors.py: looked into
    content.git ──▶ serving.py (headers), images.py (widths) ──▶ a reader
"""
