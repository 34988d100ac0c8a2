"""What an event says of registering, and whether it is still the same event."""
