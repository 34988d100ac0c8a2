"""The private truth: accounts and what concerns a person, as rows in SQL."""
