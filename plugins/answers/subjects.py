"""Subjects that people ask anybody about, and few wikis: some words of each (``subjects.txt``).

They stand for the rest of the world: a question that is nearer to one of them than to anything
that the wiki says is asked in the wrong place (``elsewhere.py``). They are read by meaning, in
whatever language the question is.
"""

from collections.abc import Mapping
from pathlib import Path

from wiki.api.meaning import text_digest

#: encoders that must agree that a question is nearer to one of them
AGREE = 2
#: by what stands for them, as passages have it
SUBJECTS: Mapping[bytes, str] = {
    text_digest(one): one
    for one in Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()
}
