"""The workbench in a browser of this machine: a server for nobody but the person who started it."""
