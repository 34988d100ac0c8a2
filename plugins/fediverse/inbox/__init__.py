"""What other servers tell: kept at the door, then looked at by a task."""
