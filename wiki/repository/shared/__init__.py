"""The bare repository that several nodes have together, and of which each has a clone.

protocol.py  questions to git's servers, and what they answer
host.py      who is asked: over https on a connection that stays open, or on this machine
central.py   a save is there before it is here; what others saved comes from there
    lineage.py   which of two commits comes after the other
    turns.py     nodes that would save at once do so one after the other
    steps.py     what a save changed, told with the news of it
    refs.py      texts that wait, which all nodes have
    repair.py    a clone that is damaged, made whole
"""
