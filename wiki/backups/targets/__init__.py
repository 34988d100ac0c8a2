"""Where backups are kept: each place answers to the same four questions (``target.py``)."""
