"""The panels of the workbench: what is connected, what was evaluated, what can be inserted."""
