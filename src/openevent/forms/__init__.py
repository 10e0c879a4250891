"""What an organizer asks of attendees and speakers and about sessions; stand-in pictures."""
