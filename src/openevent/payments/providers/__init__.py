"""Payment providers: one file each, speaking that provider's own wire."""
