"""Sessions that are not open: which there are, what is kept of each, and what is done with them."""
