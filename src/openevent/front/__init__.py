"""Pages that draw on several domains: home and the public event site."""
