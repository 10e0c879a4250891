"""What the operator sets for the whole installation: settings, modules, static pages, mail switches, pictures."""
