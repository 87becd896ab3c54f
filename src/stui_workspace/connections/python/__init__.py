"""Connections of `kind: python`: a Python process that is the session's alone.

The folder `child` is for that process, and is never imported here.
"""
