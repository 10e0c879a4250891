"""What people want to hear of by mail."""
