"""Orders and attendees: buying, holding, completing, cancelling."""
