"""The pages of registrations: the event's, one's own, the organiser's, the door."""
