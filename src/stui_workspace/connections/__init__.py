"""Connections to live backends, one folder or module a kind.

Nothing is imported here: each kind is loaded at its first use.
"""
