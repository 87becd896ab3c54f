"""The words of the project as values: no behaviour of the outside world, no floor above."""
