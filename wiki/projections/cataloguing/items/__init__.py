"""Items of blocks, such as needs and offers: which are asked for, their lists and their numbers."""
