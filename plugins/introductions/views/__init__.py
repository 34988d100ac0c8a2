"""The pages of introductions: beginning one, a side of it, the queue, proposing one."""
