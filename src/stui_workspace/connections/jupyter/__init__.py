"""Connections of `kind: jupyter`: a kernel of our own, one that runs, one of a Jupyter Server."""
