"""The applications to one event, for who organises it: the table and what is done in it."""
