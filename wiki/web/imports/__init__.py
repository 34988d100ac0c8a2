"""Moving in, for administrators: a file or a site, looked at, which comes in after a yes.

::

    upload.py      the file, to the instance's disk as it comes
    views.py       the list, one import in each of its states
    decisions.py   what an administrator decides about one
    questions.py   what a source asks, and what was answered
    preview.py     pages and files of a stage, as they will be
"""
