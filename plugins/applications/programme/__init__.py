"""What a programme says of those who present: consent, words, presentations, moves."""
