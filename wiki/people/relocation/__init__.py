"""What it takes to move all rows to another database: that it fits, that nobody writes, proof.

suitability.py  can the database there take them    stillness.py  nobody writes, then the old
sums.py         what the rows of a table come to                  rows go under another name
"""
