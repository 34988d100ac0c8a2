"""git over HTTP: the public history for everyone, the whole one for those who may read all.

::

    /wiki.git         index/public.git   fetch                never asks who it is
    /standard.git     index/standard.git fetch                the same, for other software
    /-/git/all.git    content.git        fetch and push       401 first

    views.py       the addresses
    large_files.py likewise, of what clones point to (Git LFS)
     ├── sent_files.py  what comes of that before a push
     ├── responses.py   what git is answered
     ├── bodies.py      what it sends
     ├── places.py      how many are served at once; the public history, made elsewhere
     └── requests.py      what is asked, and who may

git's clients show a text answer to a refused request after ``remote:``; a push that has begun is
answered in git's own way, so that the sentence is shown there too.
"""

from wiki.web.git import large_files
from wiki.web.git.places import bound
from wiki.web.git.requests import is_git
from wiki.web.git.views import bp

__all__ = ["bound", "bp", "is_git", "large_files"]
