"""ATTACHMENTS: what a file is, what is taken out of it, how it is served.

::

    bytes a person sends ──▶ types.py ──▶ pictures.py ──▶ content.git     refused or made safe first
                              archives.py, vectors.py: looked into
    content.git ──▶ headers.py (headers), pictures.py (sizes) ──▶ a reader
        │ pointer.py: what stands for a large file
        └─▶ objects.py ──▶ object_store.py ──▶ bucket.py: one of S3, where it is set
                      │    object_names.py      bucket_owner.py: whose it is
                      └──▶ object_folder.py: what a backup brought where none is

``pictures.py`` has ``images.py`` draw in a child process: no decoder runs in a worker.
"""
