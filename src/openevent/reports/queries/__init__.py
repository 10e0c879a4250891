"""What reports count and add up, as expressions over the rows that they are about."""
