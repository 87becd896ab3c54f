"""What is kept of each session: its file, its journal, and what is told of it."""
