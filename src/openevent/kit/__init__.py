"""Generic tools: nothing here knows what the product is about."""
