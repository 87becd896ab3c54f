"""Settings: what each is now, who says so, what else is said, and changing it where it is said."""
