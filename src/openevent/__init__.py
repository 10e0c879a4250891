"""Open Event: run an event from the call for speakers to the last badge."""

__version__ = "0.1.0"
