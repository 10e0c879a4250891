"""Imports and exports: one file per format, run as jobs whose state anybody who started one may ask for."""
