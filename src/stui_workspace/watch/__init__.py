"""Noticing that a file changed outside. An event only means: look again."""

from stui_workspace.watch.bridge import settle, watching

__all__ = ["settle", "watching"]
