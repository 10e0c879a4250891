"""The cage: one locked-up process for each run of somebody's script (docs/explanation/lab-cage.md)."""
