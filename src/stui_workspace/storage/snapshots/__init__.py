"""States of a session worth going back to, stored by content."""
