"""Servers of others that carry video and chat."""
