"""Values that every format speaks of, and what is safe in a table or an archive. Pure."""
