"""A market and the books beside it: where the properties of selling are proved."""
