"""Video of events: channels, streams, recordings, interpretation, moderators, chat, and who was there."""
