"""Events, their sponsors and links, and who runs what."""
