"""The speed budget, measured against a bare WSGI app on the raw driver in the same run."""
