"""The remote laboratory, an add-on: real instruments for workshops, over the web."""
