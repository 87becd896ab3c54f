"""Connections as people see them: words, screens and questions."""
