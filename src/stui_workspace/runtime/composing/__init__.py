"""A new workspace file, put together of values: written as people write it, and sure to be good."""
