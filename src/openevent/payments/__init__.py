"""Money in motion: who is paid through which provider, and what the platform asks of organizers."""
