"""Forms that begin without an account, and what is kept of them until there is one."""
