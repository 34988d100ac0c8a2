"""What texts mean, as vectors: encoders that need no network, and where what they read is kept."""
