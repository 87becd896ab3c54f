"""The screen that settles a merge: what is left of it, one conflict after the other."""
