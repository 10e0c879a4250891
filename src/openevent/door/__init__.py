"""The door: stations, scans and counts at an event, and badges."""
