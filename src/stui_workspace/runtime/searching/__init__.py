"""Searching the history of inputs, counting it, forgetting some of it, taking more in."""
