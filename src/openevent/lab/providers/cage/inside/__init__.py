"""What runs inside of the cage: shipped into it as source, so it needs Python's own library alone (numpy if there)."""
