"""Live connections of a session: links that come back, what is evaluated on them, what waits."""
