"""The session while it runs: opening, restoring, autosave, live reload. The only place with tasks.

Nothing is imported here: each face loads the modules that it needs.
"""
