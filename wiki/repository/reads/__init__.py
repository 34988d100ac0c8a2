"""What is read of objects.

::

    comparison.py, two commits ──▶ catfile.py, objects by name ──▶ arrivals.py, what was just saved
                                            ├──▶ git cat-file                └──▶ packfile.py
                                            └──▶ trees.py, what stands in a folder
"""
