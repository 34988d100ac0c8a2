"""What saves write.

::

    group.py ──each its commit──▶ tree.py, the folders ──▶ pack.py, one pack
        └──────────── then ─────────────────────────────▶ branch.py, moved as git moves it
"""
