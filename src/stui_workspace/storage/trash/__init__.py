"""Sessions that were removed, for as long as that can be taken back."""
