"""The public truth: a bare git repository; the only folder that speaks git."""
