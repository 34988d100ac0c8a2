"""What the wiki says of its own accessibility; the page that says it is web/page/statement.py.

criteria   each criterion of RGAA 4.1, and how it was judged (docs/rgaa.md is made of it)
barriers   what is not conform, in the words of the statement, and what is to be done
state      what the foot of each page says of it
"""
