"""Decisions about orders: what one costs, who may move it where, and who may hold a ticket."""
