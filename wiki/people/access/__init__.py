"""Who may do what: the policy, and the rows that widen it for one person."""
