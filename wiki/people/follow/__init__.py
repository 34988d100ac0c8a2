"""Who follows what, with an account or by mail alone, and what they have read."""
