"""What git knows of a folder: asked of git itself, which runs nothing that a repository names."""
