"""The shared look: layout, components, static files, and what a page may ask of its visit."""
