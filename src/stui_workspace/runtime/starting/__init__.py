"""Starting a workspace in a folder: what is written, and that a person is greeted once."""
