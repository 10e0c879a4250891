"""Generic JSON:API 1.1 engine: declarations in, documents out. No domain, no kit, no framework."""
