"""What others have committed, judged commit by commit before the branch holds it.

::

    push.py      a push, from its refs to the branch that has moved
    commits.py   every commit of a span: files, sizes, texts, identities, rights
    pointers.py  which pointers of Git LFS can be taken
    names.py     which names and kinds of file can be taken, and which clash
    rights.py    the policy, asked of each page that a commit touches
"""

from wiki.editing.receiving.commits import check_incoming
from wiki.editing.receiving.push import judge_push

__all__ = ["check_incoming", "judge_push"]
