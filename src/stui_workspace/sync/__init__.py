"""Keeping one file on many machines: what a version is, what it began from, and what to do next.

Rules without input or output; `runtime.syncing` acts on them.
"""
