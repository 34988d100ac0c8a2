"""Background work: the tasks, the processes that run them, and what begins them."""
