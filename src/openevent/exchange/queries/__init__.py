"""What exports read; rows become values here."""
