"""Statistics over everything: what was sold, what an event has, what the installation holds. Nothing here writes."""
