"""Documents made of pages: bound, typeset and packed."""
