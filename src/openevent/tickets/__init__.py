"""Ticket types and their stock."""
