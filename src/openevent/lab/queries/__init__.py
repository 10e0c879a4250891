"""Named questions about the laboratory; rows become values here."""
