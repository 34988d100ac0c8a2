"""Answers that are kept, and what each of them depends on."""
