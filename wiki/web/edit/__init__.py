"""The forms that write a page: its text, its head, its place, or a new one."""
