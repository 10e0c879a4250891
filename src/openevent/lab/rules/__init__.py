"""Decisions of the laboratory."""
