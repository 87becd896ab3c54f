"""What came back of a session and what did not: kept, followed while it changes, tried again."""
